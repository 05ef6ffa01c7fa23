import protobuf from "protobufjs/minimal.js";
import { DType, type Tensor } from "./binding.js";
import type { Operations } from "./tape.js";

/** A parameter or a constant. */
interface Numbers {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

type Attribute = string | number | readonly number[];

/**
 * Writes down the same operations as a `Tape` does, as a model in the format of ONNX (onnx.proto, opset 17), for any
 * number of points: a shape begins with a negative number where the tape's has a multiple of theirs. Images have the
 * tape's shape [batch, height, width, channels] here, and ONNX's order of axes in the model.
 */
export class OnnxGraph implements Operations {
  private readonly nodes: Uint8Array[] = [];
  private readonly inputs: Uint8Array[] = [];
  private readonly initializers: Uint8Array[] = [];
  private readonly numbers = new Map<number, Numbers>();
  private readonly named = new Map<number, string>();
  private count = 0;

  /** Points of the given number of columns, shape [n, columns]. */
  input(name: string, columns: number): Tensor {
    const x = this.tensor([-1, columns]);
    this.inputs.push(valueInfo(name, columns));
    this.nodes.push(node("Identity", [name], this.name(x)));
    return x;
  }

  /** Returns the model, whose one output is y, shape [n, columns]. */
  model(name: string, y: Tensor): Uint8Array {
    this.nodes.push(node("Identity", [this.name(y)], name));
    const graph = protobuf.Writer.create();
    for (const bytes of this.nodes) graph.uint32(tag(1)).bytes(bytes);
    graph.uint32(tag(2)).string("network");
    for (const bytes of this.initializers) graph.uint32(tag(5)).bytes(bytes);
    for (const bytes of this.inputs) graph.uint32(tag(11)).bytes(bytes);
    graph.uint32(tag(12)).bytes(valueInfo(name, y.shape[1]));
    const opset = protobuf.Writer.create().uint32(tag(1)).string("").uint32(tag(2, VARINT)).int64(17).finish();
    return protobuf.Writer.create()
      .uint32(tag(1, VARINT))
      .int64(8) // the version of the format
      .uint32(tag(7))
      .bytes(graph.finish())
      .uint32(tag(8))
      .bytes(opset)
      .finish();
  }

  constant(values: ArrayLike<number>, shape: readonly number[]): Tensor {
    const x = this.tensor(shape);
    this.numbers.set(x.id, { values: Float32Array.from(values), shape });
    return x;
  }

  matMul(x: Tensor, W: Tensor, { transposeB = false } = {}): Tensor {
    const shape = [x.shape[0], W.shape[transposeB ? 0 : 1]];
    return transposeB ? this.run("Gemm", [x, W], shape, { transB: 1 }) : this.run("MatMul", [x, W], shape);
  }

  batchMatMul(a: Tensor, b: Tensor, { transposeB = false } = {}): Tensor {
    const [n, k, l] = b.shape;
    const second = transposeB ? this.run("Transpose", [b], [n, l, k], { perm: [0, 2, 1] }) : b;
    return this.run("MatMul", [a, second], [...a.shape.slice(0, 2), second.shape[2]]);
  }

  softmax(x: Tensor): Tensor {
    return this.run("Softmax", [x], x.shape, { axis: -1 });
  }

  biasAdd(x: Tensor, b: Tensor): Tensor {
    const { values } = this.numbers.get(b.id)!;
    return this.add(x, isImages(x.shape) ? this.constant(values, [1, 1, 1, values.length]) : b);
  }

  add(a: Tensor, b: Tensor): Tensor {
    return this.run("Add", [a, b], a.shape);
  }

  addBroadcast(x: Tensor, b: Tensor): Tensor {
    return this.add(x, b);
  }

  mul(a: Tensor, b: Tensor): Tensor {
    return this.run("Mul", [a, b], a.shape);
  }

  mulBroadcast(x: Tensor, a: Tensor): Tensor {
    return this.mul(x, a);
  }

  scaleRows(x: Tensor, a: Tensor): Tensor {
    return this.mul(x, a);
  }

  silu(x: Tensor): Tensor {
    return this.mul(x, this.run("Sigmoid", [x], x.shape));
  }

  relu(x: Tensor): Tensor {
    return this.run("Relu", [x], x.shape);
  }

  elu(x: Tensor): Tensor {
    return this.run("Elu", [x], x.shape);
  }

  tanh(x: Tensor): Tensor {
    return this.run("Tanh", [x], x.shape);
  }

  reshape(x: Tensor, shape: readonly number[]): Tensor {
    const last = isImages(x.shape) && !isOneAxis(x.shape) ? this.transposed(x, toChannelsLast) : x;
    const isMoved = isImages(shape) && !isOneAxis(shape);
    const sizes = isImages(shape) && !isMoved ? channelsFirst(shape) : shape;
    const y = this.run("Reshape", [last, this.integers(sizes.map((n) => Math.max(n, -1)))], shape);
    return isMoved ? this.transposed(y, toChannelsFirst) : y;
  }

  concat(a: Tensor, b: Tensor): Tensor {
    const last = a.shape.length - 1;
    const shape = [...a.shape.slice(0, last), a.shape[last] + b.shape[last]];
    return this.run("Concat", [a, b], shape, { axis: isImages(shape) ? 1 : last });
  }

  conv2d(x: Tensor, W: Tensor): Tensor {
    const [height, width, inputs, out] = W.shape;
    const { values } = this.numbers.get(W.id)!;
    const filter = this.initializer({
      values: permuted(values, W.shape, [3, 2, 0, 1]),
      shape: [out, inputs, height, width],
    });
    const edges = [(height - 1) / 2, (width - 1) / 2];
    return this.run("Conv", [x, filter], [...x.shape.slice(0, 3), out], { pads: [...edges, ...edges] });
  }

  avgPool(x: Tensor): Tensor {
    return this.pool("AveragePool", x);
  }

  maxPool(x: Tensor): Tensor {
    return this.pool("MaxPool", x);
  }

  upsample(x: Tensor): Tensor {
    const [n, height, width, channels] = x.shape;
    const scales = this.initializer({ values: Float32Array.of(1, 1, 2, 2), shape: [4] });
    const nearest = { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" };
    return this.run("Resize", [x, "", scales], [n, 2 * height, 2 * width, channels], nearest);
  }

  spaceToDepth(x: Tensor): Tensor {
    const [n, height, width, channels] = x.shape;
    return this.run("SpaceToDepth", [x], [n, height / 2, width / 2, 4 * channels], { blocksize: 2 });
  }

  depthToSpace(x: Tensor): Tensor {
    const [n, height, width, channels] = x.shape;
    return this.run("DepthToSpace", [x], [n, 2 * height, 2 * width, channels / 4], { blocksize: 2 });
  }

  /** Makes one pixel of squares of 2 × 2. */
  private pool(operation: string, x: Tensor): Tensor {
    const [n, height, width, channels] = x.shape;
    const squares = { kernel_shape: [2, 2], strides: [2, 2] };
    return this.run(operation, [x], [n, height / 2, width / 2, channels], squares);
  }

  private tensor(shape: readonly number[]): Tensor {
    return { id: this.count++, shape, dtype: DType.float32 };
  }

  /** Adds an operation of one result; its inputs are tensors or names. */
  private run(
    operation: string,
    inputs: readonly (Tensor | string)[],
    shape: readonly number[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Tensor {
    const y = this.tensor(shape);
    const names = inputs.map((input) => (typeof input === "string" ? input : this.name(input)));
    this.nodes.push(node(operation, names, this.name(y), attributes));
    return y;
  }

  private transposed(x: Tensor, perm: readonly number[]): Tensor {
    return this.run("Transpose", [x], x.shape, { perm });
  }

  /** The name of a tensor in the model, where its numbers are put when they are first used. */
  private name({ id }: Tensor): string {
    const numbers = this.numbers.get(id);
    if (!numbers) return `t${id}`;
    const { values, shape } = numbers;
    if (!this.named.has(id))
      this.named.set(
        id,
        isImages(shape)
          ? this.initializer({ values: permuted(values, shape, toChannelsFirst), shape: channelsFirst(shape) })
          : this.initializer(numbers),
      );
    return this.named.get(id)!;
  }

  private initializer({ values, shape }: Numbers): string {
    return this.written(DType.float32, new Uint8Array(values.buffer, values.byteOffset, values.byteLength), shape);
  }

  private integers(values: readonly number[]): string {
    return this.written(INT64, new Uint8Array(BigInt64Array.from(values, BigInt).buffer), [values.length]);
  }

  private written(type: number, bytes: Uint8Array, shape: readonly number[]): string {
    const name = `c${this.initializers.length}`;
    const tensor = protobuf.Writer.create();
    for (const size of shape) tensor.uint32(tag(1, VARINT)).int64(size);
    tensor.uint32(tag(2, VARINT)).int32(type).uint32(tag(8)).string(name).uint32(tag(9)).bytes(bytes);
    this.initializers.push(tensor.finish());
    return name;
  }
}

/** The number of int64 among ONNX's types, of which float32 has TensorFlow's. */
const INT64 = 7;

/** How a field is encoded: a number, or bytes with their length. */
const [VARINT, BYTES] = [0, 2];

/** The key of a field in a message. */
const tag = (field: number, encoding = BYTES): number => (field << 3) | encoding;

const isImages = ({ length }: readonly number[]): boolean => length === 4;

/** Whether images have one pixel or one channel, so that they lie in memory alike in either order of axes. */
const isOneAxis = ([, height, width, channels]: readonly number[]): boolean => height * width === 1 || channels === 1;

const toChannelsFirst = [0, 3, 1, 2];
const toChannelsLast = [0, 2, 3, 1];

const channelsFirst = (shape: readonly number[]): number[] => toChannelsFirst.map((axis) => shape[axis]);

/** The numbers of an array of four axes with its axes in another order. */
function permuted(values: Float32Array, shape: readonly number[], order: readonly number[]): Float32Array {
  const steps = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, n) => product * n, 1));
  const [sizes, own] = [order.map((axis) => shape[axis]), order.map((axis) => steps[axis])];
  const result = new Float32Array(values.length);
  let at = 0;
  for (let i = 0; i < sizes[0]; i++)
    for (let j = 0; j < sizes[1]; j++)
      for (let k = 0; k < sizes[2]; k++)
        for (let l = 0; l < sizes[3]; l++) result[at++] = values[i * own[0] + j * own[1] + k * own[2] + l * own[3]];
  return result;
}

function node(
  operation: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, Attribute>> = {},
): Uint8Array {
  const message = protobuf.Writer.create();
  for (const name of inputs) message.uint32(tag(1)).string(name);
  message.uint32(tag(2)).string(output).uint32(tag(4)).string(operation);
  for (const [name, value] of Object.entries(attributes)) message.uint32(tag(5)).bytes(attribute(name, value));
  return message.finish();
}

function attribute(name: string, value: Attribute): Uint8Array {
  const message = protobuf.Writer.create().uint32(tag(1)).string(name);
  const type = typeof value === "number" ? 2 : typeof value === "string" ? 3 : 7;
  message.uint32(tag(20, VARINT)).int32(type);
  if (typeof value === "number") message.uint32(tag(3, VARINT)).int64(value);
  else if (typeof value === "string") message.uint32(tag(4)).string(value);
  else for (const one of value) message.uint32(tag(8, VARINT)).int64(one);
  return message.finish();
}

/** A matrix of float32 of any number of rows. */
function valueInfo(name: string, columns: number): Uint8Array {
  const rows = protobuf.Writer.create().uint32(tag(2)).string("n").finish();
  const cols = protobuf.Writer.create().uint32(tag(1, VARINT)).int64(columns).finish();
  const shape = protobuf.Writer.create().uint32(tag(1)).bytes(rows).uint32(tag(1)).bytes(cols).finish();
  const tensor = protobuf.Writer.create().uint32(tag(1, VARINT)).int32(DType.float32).uint32(tag(2)).bytes(shape);
  const type = protobuf.Writer.create().uint32(tag(1)).bytes(tensor.finish()).finish();
  return protobuf.Writer.create().uint32(tag(1)).string(name).uint32(tag(2)).bytes(type).finish();
}
