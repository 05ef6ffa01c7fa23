import type { Estimate } from "../../math/estimate.js";
import type { EnsembleLevel } from "./ensembleStudy.js";
import type { Objective } from "./denoisingExamples.js";
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
  readonly target: Objective;
  readonly draws: string;
  readonly gapMass: Estimate;
  readonly spread: Estimate;
  readonly variance: Estimate;
  readonly error: Estimate;
}

/** Lays a study of small networks out for a table. */
export function networkRows({ networks }: SmallNetworkStudy): NetworkRow[] {
  return networks.map(({ objective, examples, gapMass, spread, variance, error }) => ({
    target: objective,
    draws: examples === Infinity ? "fresh" : String(examples),
    gapMass,
    spread,
    variance,
    error,
  }));
}

/** The variance of networks over trainings at one noise level, without its parts. */
export interface SpreadRow {
  readonly σ: number;
  readonly "J1 / J0": Estimate;
  readonly "V-kernel": Estimate;
  readonly "V ∝ C": number;
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
    "variance's part, J1": level.ownShare,
    "variance's part, J0": level.ownShareOfMeans,
    "cosine, V-kernel": level.linear.cosine,
    "cosine, C": level.local.cosine,
    "cosine, data": level.linear.cosineData,
    "rank, tr V": level.linear.traces,
    "rank, tr C": level.local.traces,
  }));
}
