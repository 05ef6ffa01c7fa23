import {
  download,
  dtype,
  execute,
  flagAttribute,
  integer,
  integerAttribute,
  integers,
  textAttribute,
  typeAttribute,
  upload,
  type Precision,
  type Tensor,
} from "./tensors.js";
import type { Attribute } from "./binding.js";

/** What an operation leaves behind for derivatives. */
interface Node {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /**
   * The gradient with respect to input i, of those with respect to the outputs; one of them may be missing where there
   * are several.
   */
  pull(i: number, dy: readonly (Tensor | undefined)[]): Tensor;
  /** The change of the outputs with a change of input i alone. */
  push(i: number, dx: Tensor): readonly Tensor[];
}

/**
 * Records operations on tensors, so that afterwards gradients go back through them (`pull`, reverse mode: training, Jᵀ
 * v) and changes forward (`push`, forward mode: J v). Images have the shape [batch, height, width, channels]. To be
 * used inside `tidy`.
 */
export class Tape {
  private readonly nodes: Node[] = [];
  private readonly T: readonly Attribute[];

  constructor(readonly precision: Precision) {
    this.T = [typeAttribute("T", dtype(precision))];
  }

  constant(values: ArrayLike<number>, shape: readonly number[]): Tensor {
    return upload(values, shape, this.precision);
  }

  values(x: Tensor): Float32Array | Float64Array {
    return download(x, this.precision);
  }

  /**
   * Gradients with respect to the targets of anything whose gradient with respect to y is dy; undefined where y does
   * not depend on a target.
   */
  pull(y: Tensor, dy: Tensor, targets: readonly Tensor[]): (Tensor | undefined)[] {
    const active = this.reached(targets);
    const gradients = new Map<number, Tensor>([[y.id, dy]]);
    for (const node of this.nodes.toReversed()) {
      const dys = node.outputs.map(({ id }) => gradients.get(id));
      if (dys.every((gradient) => gradient === undefined)) continue;
      node.inputs.forEach((input, i) => {
        if (!active.has(input.id)) return;
        const gradient = node.pull(i, dys);
        const before = gradients.get(input.id);
        gradients.set(input.id, before ? this.sum(before, gradient) : gradient);
      });
    }
    return targets.map(({ id }) => gradients.get(id));
  }

  /** The change of y with the change dx of x; undefined if y does not depend on x. */
  push(y: Tensor, x: Tensor, dx: Tensor): Tensor | undefined {
    const changes = new Map<number, Tensor>([[x.id, dx]]);
    for (const node of this.nodes)
      node.inputs.forEach((input, i) => {
        const change = changes.get(input.id);
        if (!change) return;
        node.push(i, change).forEach((part, k) => {
          const { id } = node.outputs[k];
          const before = changes.get(id);
          // A node is visited once, so that what is there already comes from its other inputs.
          changes.set(id, before ? this.sum(before, part) : part);
        });
      });
    return changes.get(y.id);
  }

  private reached(targets: readonly Tensor[]): Set<number> {
    const active = new Set(targets.map(({ id }) => id));
    for (const { inputs, outputs } of this.nodes)
      if (inputs.some(({ id }) => active.has(id))) for (const { id } of outputs) active.add(id);
    return active;
  }

  private run(name: string, inputs: readonly Tensor[], attributes: readonly Attribute[] = []): Tensor {
    return execute(name, [...this.T, ...attributes], inputs)[0];
  }

  private record(
    inputs: readonly Tensor[],
    y: Tensor,
    pull: (i: number, dy: Tensor) => Tensor,
    push: (i: number, dx: Tensor) => Tensor,
  ): Tensor {
    this.nodes.push({ inputs, outputs: [y], pull: (i, [dy]) => pull(i, dy!), push: (i, dx) => [push(i, dx)] });
    return y;
  }

  /** A map that is linear in its one input. */
  private linear(x: Tensor, forward: (x: Tensor) => Tensor, back: (dy: Tensor) => Tensor): Tensor {
    return this.record(
      [x],
      forward(x),
      (_, dy) => back(dy),
      (_, dx) => forward(dx),
    );
  }

  /** A function of each number, of which f'(x) · d is known. */
  private elementwise(x: Tensor, y: Tensor, derivative: (d: Tensor) => Tensor): Tensor {
    return this.record(
      [x],
      y,
      (_, dy) => derivative(dy),
      (_, dx) => derivative(dx),
    );
  }

  private sum = (a: Tensor, b: Tensor): Tensor => this.run("AddV2", [a, b]);
  private times = (a: Tensor, b: Tensor): Tensor => this.run("Mul", [a, b]);
  private total = (x: Tensor, axes: readonly number[]): Tensor =>
    this.run("Sum", [x, integers(axes)], [typeAttribute("Tidx", dtype("int32")), flagAttribute("keep_dims", true)]);
  private product = (a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor =>
    this.run("MatMul", [a, b], [flagAttribute("transpose_a", transposeA), flagAttribute("transpose_b", transposeB)]);
  private shaped = (x: Tensor, shape: readonly number[]): Tensor =>
    this.run("Reshape", [x, integers(shape)], [typeAttribute("Tshape", dtype("int32"))]);

  /** x · W, or x · Wᵀ, for x of shape [n, k] */
  multiply(x: Tensor, W: Tensor, { transpose = false } = {}): Tensor {
    const pull = (i: number, dy: Tensor) =>
      i === 0
        ? this.product(dy, W, false, !transpose)
        : transpose
          ? this.product(dy, x, true, false)
          : this.product(x, dy, true, false);
    return this.record([x, W], this.product(x, W, false, transpose), pull, (i, d) =>
      i === 0 ? this.product(d, W, false, transpose) : this.product(x, d, false, transpose),
    );
  }

  /** x + b, b of the length of the last axis */
  addBias(x: Tensor, b: Tensor): Tensor {
    return this.record(
      [x, b],
      this.run("BiasAdd", [x, b]),
      (i, dy) => (i === 0 ? dy : this.run("BiasAddGrad", [dy])),
      (i, d) => (i === 0 ? d : this.run("BiasAdd", [this.run("ZerosLike", [x]), d])),
    );
  }

  add(a: Tensor, b: Tensor): Tensor {
    return this.record(
      [a, b],
      this.sum(a, b),
      (_, dy) => dy,
      (_, d) => d,
    );
  }

  /** x + b, where b has length 1 along the given axes and is spread over them; x has the shape of the result. */
  addSpread(x: Tensor, b: Tensor, axes: readonly number[]): Tensor {
    return this.record(
      [x, b],
      this.sum(x, b),
      (i, dy) => (i === 0 ? dy : this.total(dy, axes)),
      (i, d) => (i === 0 ? d : this.sum(this.run("ZerosLike", [x]), d)),
    );
  }

  /** a ⊙ b of one shape */
  hadamard(a: Tensor, b: Tensor): Tensor {
    const other = (i: number, d: Tensor) => this.times(d, i === 0 ? b : a);
    return this.record([a, b], this.times(a, b), other, other);
  }

  /** Every row of x, shape [n, d], times a number of its own, a of shape [n, 1]. */
  scaleRows(x: Tensor, a: Tensor): Tensor {
    return this.record(
      [x, a],
      this.times(x, a),
      (i, dy) => (i === 0 ? this.times(dy, a) : this.total(this.times(dy, x), [1])),
      (i, d) => (i === 0 ? this.times(d, a) : this.times(x, d)),
    );
  }

  /** x / (1 + exp(-x)) */
  silu(x: Tensor): Tensor {
    const s = this.run("Sigmoid", [x]);
    // f' = s + x s (1 - s)
    return this.elementwise(x, this.times(x, s), (d) =>
      this.sum(this.times(d, s), this.run("SigmoidGrad", [s, this.times(d, x)])),
    );
  }

  /** x where x > 0, exp(x) - 1 elsewhere */
  elu(x: Tensor): Tensor {
    const y = this.run("Elu", [x]);
    return this.elementwise(x, y, (d) => this.run("EluGrad", [d, y]));
  }

  tanh(x: Tensor): Tensor {
    const y = this.run("Tanh", [x]);
    return this.elementwise(x, y, (d) => this.run("TanhGrad", [y, d]));
  }

  reshape(x: Tensor, shape: readonly number[]): Tensor {
    return this.linear(
      x,
      (t) => this.shaped(t, shape),
      (dy) => this.shaped(dy, x.shape),
    );
  }

  /** A vector cut into pieces of the given shapes, in order. */
  split(x: Tensor, shapes: readonly (readonly number[])[]): Tensor[] {
    const sizes = shapes.map((shape) => shape.reduce((product, n) => product * n, 1));
    const cut = (v: Tensor) =>
      execute(
        "SplitV",
        [...this.T, typeAttribute("Tlen", dtype("int32")), integerAttribute("num_split", sizes.length)],
        [v, integers(sizes), integer(0)],
        sizes.length,
      ).map((piece, k) => (shapes[k].length === 1 ? piece : this.shaped(piece, shapes[k])));
    const outputs = cut(x);
    const flat = (piece: Tensor | undefined, k: number) =>
      piece === undefined
        ? this.constant(new Float32Array(sizes[k]), [sizes[k]])
        : shapes[k].length === 1
          ? piece
          : this.shaped(piece, [sizes[k]]);
    this.nodes.push({ inputs: [x], outputs, pull: (_, dy) => this.joined(dy.map(flat), 0), push: (_, dx) => cut(dx) });
    return outputs;
  }

  /** Side by side along the last axis. */
  concatenate(a: Tensor, b: Tensor): Tensor {
    const axis = a.shape.length - 1;
    const part = (i: number, d: Tensor) => {
      const begin = a.shape.map((_, k) => (k === axis && i === 1 ? a.shape[axis] : 0));
      return this.run(
        "Slice",
        [d, integers(begin), integers(i === 0 ? a.shape : b.shape)],
        [typeAttribute("Index", dtype("int32"))],
      );
    };
    const zeros = (x: Tensor) => this.run("ZerosLike", [x]);
    return this.record([a, b], this.joined([a, b], axis), part, (i, d) =>
      this.joined(i === 0 ? [d, zeros(b)] : [zeros(a), d], axis),
    );
  }

  private joined(parts: readonly Tensor[], axis: number): Tensor {
    return this.run(
      "ConcatV2",
      [...parts, integer(axis)],
      [integerAttribute("N", parts.length), typeAttribute("Tidx", dtype("int32"))],
    );
  }

  /** Convolution with W of shape [height, width, in, out], zeros beyond the edges, same size. */
  convolve(x: Tensor, W: Tensor): Tensor {
    const forward = (a: Tensor, b: Tensor) => this.run("Conv2D", [a, b], convolution());
    const pull = (i: number, dy: Tensor) =>
      i === 0
        ? this.run("Conv2DBackpropInput", [integers(x.shape), W, dy], convolution())
        : this.run("Conv2DBackpropFilter", [x, integers(W.shape), dy], convolution());
    return this.record([x, W], forward(x, W), pull, (i, d) => (i === 0 ? forward(d, W) : forward(x, d)));
  }

  /** Means of squares of 2 × 2 pixels. */
  pool(x: Tensor): Tensor {
    const attributes = pooling();
    return this.linear(
      x,
      (t) => this.run("AvgPool", [t], attributes),
      (dy) => this.run("AvgPoolGrad", [integers(x.shape), dy], attributes),
    );
  }

  /** Every pixel becomes a square of 2 × 2 like it. */
  enlarge(x: Tensor): Tensor {
    const size = integers([2 * x.shape[1], 2 * x.shape[2]]);
    // the gradient of a pixel is the sum over its square
    const four = this.constant([4], []);
    return this.linear(
      x,
      (t) =>
        this.run(
          "ResizeNearestNeighbor",
          [t, size],
          [flagAttribute("align_corners", false), flagAttribute("half_pixel_centers", false)],
        ),
      (dy) => this.times(this.run("AvgPool", [dy], pooling()), four),
    );
  }

  /** Squares of 2 × 2 pixels become pixels of four times the channels. */
  spaceToDepth(x: Tensor): Tensor {
    return this.linear(
      x,
      (t) => this.run("SpaceToDepth", [t], blocks()),
      (dy) => this.run("DepthToSpace", [dy], blocks()),
    );
  }

  depthToSpace(x: Tensor): Tensor {
    return this.linear(
      x,
      (t) => this.run("DepthToSpace", [t], blocks()),
      (dy) => this.run("SpaceToDepth", [dy], blocks()),
    );
  }
}

const layout = () => textAttribute("data_format", "NHWC");
const convolution = (): Attribute[] => [
  integerAttribute("strides", [1, 1, 1, 1]),
  textAttribute("padding", "SAME"),
  layout(),
  integerAttribute("dilations", [1, 1, 1, 1]),
];
const pooling = (): Attribute[] => [
  integerAttribute("ksize", [1, 2, 2, 1]),
  integerAttribute("strides", [1, 2, 2, 1]),
  textAttribute("padding", "VALID"),
  layout(),
];
const blocks = (): Attribute[] => [integerAttribute("block_size", 2), layout()];
