import type { Distribution } from "../../diffusion/distribution.js";
import { requirePositive } from "../../diffusion/score.js";
import type { DimensionEstimator } from "./curve.js";

/** Settings of lidl. */
export interface LidlOptions {
  /** the noise levels δ of the regression, relative to the scale; eight in equal ratios from 1/√10 to √10 without it */
  readonly levels?: ArrayLike<number>;
}

/**
 * LIDL (Tempczyk et al., arXiv 2206.14882): D plus the least-squares slope of log p(x; δ) on log δ over noise levels δ
 * around the scale. At the scale √10/100 the levels are the paper's, eight from 0.01 to 0.1. With levels ever nearer to
 * each other it becomes FLIPD.
 *
 * @throws RangeError if there are fewer than two levels, or one is not positive; the estimator as the density does
 */
export function lidl(
  { logDensity }: Pick<Distribution, "logDensity">,
  { levels = Float64Array.from({ length: 8 }, (_, i) => 10 ** (i / 7 - 0.5)) }: LidlOptions = {},
): DimensionEstimator {
  const logs = Float64Array.from(levels, Math.log);
  if (logs.length < 2 || !logs.every(Number.isFinite))
    throw new RangeError(
      `lidl: the levels are ${Array.from(levels).join(", ")}, expected two or more positive numbers`,
    );
  const centre = logs.reduce((sum, u) => sum + u, 0) / logs.length;
  const spread = logs.reduce((sum, u) => sum + (u - centre) ** 2, 0);
  if (!(spread > 0)) throw new RangeError(`lidl: all levels are ${levels[0]}, expected two that differ`);
  return (x, scale) => {
    requirePositive("lidl", scale);
    const dimensions = new Float64Array(x.rows).fill(x.cols);
    logs.forEach((u) => {
      const weight = (u - centre) / spread;
      logDensity(x, scale * Math.exp(u)).forEach((value, n) => (dimensions[n] += weight * value));
    });
    return dimensions;
  };
}
