import type { Estimate } from "../../math/estimate.js";
import type { EnsembleLevel } from "./ensembleStudy.js";
import type { Objective } from "./denoisingExamples.js";
import { gapFilling, noisedHistogram, noisedRegionMass, totalVariation, type Region } from "./gapFilling.js";
import type { LinearEnsemble } from "./linearEnsemble.js";
import type { SmallNetworkStudy } from "./smallNetworks.js";

/** The columns of a table of departures, with what stands over them. */
export const departureColumns = {
  sigma: "σ",
  departure: "‖ŝ − s‖² / ‖s‖²",
  own: "own C",
  other: "other point's C",
  data: "data's covariance",
  rankWithTrace: "rank, tr C",
  rankWithFraction: "rank, f",
} as const;

/** What small networks of one kind sample, without the single networks. */
export interface NetworkRow {
  readonly target: Objective | "exact";
  readonly draws: string;
  readonly gapMass: Estimate;
  readonly spread?: Estimate;
  readonly variance?: Estimate;
  readonly error?: Estimate;
}

/** Lays a study of small networks out for a table, the exact posterior mean last. */
export function networkRows({ exact, networks }: SmallNetworkStudy): NetworkRow[] {
  const rows = networks.map(({ objective, examples, gapMass, spread, variance, error }) => ({
    target: objective,
    draws: examples === Infinity ? "fresh" : String(examples),
    gapMass,
    spread,
    variance,
    error,
  }));
  return [...rows, { target: "exact", draws: "–", gapMass: exact }];
}

/** Lays the comparisons of a study of small networks out for a table. */
export function comparisonRows({ comparisons }: SmallNetworkStudy) {
  return comparisons.map(({ examples, difference, spreadRatio, varianceRatio }) => ({
    draws: examples === Infinity ? "fresh" : String(examples),
    "gap mass, J1 − J0": difference,
    "spread, J1 / J0": spreadRatio,
    "variance, J1 / J0": varianceRatio,
  }));
}

/** The variance of networks over trainings at one noise level, without its parts. */
export interface SpreadRow {
  readonly σ: number;
  readonly "J1 / J0": Estimate;
  readonly "V-kernel": Estimate;
  readonly "V ∝ C": number;
  /** the variance of J1's networks over that of the V-kernel, without its scale */
  readonly "J1 / V-kernel": Estimate;
  /** of the departure, the part that is variance */
  readonly "variance's part, J1": Estimate;
  readonly "variance's part, J0": Estimate;
  /** cosine of the covariance of J1's networks with the V-kernel's and with C, as matrices, one scale for all points */
  readonly "cosine, V-kernel": Estimate;
  readonly "cosine, C": Estimate;
  /** the same with the covariance of the data at every point */
  readonly "cosine, data": Estimate;
  /** rank correlation over points of the traces */
  readonly "rank, tr V": Estimate;
  readonly "rank, tr C": Estimate;
}

/** Lays the variance over trainings out for a table. */
export function spreadRows(levels: readonly EnsembleLevel[]): SpreadRow[] {
  return levels.map((level) => ({
    σ: level.sigma,
    "J1 / J0": level.ratio,
    "V-kernel": level.predictedRatio,
    "V ∝ C": level.localRatio,
    "J1 / V-kernel": level.linear.scale,
    "variance's part, J1": level.ownShare,
    "variance's part, J0": level.ownShareOfMeans,
    "cosine, V-kernel": level.linear.cosine,
    "cosine, C": level.local.cosine,
    "cosine, data": level.linear.cosineData,
    "rank, tr V": level.linear.traces,
    "rank, tr C": level.local.traces,
  }));
}

/** What the samples of models on the line are like, by objective. */
export interface GapRow {
  /** ε */
  readonly epsilon: number;
  readonly P: number;
  readonly target: Objective;
  /** the mass in the region beyond that of p_ε */
  readonly excess: Estimate;
  /** between the mean over models and p_ε */
  readonly totalVariation: Estimate;
  /** the mean distance to the nearest training point */
  readonly nearest: Estimate;
  /** the share of samples nearest to the first training point, and to the second */
  readonly first: Estimate;
  readonly second: Estimate;
}

/** Lays the measures of gap filling of ensembles on the line out for a table; total variation is over the bins. */
export function gapRows(ensembles: readonly LinearEnsemble[], region: Region, edges: Float64Array): GapRow[] {
  return ensembles.flatMap((one) =>
    (["J1", "J0"] as const).map((target) => {
      const { problem, P } = one;
      const { samples } = one[target];
      const { gapMass, nearestDistance, modeWeights } = gapFilling(samples, problem.points, region);
      return {
        epsilon: problem.times[0],
        P,
        target,
        excess: { ...gapMass, value: gapMass.value - noisedRegionMass(problem, region) },
        totalVariation: totalVariation(samples, noisedHistogram(problem, edges), edges),
        nearest: nearestDistance,
        first: modeWeights[0],
        second: modeWeights[1],
      };
    }),
  );
}
