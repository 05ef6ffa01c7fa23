import {
  bootstrapEstimate,
  type BootstrapOptions,
  type Estimate,
  type InfluenceEstimate,
} from "../../math/estimate.js";
import type { Gaussian } from "../../diffusion/distributions/gaussian.js";
import type { VectorField } from "../../diffusion/distribution.js";
import type { EvaluationPoints } from "./evaluationPoints.js";
import { farFieldRank, minimalRank, rankNeeded, rankShares } from "./rank.js";

/** The rank that a Gaussian needs to describe a score, over the noise levels. */
export interface RankStudy {
  /** the noise levels in units of √λ₁ */
  readonly ratios: readonly number[];
  /** the fractions of variance unexplained at each noise level, for the ranks from 0 on */
  readonly fractions: readonly (readonly InfluenceEstimate[])[];
  /** the rank needed at each noise level */
  readonly rank: readonly number[];
  /** c of a variance that stands out, λ_k > c σ² */
  readonly c: number;
  /** the number of variances that stand out from the noise, the law for a score that is known up to some error */
  readonly standingOut: readonly number[];
  /** the law for the exact score of a data set, far from it, where the third moment is given */
  readonly farField?: readonly number[];
}

/** Settings of a study of ranks. */
export interface RankOptions {
  /** ‖M₃‖² of the data, as farField has it */
  readonly thirdMoment?: number;
  /** the noise levels in units of √λ₁ */
  readonly ratios?: readonly number[];
  /** c of a variance that stands out, λ_k > c σ² */
  readonly c?: number;
}

/**
 * Finds the least number of eigenvectors with which a Gaussian leaves less than 1.1 times what it leaves unexplained
 * with all of them (arXiv 2412.09726), at each noise level, and what the two laws say.
 *
 * @throws RangeError as rankShares, minimalRank and farFieldRank do
 */
export function rankStudy(
  target: Pick<VectorField, "score">,
  g: Gaussian,
  points: EvaluationPoints,
  { thirdMoment, ratios = [0.05, 0.1, 0.2, 0.4, 0.7, 1, 1.5, 2.5, 5, 10], c = 0.3 }: RankOptions = {},
): RankStudy {
  const sigmas = ratios.map((ratio) => ratio * Math.sqrt(g.lambda[0]));
  const fractions = sigmas.map((sigma) => rankShares(target, g, points, sigma));
  return {
    ratios,
    fractions,
    rank: fractions.map((level) => rankNeeded(level.map(({ value }) => value))),
    c,
    standingOut: sigmas.map((sigma) => minimalRank(g.lambda, sigma, c)),
    ...(thirdMoment !== undefined && {
      farField: sigmas.map((sigma) => farFieldRank(g.lambda, thirdMoment, sigma)),
    }),
  };
}

/**
 * Returns the largest growth of the rank needed from one noise level to the next; it is negative where the rank falls
 * at every step. The levels share their evaluation points.
 *
 * @param levels the fractions of variance unexplained of the ranks from 0 on, at each noise level
 * @throws RangeError if there are fewer than two levels, or as rankNeeded and bootstrapEstimate do
 */
export function largestRankIncrease(
  levels: readonly (readonly InfluenceEstimate[])[],
  bootstrap: BootstrapOptions,
): Estimate {
  if (levels.length < 2)
    throw new RangeError(`largestRankIncrease: ${levels.length} noise levels, expected at least two`);
  return levels
    .slice(1)
    .map((next, i) =>
      bootstrapEstimate(
        [...levels[i], ...next],
        (values) => rankNeeded(values.slice(levels[i].length)) - rankNeeded(values.slice(0, levels[i].length)),
        bootstrap,
      ),
    )
    .reduce((largest, increase) => (increase.value > largest.value ? increase : largest));
}
