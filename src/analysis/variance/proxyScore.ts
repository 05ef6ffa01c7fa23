import type { VectorField } from "../../diffusion/distribution.js";
import { empiricalDistribution } from "../../diffusion/distributions/empirical.js";
import { jacobians } from "../../diffusion/jacobian.js";
import { fromSchedule, linearVariance, type Schedule } from "../../diffusion/schedule.js";
import { requirePositive } from "../../diffusion/score.js";
import { matrix, squaredLengths, type Matrix } from "../../math/matrix.js";
import { mean } from "../../math/stats.js";

/*
 * The proxy score s̃(x, σ; x_0) = (x_0 - x) / σ² is the noisy target of denoising score matching: its mean given x_σ = x
 * is the score, and its covariance
 *
 *     C(x, σ) = Cov(s̃ | x) = I / σ² + ∇∇ log p(x; σ) = Cov(x_0 | x) / σ⁴
 *
 * (Vastola, Generalization through variance, ICLR 2025, arXiv 2504.12532, Eq. 5). In a process x_t = α (x_0 + σ z) it
 * is C / α², and the share f is the same.
 */

/**
 * The covariance C of the proxy score at every row of x, n matrices of shape [d, d], in the unit of 1 / x².
 *
 * @throws RangeError if σ is not positive, and as the field's Jacobian does
 */
export function proxyCovariance(
  { jacobianProduct }: Pick<VectorField, "jacobianProduct">,
  x: Matrix,
  sigma: number,
): Matrix[] {
  requirePositive("proxyCovariance", sigma);
  const all = jacobians(jacobianProduct, x, sigma);
  for (const { values } of all) for (let i = 0; i < x.cols; i++) values[i * x.cols + i] += 1 / sigma ** 2;
  return all;
}

/** What the target of denoising score matching is made of at some points. */
export interface ProxyVariance {
  /** tr C, shape [n] */
  readonly variance: Float64Array;
  /** |s|², shape [n] */
  readonly squaredScore: Float64Array;
  /** f = tr C / (tr C + |s|²), the part of the target's mean square that is noise, shape [n]; 0 where both are 0 */
  readonly share: Float64Array;
}

/**
 * The variance tr C = d / σ² + ∇ · s of the proxy score at every row of x, and its share of the target's mean square.
 * Where it is large, near the boundaries between the basins of training points, targets disagree most.
 *
 * @throws RangeError if σ is not positive, and as the field's divergence does
 */
export function proxyVariance(
  { scoreAndDivergence }: Pick<VectorField, "scoreAndDivergence">,
  x: Matrix,
  sigma: number,
): ProxyVariance {
  requirePositive("proxyVariance", sigma);
  const { score, divergence } = scoreAndDivergence(x, sigma);
  const variance = divergence.map((value) => Math.max(x.cols / sigma ** 2 + value, 0)); // round-off can leave it below 0
  const squaredScore = squaredLengths(score);
  const share = variance.map((value, n) => (value === 0 ? 0 : value / (value + squaredScore[n])));
  return { variance, squaredScore, share };
}

/** The share f on a grid of the plane, at several times. */
export interface ProxyShareMap {
  /** the training points, shape [N, 2] */
  readonly points: Matrix;
  /** x_t at the grid's columns and rows, increasing */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly times: readonly number[];
  /** f of each time, shape [y, x] */
  readonly shares: readonly Matrix[];
  /** the mean of f over the grid at each time */
  readonly means: readonly number[];
}

/** Settings of proxyShareMap. */
export interface ProxyShareOptions {
  /** default α = √(1 - t), σ_t² = t, as in the paper's Fig. 1 */
  readonly schedule?: Schedule;
  readonly times?: readonly number[];
  /** whose share it is, in the place of the points': that of a Gaussian of their mean and covariance, say */
  readonly distribution?: Pick<VectorField, "scoreAndDivergence">;
  /** the grid spans ±extent in both directions */
  readonly extent?: number;
  /** grid points along each side, both ends among them */
  readonly size?: number;
}

/**
 * Maps the proxy variance's share of points in the plane, shape [N, 2], over x_t (Vastola, arXiv 2504.12532, Fig. 1,
 * whose settings are the defaults).
 *
 * @throws RangeError if the points are not in the plane, a time is 0, the size is below 2 or the extent not positive
 */
export function proxyShareMap(
  points: Matrix,
  {
    schedule = linearVariance(),
    times = [0.05, 0.1, 0.2, 0.5, 0.75],
    distribution,
    extent = 2,
    size = 100,
  }: ProxyShareOptions = {},
): ProxyShareMap {
  if (points.cols !== 2)
    throw new RangeError(
      `proxyShareMap: the points have ${points.cols} coordinates, expected 2, a map is of the plane`,
    );
  if (!(Number.isSafeInteger(size) && size >= 2 && extent > 0 && extent < Infinity))
    throw new RangeError(
      `proxyShareMap: ${size} grid points along ±${extent}, expected at least 2 of them and a positive extent`,
    );
  const p = distribution ?? empiricalDistribution(points);
  const axis = Float64Array.from({ length: size }, (_, i) => (extent * (2 * i - size + 1)) / (size - 1));
  const grid = matrix(size * size, 2);
  for (let i = 0; i < grid.rows; i++) grid.values.set([axis[i % size], axis[Math.floor(i / size)]], 2 * i);
  const shares = times.map((t) => {
    const { share } = proxyVariance(p, fromSchedule(schedule, grid, t), schedule.noiseLevel(t));
    return matrix(size, size, share);
  });
  return { points, x: axis, y: axis, times, shares, means: shares.map(({ values }) => mean(values)) };
}
