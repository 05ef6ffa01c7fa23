import { randomSource } from "../../math/random.js";
import { dimensionCurve } from "./curve.js";
import { estimateAll, scoreEstimators, type ScoreEstimators } from "./estimators.js";
import { flipd } from "./flipd.js";
import type { FlowSlopesOptions } from "./flowMap.js";
import type { ExactManifold } from "./manifolds.js";

/** Estimates on a manifold at a noise level that was found, averages over its points. */
export type PlateauEstimate = Record<keyof ScoreEstimators, number> & {
  readonly name: string;
  /** of the space */
  readonly D: number;
  readonly k: number;
  /** the geometric middle of the widest plateau on which FLIPD is not 0 */
  readonly sigma: number;
};

/**
 * Estimates the dimension of manifolds by every estimator that asks a score, each at the middle of the widest plateau
 * that FLIPD has over the noise levels: what one can do without knowing the dimension. A plateau at 0 is that of single
 * points, of a grid say, and does not count.
 *
 * @throws RangeError if FLIPD has no plateau on a manifold; as flowSlopes does if it is not below sigmaMax
 */
export function estimateOnPlateaus(
  manifolds: readonly ExactManifold[],
  sigmas: ArrayLike<number>,
  { seed, ...options }: FlowSlopesOptions & { readonly seed: number },
): PlateauEstimate[] {
  return manifolds.map(({ name, k, p, x }) => {
    const plateaus = dimensionCurve(flipd(p), x, sigmas).plateaus.filter(({ value }) => value >= 0.5);
    if (plateaus.length === 0)
      throw new RangeError(
        `estimateOnPlateaus: FLIPD has no plateau above 0 on ${name}; ask more or other noise levels`,
      );
    const widest = plateaus.reduce((best, one) => (one.to / one.from > best.to / best.from ? one : best));
    const sigma = Number(Math.sqrt(widest.from * widest.to).toPrecision(3));
    const estimators = scoreEstimators(p, { source: randomSource(seed, 9), ...options });
    return { name, D: p.dimension, k, sigma, ...estimateAll(estimators, x, sigma) };
  });
}
