import type { VectorField } from "../../diffusion/distribution.js";
import { meanWithInfluence, type InfluenceEstimate } from "../../math/estimate.js";
import { matrixFromRows, type Matrix } from "../../math/matrix.js";
import type { EvaluationPoints } from "./evaluationPoints.js";
import { unexplainedVariance } from "./explainedVariance.js";
import { rankNeeded } from "./rank.js";

/** The unexplained variance of a score by mixtures of K Gaussians of r eigenvectors each, at one noise level. */
export interface MixtureRanks {
  readonly sigma: number;
  /** K */
  readonly components: readonly number[];
  /** r, increasing */
  readonly ranks: readonly number[];
  /** the mean fractions of variance unexplained, a row for each rank and a column for each number of components */
  readonly table: Matrix;
  /** the same with what each evaluation point adds, for each number of components those of all ranks */
  readonly fractions: readonly (readonly InfluenceEstimate[])[];
  /** for each number of components, the least of the ranks within 1.1 of what the highest one leaves */
  readonly needed: readonly number[];
}

/**
 * Compares a score with mixtures of all numbers of components and ranks, at each noise level.
 *
 * @param mean of the data, shape [d]
 * @param mixture makes the model of K components of rank r
 * @throws RangeError if there are no components or no ranks, or as unexplainedVariance does
 */
export function mixtureRanks(
  target: Pick<VectorField, "score">,
  { components, ranks }: { readonly components: readonly number[]; readonly ranks: readonly number[] },
  points: EvaluationPoints,
  sigmas: readonly number[],
  mean: Float64Array,
  mixture: (components: number, rank: number) => Pick<VectorField, "score">,
): MixtureRanks[] {
  if (components.length === 0 || ranks.length === 0)
    throw new RangeError(
      `mixtureRanks: ${components.length} numbers of components and ${ranks.length} ranks, expected at least one of both`,
    );
  const curves = components.map((K) => {
    const models = Object.fromEntries(ranks.map((rank) => [`rank ${rank}`, mixture(K, rank)]));
    return unexplainedVariance(target, models, points, sigmas, mean);
  });
  return sigmas.map((sigma, level) => {
    const fractions = curves.map((ofRanks) => ofRanks.map(({ levels }) => meanWithInfluence(levels[level].ratios)));
    return {
      sigma,
      components,
      ranks,
      table: matrixFromRows(ranks.map((_, r) => fractions.map((ofRanks) => ofRanks[r].value))),
      fractions,
      needed: fractions.map((ofRanks) => ranks[rankNeeded(ofRanks.map(({ value }) => value))]),
    };
  });
}
