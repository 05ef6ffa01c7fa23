import { addScaled, matrix, norm, requireSameShape, row, scale, type Matrix } from "../../math/matrix.js";
import { tensorflow } from "../../math/backend/tensorflow.js";
import type { JacobianProduct } from "../jacobian.js";
import { completeDenoiser, type TrainedDenoiser } from "./networkDenoiser.js";
import { requirePoints, requirePositive } from "../score.js";
import { overRows } from "../../math/rowBlocks.js";

/** Settings of savedModelDenoiser. */
export interface SavedModelOptions {
  /**
   * the signature that denoises; its inputs are `x`, of shape [n, …] with d numbers a point, and `sigma`, of shape [n],
   * [n, 1] or []
   */
  readonly signature?: string;
  /** points evaluated at a time */
  readonly rows?: number;
}

interface Input {
  readonly shape: readonly { getSize(): number }[];
}

/**
 * A denoiser that was trained elsewhere and exported by TensorFlow as a SavedModel folder. It computes in float32; σ >
 * 0 only. Signatures `jvp` and `vjp` with a third input `v` give its Jacobian products; without them they are central
 * differences, good to about 1e-3, Jᵀ v by d of them. The model must be one that TensorFlow 2.15 can read.
 *
 * @throws Error if the folder holds no model, or no such signature
 * @throws RangeError if the signature's inputs are others, or the points' dimension is not fixed
 */
export async function savedModelDenoiser(
  path: string,
  { signature = "serving_default", rows = 256 }: SavedModelOptions = {},
): Promise<TrainedDenoiser> {
  const tf = tensorflow();
  const graphs = await tf.node.getMetaGraphsFromSavedModel(path);
  const graph = graphs.find(({ tags }) => tags.includes("serve")) ?? graphs[0];
  const known = graph.signatureDefs as unknown as Record<
    string,
    { inputs: Record<string, Input>; outputs: Record<string, Input> }
  >;
  if (!known[signature])
    throw new Error(
      `savedModelDenoiser: ${path} has no signature ${JSON.stringify(signature)}; there are ${Object.keys(known).join(", ")}`,
    );
  const { inputs, outputs } = known[signature];
  if (Object.keys(inputs).sort().join() !== "sigma,x" || Object.keys(outputs).length !== 1)
    throw new RangeError(
      `savedModelDenoiser: ${path} has the inputs ${Object.keys(inputs).join(", ")} and ${Object.keys(outputs).length} outputs in ${signature}, expected x and sigma and one output`,
    );
  const sizes = (input: Input) => input.shape.map((size) => size.getSize());
  const shape = sizes(inputs.x).slice(1);
  const d = shape.reduce((product, n) => product * n, 1);
  if (!(shape.length > 0 && shape.every((n) => n > 0)))
    throw new RangeError(
      `savedModelDenoiser: x has the shape [${sizes(inputs.x).join()}] in ${path}, expected a free first size and fixed others`,
    );
  const levels = sizes(inputs.sigma).length;

  const load = async (name: string) => (known[name] ? tf.node.loadSavedModel(path, graph.tags, name) : undefined);
  const models = { denoise: (await load(signature))!, jvp: await load("jvp"), vjp: await load("vjp") };
  type Model = typeof models.denoise;

  let disposed = false;
  const run = (model: Model, x: Matrix, sigma: number, v?: Matrix): Matrix => {
    if (disposed) throw new Error("savedModelDenoiser: the denoiser is disposed of");
    requirePositive("savedModelDenoiser", sigma);
    requirePoints("savedModelDenoiser", "x", x, d);
    if (v) requireSameShape("savedModelDenoiser", x, v);
    return overRows(x, rows, d, (part, from) => {
      const n = part.rows;
      const points = (values: Float64Array) => tf.tensor(new Float32Array(values), [n, ...shape]);
      const result = tf.tidy(
        () =>
          Object.values(
            model.predict({
              x: points(part.values),
              sigma: tf.fill([[], [n], [n, 1]][levels], sigma),
              ...(v && { v: points(v.values.subarray(from * d, (from + n) * d)) }),
            }) as Record<string, ReturnType<typeof points>>,
          )[0],
      );
      const values = new Float64Array(result.dataSync());
      result.dispose();
      return matrix(n, d, values);
    });
  };
  const denoiser = (x: Matrix, sigma: number) => run(models.denoise, x, sigma);
  const difference: JacobianProduct = (x, sigma, v) => {
    requireSameShape("savedModelDenoiser", x, v);
    const size = norm(v) / Math.sqrt(Math.max(1, v.rows));
    if (size === 0) return matrix(v.rows, v.cols);
    const step = (0.01 * sigma) / size; // the cube root of float32's round-off, in the unit in which D changes
    return scale(
      addScaled(denoiser(addScaled(x, step, v), sigma), -1, denoiser(addScaled(x, -step, v), sigma)),
      1 / (2 * step),
    );
  };
  const transposed: JacobianProduct = (x, sigma, v) => {
    requireSameShape("savedModelDenoiser", x, v);
    const result = matrix(x.rows, d);
    for (let j = 0; j < d; j++) {
      const unit = matrix(x.rows, d);
      for (let n = 0; n < x.rows; n++) unit.values[n * d + j] = 1;
      const column = difference(x, sigma, unit);
      for (let n = 0; n < x.rows; n++)
        result.values[n * d + j] = row(column, n).reduce((sum, value, i) => sum + value * v.values[n * d + i], 0);
    }
    return result;
  };
  const jvp: JacobianProduct = models.jvp ? (x, sigma, v) => run(models.jvp!, x, sigma, v) : difference;
  const vjp: JacobianProduct = models.vjp ? (x, sigma, v) => run(models.vjp!, x, sigma, v) : transposed;
  return completeDenoiser(d, { denoiser, jvp, vjp }, () => {
    if (disposed) return;
    disposed = true;
    for (const model of Object.values(models)) model?.dispose();
  });
}
