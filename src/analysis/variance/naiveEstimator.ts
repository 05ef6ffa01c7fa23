import { softmaxRows } from "../../math/logSumExp.js";
import { matrix, type Matrix } from "../../math/matrix.js";
import { fillNormal, normal, type Source } from "../../math/random.js";
import { requireProblem, scheduleOf, type TrainingProblem } from "./trainingDraws.js";

/** Settings of sampleNaiveEstimator. */
export interface NaiveEstimatorOptions {
  readonly count: number;
  /** κ, in the unit of time; 0 is the exact flow */
  readonly kappa: number;
  /** steps in equal ratios of t; equal steps are unstable, as the noise grows like 1 / σ_t⁴ */
  readonly steps?: number;
  /** draws of x_0 from its posterior, as the estimator is made of, or normal noise of the same covariance, the default */
  readonly noise?: "gaussian" | "draws";
  readonly source: Source;
}

/**
 * Samples x_0-like points by the naive estimator of the score, ŝ = s + √(κ/dt) (s̃ - s) with a proxy score s̃ drawn anew
 * at every step: the Itô equation of the probability flow with noise of covariance κ D C D dt (Vastola, arXiv
 * 2504.12532, Prop. 4.1), by Euler and Maruyama's method from N(0, σ_T² I). What is returned is x_t at the first time,
 * shape [count, d]. The noise of covariance C is Σ_i √p_i (x_i - m) ξ_i / σ² over the training points x_i.
 *
 * @throws RangeError if κ is negative, or a setting is not what it should be
 */
export function sampleNaiveEstimator(
  problem: TrainingProblem,
  { count, kappa, steps = 2000, noise = "gaussian", source }: NaiveEstimatorOptions,
): Matrix {
  if (!(kappa >= 0 && kappa < Infinity))
    throw new RangeError(`sampleNaiveEstimator: κ is ${kappa}, expected a number of at least 0`);
  if (!(Number.isSafeInteger(steps) && steps > 0))
    throw new RangeError(`sampleNaiveEstimator: ${steps} steps, expected a positive integer`);
  const { points } = problem;
  const schedule = scheduleOf(problem);
  const [from, to] = requireProblem("sampleNaiveEstimator", problem);
  const [d, N] = [points.cols, points.rows];
  let y = normal(source, count, d); // x_t / α
  for (let i = 0; i < y.values.length; i++) y.values[i] *= schedule.noiseLevel(to);
  const [pull, xi] = [new Float64Array(N), new Float64Array(N)];
  for (let k = 0; k < steps; k++) {
    const [t, next] = [k, k + 1].map((at) => to * (from / to) ** (at / steps));
    const sigma = schedule.noiseLevel(t);
    const drift = schedule.noiseLevel(next) / sigma - 1; // dy = (y - m) dσ / σ
    const spread = (Math.sqrt(kappa * (t - next)) * schedule.diffusion(t)) / (schedule.alpha(t) * sigma) ** 2; // √(κ dt) D C^½ = spread · Cov(x_0 | y)^½
    const p = posterior(points, y, sigma);
    const after = matrix(count, d);
    for (let n = 0; n < count; n++) {
      const own = p.subarray(n * N, (n + 1) * N);
      fillNoise(noise, own, xi, source);
      for (let i = 0; i < N; i++) pull[i] = spread * xi[i] - drift * own[i];
      for (let j = 0; j < d; j++) {
        let sum = (1 + drift) * y.values[n * d + j];
        for (let i = 0; i < N; i++) sum += pull[i] * points.values[i * d + j];
        after.values[n * d + j] = sum;
      }
    }
    y = after;
  }
  const alpha = schedule.alpha(from);
  return { ...y, values: y.values.map((value) => alpha * value) };
}

/** Coefficients ξ of sum 0 such that Σ_i ξ_i x_i is noise of the covariance of the points under p. */
function fillNoise(kind: "gaussian" | "draws", p: Float64Array, xi: Float64Array, source: Source): void {
  if (kind === "draws") {
    let rest = source.uniform();
    p.forEach((probability, i) => {
      xi[i] = (rest >= 0 && rest < probability ? 1 : 0) - probability;
      rest -= probability;
    });
    return;
  }
  fillNormal(source, xi);
  let sum = 0;
  p.forEach((probability, i) => (sum += xi[i] *= Math.sqrt(probability)));
  p.forEach((probability, i) => (xi[i] -= probability * sum));
}

/** The probability of each point given y, row by row, shape [n, N]. */
function posterior(points: Matrix, y: Matrix, sigma: number): Float64Array {
  const logs = matrix(y.rows, points.rows);
  for (let n = 0, at = 0; n < y.rows; n++)
    for (let i = 0; i < points.rows; i++, at++)
      for (let j = 0; j < y.cols; j++)
        logs.values[at] -= (y.values[n * y.cols + j] - points.values[i * y.cols + j]) ** 2 / (2 * sigma ** 2);
  return softmaxRows(logs).values;
}
