import type { GaussianMixture } from "../../diffusion/distributions/mixture.js";
import type { Matrix } from "../../math/matrix.js";
import { chiSquareTail } from "../../math/special.js";
import { columnMeans, covariance, rmsDistance } from "../../math/stats.js";

/** A comparison of samples of a mixture of the plane with its distribution and with other samples. */
export interface PlaneSamples {
  readonly field: string;
  /** the share of each component, the mean of the responsibilities, as text */
  readonly modes: string;
  /** the probability of such shares or worse ones, by a χ² test */
  readonly p: number;
  /** entries of the covariance */
  readonly cov11: number;
  readonly cov12: number;
  readonly cov22: number;
  /** the root mean square of the distance to the first set, row by row */
  readonly moved: number;
}

/**
 * Compares sets of samples of the plane, each of shape [n, 2], with the mixture at noise level σ from which they ought
 * to be. The χ² test takes responsibilities for counts, which they are where the components hardly overlap.
 *
 * @throws RangeError if there is no set, one is empty, or they differ in shape
 */
export function planeSamples(
  p: Pick<GaussianMixture, "weights" | "responsibilities">,
  sets: Readonly<Record<string, Matrix>>,
  sigma: number,
): PlaneSamples[] {
  const [first] = Object.values(sets);
  if (!first) throw new RangeError("planeSamples: no sets of samples, expected at least one");
  return Object.entries(sets).map(([field, x]) => {
    const shares = columnMeans(p.responsibilities(x, sigma));
    const chiSquare = shares.reduce((sum, share, k) => sum + (x.rows * (share - p.weights[k]) ** 2) / p.weights[k], 0);
    const [cov11, cov12, , cov22] = covariance(x).values;
    return {
      field,
      modes: Array.from(shares, (share) => share.toFixed(3)).join(" / "),
      p: chiSquareTail(chiSquare, shares.length - 1),
      cov11,
      cov12,
      cov22,
      moved: rmsDistance(x, first),
    };
  });
}
