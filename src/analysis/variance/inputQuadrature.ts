import { gaussLegendre } from "../../math/quadrature.js";
import { matrix, type Matrix } from "../../math/matrix.js";
import { empiricalDistribution } from "../../diffusion/distributions/empirical.js";
import { requireProblem, scheduleOf, type TrainingProblem } from "./trainingDraws.js";

/** The inputs of training at one time, with what is known of x_0 there. */
export interface InputSlice {
  readonly t: number;
  /** x_t, shape [n, d] */
  readonly x: Matrix;
  /** the probabilities of the inputs, shape [n]; over all slices they sum to 1 */
  readonly weights: Float64Array;
  /** E[x_0 | x_t], shape [n, d] */
  readonly mean: Matrix;
  /** Cov(x_0 | x_t), row by row, shape [n, d²] */
  readonly covariance: Matrix;
}

/** Nodes of the quadrature over the inputs of training. */
export interface InputNodes {
  /** Gauss and Legendre's, in ln t */
  readonly time?: number;
  /** equidistant ones along each coordinate, within 7 standard deviations of every noised point */
  readonly space?: number;
}

/** Numbers that one time may need in an array: 1 GB. */
const MOST = 2 ** 27;

/**
 * Yields nodes for expectations over the inputs (x_t, t) of infinitely many draws, a time after another: what a model
 * learns for P = ∞. The rule of equidistant nodes is exact to round-off where features are no narrower than twice their
 * distance, 14 σ_t / space.
 *
 * @throws RangeError if the problem is none to draw from, there are fewer than two nodes in space, or more than memory
 *   holds
 */
export function* inputQuadrature(
  problem: TrainingProblem,
  { time = 200, space = 280 }: InputNodes = {},
): Generator<InputSlice, void, undefined> {
  const { points } = problem;
  const schedule = scheduleOf(problem);
  const [from, to] = requireProblem("inputQuadrature", problem);
  if (!(Number.isSafeInteger(space) && space >= 2))
    throw new RangeError(`inputQuadrature: ${space} nodes along each coordinate, expected an integer of at least 2`);
  const held = points.rows * space ** points.cols * Math.max(points.rows, points.cols ** 2);
  if (held > MOST)
    throw new RangeError(
      `inputQuadrature: ${space} nodes along each of ${points.cols} coordinates about ${points.rows} points are too many to hold, expected fewer; take a smaller \`space\`, or random draws in more than three dimensions`,
    );
  const p = empiricalDistribution(points);
  const { nodes, weights } =
    from === to
      ? { nodes: Float64Array.of(Math.log(from)), weights: Float64Array.of(1) }
      : gaussLegendre(time, Math.log(from), Math.log(to));
  const noise = normalGrid(space, points.cols);
  for (let k = 0; k < nodes.length; k++) {
    const t = Math.exp(nodes[k]);
    const [alpha, sigma] = [schedule.alpha(t), schedule.noiseLevel(t)];
    const y = matrix(points.rows * noise.z.rows, points.cols); // x = x_t / α
    for (let i = 0, at = 0; i < points.rows; i++)
      for (let n = 0; n < noise.z.rows; n++)
        for (let j = 0; j < y.cols; j++, at++)
          y.values[at] = points.values[i * y.cols + j] + sigma * noise.z.values[n * y.cols + j];
    const share = from === to ? 1 : (weights[k] * t) / (to - from);
    yield {
      t,
      x: { ...y, values: y.values.map((value) => alpha * value) },
      weights: Float64Array.from({ length: y.rows }, (_, n) => (share * noise.weights[n % noise.z.rows]) / points.rows),
      ...posteriorMoments(points, p.responsibilities(y, sigma)),
    };
  }
}

/** Means and covariances of the points under the probabilities of each row, shapes [n, d] and [n, d²]. */
export function posteriorMoments(
  points: Matrix,
  responsibilities: Matrix,
): { readonly mean: Matrix; readonly covariance: Matrix } {
  const [n, d] = [responsibilities.rows, points.cols];
  const [mean, covariance] = [matrix(n, d), matrix(n, d * d)];
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < points.rows; i++) {
      const r = responsibilities.values[k * points.rows + i];
      for (let j = 0; j < d; j++) mean.values[k * d + j] += r * points.values[i * d + j];
    }
    for (let i = 0; i < points.rows; i++) {
      const r = responsibilities.values[k * points.rows + i];
      if (r === 0) continue;
      for (let a = 0; a < d; a++)
        for (let b = 0; b < d; b++)
          covariance.values[(k * d + a) * d + b] +=
            r *
            (points.values[i * d + a] - mean.values[k * d + a]) *
            (points.values[i * d + b] - mean.values[k * d + b]);
    }
  }
  return { mean, covariance };
}

/** An equidistant grid of z ~ N(0, I) in d dimensions, with probabilities of sum 1. */
function normalGrid(size: number, d: number): { readonly z: Matrix; readonly weights: Float64Array } {
  const axis = Float64Array.from({ length: size }, (_, i) => (7 * (2 * i - size + 1)) / (size - 1));
  const density = axis.map((z) => Math.exp(-0.5 * z * z));
  const total = density.reduce((sum, value) => sum + value, 0);
  const z = matrix(size ** d, d);
  const weights = new Float64Array(z.rows).fill(1);
  for (let n = 0; n < z.rows; n++)
    for (let j = 0, rest = n; j < d; j++, rest = Math.floor(rest / size)) {
      z.values[n * d + j] = axis[rest % size];
      weights[n] *= density[rest % size] / total;
    }
  return { z, weights };
}
