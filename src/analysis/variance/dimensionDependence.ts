import { empiricalDistribution } from "../../diffusion/distributions/empirical.js";
import { estimateMean, type Estimate } from "../../math/estimate.js";
import { addToRows, matrix, row, squaredLengths, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import type { Source } from "../../math/random.js";
import { rowRange } from "../../math/rowBlocks.js";
import { columnMeans } from "../../math/stats.js";

/** How far noised points of a data set still leave open which point they are, at one noise level. */
export interface PosteriorDecision {
  /** d */
  readonly dimension: number;
  readonly sigma: number;
  /** the share of noised points x with one data point of posterior weight above the threshold; its error is binomial */
  readonly decided: Estimate;
  /** tr C / (tr C + |s|²), the variance's share of the mean square of the proxy score (y - x) / σ² given x */
  readonly varianceShare: Estimate;
  /** tr C σ² / d, the variance in the place of noise of variance 1 a coordinate; at most about 1 */
  readonly relativeVariance: Estimate;
}

/** Settings of dimensionDependence. */
export interface DimensionDependenceOptions {
  readonly source: Source;
  /** noised points at each noise level */
  readonly count?: number;
  /** the posterior weight that decides */
  readonly threshold?: number;
}

/** Posterior weights held at a time: 32 MB. */
const BLOCK = 2 ** 22;

/**
 * Measures at each noise level how often a noised data point has one data point behind it alone, and how much the
 * target of denoising score matching varies given it: C(x) = Cov(y | x) / σ⁴ over the posterior of the data points,
 * shape [N, d]. Where the weight is 1, C is 0, and learning from data is learning from the score itself. In high
 * dimension that is so at almost all noise levels (Bertrand et al., arXiv 2506.03719, on the targets of flow matching).
 *
 * @throws RangeError if the threshold is not from 0 to below 1, count is below 2, or as the responsibilities do
 */
export function dimensionDependence(
  points: Matrix,
  sigmas: readonly number[],
  { source, count = 1000, threshold = 0.99 }: DimensionDependenceOptions,
): PosteriorDecision[] {
  if (!(threshold >= 0 && threshold < 1))
    throw new RangeError(`dimensionDependence: the threshold is ${threshold}, expected one from 0 to below 1`);
  if (!(Number.isSafeInteger(count) && count >= 2))
    throw new RangeError(`dimensionDependence: ${count} noised points, expected an integer of at least 2`);
  const p = empiricalDistribution(points);
  const centre = columnMeans(points);
  const y = addToRows(points, centre, -1); // far from 0, the two terms of a variance would cancel
  const squares = matrix(y.rows, 1, squaredLengths(y));
  const size = Math.max(1, Math.floor(BLOCK / points.rows));
  return sigmas.map((sigma) => {
    const x = p.sample(source, count, sigma);
    const [decided, shares, variances] = Array.from({ length: 3 }, () => new Float64Array(count));
    for (let from = 0; from < count; from += size) {
      const part = rowRange(x, from, Math.min(from + size, count));
      const weights = p.responsibilities(part, sigma);
      const means = multiply(weights, y);
      const [total, along] = [multiply(weights, squares).values, squaredLengths(means)];
      for (let n = 0; n < part.rows; n++) {
        const spread = Math.max(total[n] - along[n], 0); // tr Cov(y | x), which round-off can leave below 0
        let distance = 0; // σ⁴ |s|²
        for (let j = 0, at = n * x.cols; j < x.cols; j++, at++)
          distance += (means.values[at] + centre[j] - part.values[at]) ** 2;
        decided[from + n] = row(weights, n).some((weight) => weight > threshold) ? 1 : 0;
        shares[from + n] = spread / (spread + distance);
        variances[from + n] = spread / (sigma ** 2 * x.cols);
      }
    }
    return {
      dimension: points.cols,
      sigma,
      decided: estimateMean(decided),
      varianceShare: estimateMean(shares),
      relativeVariance: estimateMean(variances),
    };
  });
}

/** Lays one measure of several data sets out by noise level, a record for each data set, for a table. */
export function byNoiseLevel(
  sets: readonly (readonly PosteriorDecision[])[],
  field: "decided" | "varianceShare" | "relativeVariance",
): Record<string, number | Estimate>[] {
  return sets.map((levels) => ({
    d: levels[0].dimension,
    ...Object.fromEntries(levels.map((level) => [`σ = ${level.sigma}`, level[field]])),
  }));
}
