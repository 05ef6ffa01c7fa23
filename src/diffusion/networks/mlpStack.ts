import { matrix, type Matrix } from "../../math/matrix.js";
import { rowRange } from "../../math/rowBlocks.js";
import { Tape } from "../../math/backend/tape.js";
import { free, keep, releaseWith, tidy, upload, type Tensor } from "../../math/backend/tensors.js";
import { requireSizes } from "./parameterLayout.js";

/**
 * The shape of perceptrons with tanh between their layers, y = W_L tanh(… tanh(W_2 tanh(W_1 x) + b_2) …) + b_L. The
 * first layer has no bias: a constant among the inputs is one.
 */
export interface MlpShape {
  readonly inputs: number;
  /** widths of the hidden layers */
  readonly hidden: readonly number[];
  readonly outputs: number;
}

/**
 * Perceptrons of one shape, m members that are evaluated together: of m · n rows the first n are the first member's,
 * the next n the second's, and so on.
 */
export interface MlpStack {
  readonly shape: MlpShape;
  /** the members' parameters, one vector each */
  readonly members: readonly Float32Array[];
  /** shape [m n, inputs] to [m n, outputs], in float32 within */
  predict(x: Matrix): Matrix;
  /** Gives the native memory back, at the latest when the stack is collected. */
  dispose(): void;
}

/** Points of each member taken at once: what they need stays in the processor's caches. */
const ROWS = 250;

/** Returns the shapes of one member's parameters, as they lie one after another: W_1, then W and b of each layer. */
export function parameterShapes({ inputs, hidden, outputs }: MlpShape): (readonly [number, number])[] {
  requireSizes("mlpStack", {
    inputs,
    outputs,
    "the number of hidden layers": hidden.length,
    ...Object.fromEntries(hidden.map((width, l) => [`hidden[${l}]`, width])),
  });
  const [first, ...later] = [...hidden, outputs].map((width, l) => [l === 0 ? inputs : hidden[l - 1], width] as const);
  return [first, ...later.flatMap((W) => [W, [1, W[1]] as const])];
}

/**
 * Returns the perceptrons of the given parameters, one vector for each member.
 *
 * @throws RangeError if there are none, or a vector is not of the shape's length; `predict`, if x has not the shape's
 * inputs and as many rows for each member
 */
export function mlpStack(shape: MlpShape, members: readonly Float32Array[]): MlpStack {
  const m = members.length;
  const flat = interleave(shape, members);
  const pieces = tidy(() =>
    cut(new Tape("float32"), shape, m, upload(flat, [flat.length], "float32")).map((piece) => keep(piece)),
  );
  const predict = (x: Matrix): Matrix => {
    if (disposed) throw new Error("MlpStack.predict: the stack is disposed of");
    if (x.cols !== shape.inputs || x.rows % m !== 0)
      throw new RangeError(
        `MlpStack.predict: x is ${x.rows} × ${x.cols}, expected ${shape.inputs} columns and a multiple of ${m} rows`,
      );
    const n = x.rows / m;
    const result = matrix(x.rows, shape.outputs);
    for (let from = 0; from < n; from += ROWS) {
      const count = Math.min(ROWS, n - from);
      const part = new Float32Array(m * count * x.cols);
      for (let i = 0; i < m; i++) part.set(rowRange(x, i * n + from, i * n + from + count).values, i * count * x.cols);
      const values = tidy(() => {
        const tape = new Tape("float32");
        return tape.values(forward(tape, pieces, tape.constant(part, [m, count, x.cols])));
      });
      const size = count * shape.outputs;
      for (let i = 0; i < m; i++)
        result.values.set(values.subarray(i * size, (i + 1) * size), (i * n + from) * shape.outputs);
    }
    return result;
  };
  let disposed = false;
  const release = releaseWith(predict, freeing(pieces));
  return {
    shape,
    members,
    predict,
    dispose() {
      disposed = true;
      release();
    },
  };
}

const freeing = (tensors: readonly Tensor[]) => () => tensors.forEach(free);

/** The members' matrices, each of shape [m, …], of parameters that `interleave` has laid out. */
export function cut(tape: Tape, shape: MlpShape, m: number, flat: Tensor): Tensor[] {
  return tape.split(
    flat,
    parameterShapes(shape).map((one) => [m, ...one]),
  );
}

/** The outputs, shape [m, n, outputs], of inputs x, shape [m, n, inputs]. */
export function forward(tape: Tape, [first, ...later]: readonly Tensor[], x: Tensor): Tensor {
  let y = tape.batchMatMul(x, first);
  for (let k = 0; k < later.length; k += 2)
    y = tape.addBroadcast(tape.batchMatMul(tape.tanh(y), later[k]), later[k + 1], [1]);
  return y;
}

/** One vector of the members' parameters: those of all members' first layer lie together, then those of the second. */
export function interleave(shape: MlpShape, members: readonly Float32Array[]): Float32Array {
  const sizes = parameterSizes(shape);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (members.length === 0) throw new RangeError("mlpStack: no members, expected at least one");
  members.forEach((member, i) => {
    if (member.length !== total)
      throw new RangeError(`mlpStack: member ${i} has ${member.length} parameters, expected ${total} for this shape`);
  });
  const flat = new Float32Array(members.length * total);
  let [at, from] = [0, 0];
  for (const size of sizes) {
    for (const member of members) {
      flat.set(member.subarray(from, from + size), at);
      at += size;
    }
    from += size;
  }
  return flat;
}

/** The members' parameters of an interleaved vector. */
export function separate(shape: MlpShape, m: number, flat: Float32Array): Float32Array[] {
  const sizes = parameterSizes(shape);
  return Array.from({ length: m }, (_, i) => {
    const member = new Float32Array(flat.length / m);
    let [at, from] = [0, 0];
    for (const size of sizes) {
      member.set(flat.subarray(from + i * size, from + (i + 1) * size), at);
      at += size;
      from += m * size;
    }
    return member;
  });
}

const parameterSizes = (shape: MlpShape) => parameterShapes(shape).map(([rows, cols]) => rows * cols);
