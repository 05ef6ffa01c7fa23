import * as images from "./imageOps.js";
import * as ops from "./ops.js";
import { download, upload, type Precision, type Tensor } from "./tensors.js";

/** What an operation leaves behind for derivatives. */
interface Node {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /**
   * The gradient with respect to input i, of those with respect to the outputs; one of them may be missing where there
   * are several.
   */
  vjp(i: number, dy: readonly (Tensor | undefined)[]): Tensor;
  /** The change of the outputs with a change of input i alone. */
  jvp(i: number, dx: Tensor): readonly Tensor[];
}

/** The operations of a network. */
export type Operations = Pick<
  Tape,
  | "constant"
  | "matMul"
  | "batchMatMul"
  | "softmax"
  | "biasAdd"
  | "add"
  | "addBroadcast"
  | "mul"
  | "mulBroadcast"
  | "scaleRows"
  | "silu"
  | "elu"
  | "tanh"
  | "reshape"
  | "concat"
  | "conv2d"
  | "avgPool"
  | "upsample"
  | "spaceToDepth"
  | "depthToSpace"
>;

/**
 * Records operations on tensors, so that afterwards gradients go back through them (`vjp`, reverse mode: training, Jᵀ
 * v) and changes forward (`jvp`, forward mode: J v). Images have the shape [batch, height, width, channels]. To be used
 * inside `tidy`.
 */
export class Tape {
  private readonly nodes: Node[] = [];

  constructor(readonly precision: Precision) {}

  /** A tensor of the tape's precision that no derivative reaches. */
  constant(values: ArrayLike<number>, shape: readonly number[]): Tensor {
    return upload(values, shape, this.precision);
  }

  /** The numbers of a tensor. */
  values(x: Tensor): Float32Array | Float64Array {
    return download(x);
  }

  /**
   * Gradients with respect to the targets of anything whose gradient with respect to y is dy; undefined where y does
   * not depend on a target.
   */
  vjp(y: Tensor, dy: Tensor, targets: readonly Tensor[]): (Tensor | undefined)[] {
    const active = this.reached(targets);
    const gradients = new Map<number, Tensor>([[y.id, dy]]);
    for (const node of this.nodes.toReversed()) {
      const dys = node.outputs.map(({ id }) => gradients.get(id));
      if (dys.every((gradient) => gradient === undefined)) continue;
      node.inputs.forEach((input, i) => {
        if (!active.has(input.id)) return;
        const gradient = node.vjp(i, dys);
        const before = gradients.get(input.id);
        gradients.set(input.id, before ? ops.add(before, gradient) : gradient);
      });
    }
    return targets.map(({ id }) => gradients.get(id));
  }

  /** The change of y with the change dx of x; undefined if y does not depend on x. */
  jvp(y: Tensor, x: Tensor, dx: Tensor): Tensor | undefined {
    const changes = new Map<number, Tensor>([[x.id, dx]]);
    for (const node of this.nodes)
      node.inputs.forEach((input, i) => {
        const change = changes.get(input.id);
        if (!change) return;
        node.jvp(i, change).forEach((part, k) => {
          const { id } = node.outputs[k];
          const before = changes.get(id);
          // A node is visited once, so that what is there already comes from its other inputs.
          changes.set(id, before ? ops.add(before, part) : part);
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

  private record(
    inputs: readonly Tensor[],
    y: Tensor,
    vjp: (i: number, dy: Tensor) => Tensor,
    jvp: (i: number, dx: Tensor) => Tensor,
  ): Tensor {
    this.nodes.push({ inputs, outputs: [y], vjp: (i, [dy]) => vjp(i, dy!), jvp: (i, dx) => [jvp(i, dx)] });
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

  /** A function with a symmetric Jacobian, of each number say, of which f'(x) · d is known. */
  private symmetric(x: Tensor, y: Tensor, derivative: (d: Tensor) => Tensor): Tensor {
    return this.record(
      [x],
      y,
      (_, dy) => derivative(dy),
      (_, dx) => derivative(dx),
    );
  }

  /** x · W, or x · Wᵀ, for x of shape [n, k] */
  matMul(x: Tensor, W: Tensor, { transposeB = false } = {}): Tensor {
    const vjp = (i: number, dy: Tensor) =>
      i === 0
        ? ops.matMul(dy, W, { transposeB: !transposeB })
        : transposeB
          ? ops.matMul(dy, x, { transposeA: true })
          : ops.matMul(x, dy, { transposeA: true });
    return this.record([x, W], ops.matMul(x, W, { transposeB }), vjp, (i, d) =>
      i === 0 ? ops.matMul(d, W, { transposeB }) : ops.matMul(x, d, { transposeB }),
    );
  }

  /** A_k · B_k, or A_k · B_kᵀ, of every pair of matrices of two stacks, shapes [n, i, j] and [n, j, k] or [n, k, j] */
  batchMatMul(a: Tensor, b: Tensor, { transposeB = false } = {}): Tensor {
    const vjp = (i: number, dy: Tensor) =>
      i === 0
        ? ops.batchMatMul(dy, b, { transposeB: !transposeB })
        : transposeB
          ? ops.batchMatMul(dy, a, { transposeA: true })
          : ops.batchMatMul(a, dy, { transposeA: true });
    return this.record([a, b], ops.batchMatMul(a, b, { transposeB }), vjp, (i, d) =>
      i === 0 ? ops.batchMatMul(d, b, { transposeB }) : ops.batchMatMul(a, d, { transposeB }),
    );
  }

  /** exp x over its sum along the last axis */
  softmax(x: Tensor): Tensor {
    const s = ops.softmax(x);
    return this.symmetric(x, s, (d) => {
      const change = ops.mul(s, d);
      return ops.sub(change, ops.mul(s, ops.sum(change, [x.shape.length - 1])));
    });
  }

  /** x + b, b of the length of the last axis */
  biasAdd(x: Tensor, b: Tensor): Tensor {
    return this.record(
      [x, b],
      ops.run("BiasAdd", [x, b]),
      (i, dy) => (i === 0 ? dy : ops.run("BiasAddGrad", [dy])),
      (i, d) => (i === 0 ? d : ops.run("BiasAdd", [ops.zerosLike(x), d])),
    );
  }

  /** a + b of one shape */
  add(a: Tensor, b: Tensor): Tensor {
    return this.record(
      [a, b],
      ops.add(a, b),
      (_, dy) => dy,
      (_, d) => d,
    );
  }

  /** x + b, where b has length 1 along the given axes and is spread over them; x has the shape of the result. */
  addBroadcast(x: Tensor, b: Tensor, axes: readonly number[]): Tensor {
    return this.record(
      [x, b],
      ops.add(x, b),
      (i, dy) => (i === 0 ? dy : ops.sum(dy, axes)),
      (i, d) => (i === 0 ? d : ops.add(ops.zerosLike(x), d)),
    );
  }

  /** a ⊙ b of one shape */
  mul(a: Tensor, b: Tensor): Tensor {
    const other = (i: number, d: Tensor) => ops.mul(d, i === 0 ? b : a);
    return this.record([a, b], ops.mul(a, b), other, other);
  }

  /** Every row of x, shape [n, d], times a number of its own, a of shape [n, 1]. */
  scaleRows(x: Tensor, a: Tensor): Tensor {
    return this.mulBroadcast(x, a, [1]);
  }

  /** x ⊙ a, where a has length 1 along the given axes and is spread over them; x has the shape of the result. */
  mulBroadcast(x: Tensor, a: Tensor, axes: readonly number[]): Tensor {
    return this.record(
      [x, a],
      ops.mul(x, a),
      (i, dy) => (i === 0 ? ops.mul(dy, a) : ops.sum(ops.mul(dy, x), axes)),
      (i, d) => (i === 0 ? ops.mul(d, a) : ops.mul(x, d)),
    );
  }

  /** x / (1 + exp(-x)) */
  silu(x: Tensor): Tensor {
    const s = ops.run("Sigmoid", [x]);
    // f' = s + x s (1 - s)
    return this.symmetric(x, ops.mul(x, s), (d) => ops.add(ops.mul(d, s), ops.run("SigmoidGrad", [s, ops.mul(d, x)])));
  }

  /** x where x > 0, exp(x) - 1 elsewhere */
  elu(x: Tensor): Tensor {
    const y = ops.run("Elu", [x]);
    return this.symmetric(x, y, (d) => ops.run("EluGrad", [d, y]));
  }

  /** tanh of every number */
  tanh(x: Tensor): Tensor {
    const y = ops.run("Tanh", [x]);
    return this.symmetric(x, y, (d) => ops.run("TanhGrad", [y, d]));
  }

  /** The same numbers in another shape. */
  reshape(x: Tensor, shape: readonly number[]): Tensor {
    return this.linear(
      x,
      (t) => ops.reshape(t, shape),
      (dy) => ops.reshape(dy, x.shape),
    );
  }

  /** A vector cut into pieces of the given shapes, in order. */
  split(x: Tensor, shapes: readonly (readonly number[])[]): Tensor[] {
    const sizes = shapes.map((shape) => shape.reduce((product, n) => product * n, 1));
    const cut = (v: Tensor) =>
      ops.split(v, sizes).map((piece, k) => (shapes[k].length === 1 ? piece : ops.reshape(piece, shapes[k])));
    const flat = (piece: Tensor | undefined, k: number) =>
      piece === undefined
        ? this.constant(new Float32Array(sizes[k]), [sizes[k]])
        : shapes[k].length === 1
          ? piece
          : ops.reshape(piece, [sizes[k]]);
    const outputs = cut(x);
    this.nodes.push({ inputs: [x], outputs, vjp: (_, dy) => ops.concat(dy.map(flat), 0), jvp: (_, dx) => cut(dx) });
    return outputs;
  }

  /** Side by side along the last axis. */
  concat(a: Tensor, b: Tensor): Tensor {
    const axis = a.shape.length - 1;
    const part = (i: number, d: Tensor) => {
      const begin = a.shape.map((_, k) => (k === axis && i === 1 ? a.shape[axis] : 0));
      return ops.slice(d, begin, (i === 0 ? a : b).shape);
    };
    return this.record([a, b], ops.concat([a, b], axis), part, (i, d) =>
      ops.concat(i === 0 ? [d, ops.zerosLike(b)] : [ops.zerosLike(a), d], axis),
    );
  }

  /** Convolution with W of shape [height, width, in, out], zeros beyond the edges, same size. */
  conv2d(x: Tensor, W: Tensor): Tensor {
    const vjp = (i: number, dy: Tensor) =>
      i === 0 ? images.conv2dInputGradient(x.shape, W, dy) : images.conv2dFilterGradient(x, W.shape, dy);
    return this.record([x, W], images.conv2d(x, W), vjp, (i, d) =>
      i === 0 ? images.conv2d(d, W) : images.conv2d(x, d),
    );
  }

  /** Means of squares of 2 × 2 pixels. */
  avgPool(x: Tensor): Tensor {
    return this.linear(x, images.avgPool, (dy) => images.avgPoolGradient(x.shape, dy));
  }

  /** Squares of 2 × 2 equal pixels in the place of pixels. */
  upsample(x: Tensor): Tensor {
    const size = [2 * x.shape[1], 2 * x.shape[2]];
    // the gradient of a pixel is the sum over its square
    const four = this.constant([4], []);
    return this.linear(
      x,
      (t) => images.resizeNearestNeighbor(t, size),
      (dy) => ops.mul(images.avgPool(dy), four),
    );
  }

  /** Squares of 2 × 2 pixels as pixels of four times the channels. */
  spaceToDepth(x: Tensor): Tensor {
    return this.linear(x, images.spaceToDepth, images.depthToSpace);
  }

  /** The inverse of `spaceToDepth`. */
  depthToSpace(x: Tensor): Tensor {
    return this.linear(x, images.depthToSpace, images.spaceToDepth);
  }
}
