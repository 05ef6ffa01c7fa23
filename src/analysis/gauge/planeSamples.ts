import type { GaussianMixture } from "../../diffusion/distributions/mixture.js";
import { estimateMean, type Estimate } from "../../math/estimate.js";
import { column, type Matrix } from "../../math/matrix.js";
import { chiSquareTail } from "../../math/special.js";
import { rmsDistance } from "../../math/stats.js";

/** A comparison of samples of a mixture of the plane with its distribution and with other samples. */
export interface PlaneSamples {
  readonly field: string;
  readonly samples: number;
  /** the share of each component, the mean of the responsibilities, as text */
  readonly modes: string;
  /** the total variation of the shares from the weights; the standard error is that of the sum of the excesses */
  readonly variation: Estimate;
  /** the probability of such shares or worse ones, by a χ² test */
  readonly p: number;
  /** the root mean square of the distance to the first set, row by row */
  readonly moved: number;
}

/**
 * Compares sets of samples of the plane, each of shape [n, 2], with the mixture at noise level σ from which they ought
 * to be. The χ² test takes responsibilities for counts, which they are where the components hardly overlap.
 *
 * @throws RangeError if there is no set, one is empty, or one has fewer rows than the first
 */
export function planeSamples(
  p: Pick<GaussianMixture, "weights" | "responsibilities">,
  sets: Readonly<Record<string, Matrix>>,
  sigma: number,
): PlaneSamples[] {
  const [first] = Object.values(sets);
  if (!first) throw new RangeError("planeSamples: no sets of samples, expected at least one");
  return Object.entries(sets).map(([field, x]) => {
    const each = p.responsibilities(x, sigma);
    const shares = Array.from(p.weights, (_, k) => estimateMean(column(each, k)));
    const excess = (k: number) => shares[k].value - p.weights[k];
    const above = shares.map((_, k) => k).filter((k) => excess(k) > 0);
    const inExcess = Float64Array.from({ length: x.rows }, (_, n) =>
      above.reduce((sum, k) => sum + each.values[n * each.cols + k] - p.weights[k], 0),
    );
    const chiSquare = shares.reduce((sum, _, k) => sum + (x.rows * excess(k) ** 2) / p.weights[k], 0);
    return {
      field,
      samples: x.rows,
      modes: shares.map(({ value }) => value.toFixed(3)).join(" / "),
      variation: estimateMean(inExcess),
      p: chiSquareTail(chiSquare, shares.length - 1),
      moved: rmsDistance(x, first),
    };
  });
}
