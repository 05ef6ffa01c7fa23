import type { ManifoldNetwork } from "../../diffusion/networks/pretrainedManifolds.js";
import { randomSource } from "../../math/random.js";
import { rowRange } from "../../math/rowBlocks.js";
import { mean } from "../../math/stats.js";
import { fieldAsymmetry } from "../gauge/asymmetry.js";
import { estimateAll, integerAccuracy, scoreEstimators, type ScoreEstimators } from "./estimators.js";
import type { FlowSlopesOptions } from "./flowMap.js";

/** Estimates by a network's score, averages over training points. */
export type NetworkJudgement = Record<keyof ScoreEstimators, number> & {
  readonly manifold: string;
  readonly network: "tied" | "untied";
  readonly k: number;
  /** the share of the points with the right integer, of normal bundle, Jacobian spectrum and flow map together */
  readonly right: number;
  /** |FLIPD - k| */
  readonly error: number;
  /** the relative asymmetry of the Jacobians, 0 of a gradient */
  readonly asymmetry: number;
};

/** Settings of judgeNetworks: those of the flow map, and the seed of the normal bundle's noise. */
export interface NetworkStudyOptions extends FlowSlopesOptions {
  readonly seed: number;
  /** the number of points, the first of each training set */
  readonly points?: number;
  readonly sigma?: number;
}

/**
 * Estimates the dimension of the manifolds that networks were trained on, by their scores at points of the training
 * set, as Horvat and Pfister (arXiv 2402.03845, figures 3 and 5) compare conservative and unconstrained ones.
 */
export function judgeNetworks(
  networks: readonly ManifoldNetwork[],
  { seed, points = 25, sigma = 0.1, sigmaMax = 5, stepsPerDecade = 10, ...options }: NetworkStudyOptions,
): NetworkJudgement[] {
  return networks.map(({ manifold, tied, dimension: k, points: data, denoiser }) => {
    const x = rowRange(data, 0, points);
    const source = randomSource(seed, 15);
    const estimators = scoreEstimators(denoiser, { source, sigmaMax, stepsPerDecade, ...options });
    const right = integerAccuracy(estimators, x, sigma, k);
    const estimates = estimateAll(estimators, x, sigma);
    return {
      manifold,
      network: tied ? "tied" : "untied",
      k,
      ...estimates,
      right: mean([right["normal bundle"], right["Jacobian spectrum"], right["flow map"]]),
      error: Math.abs(estimates.FLIPD - k),
      asymmetry: fieldAsymmetry(denoiser, x, sigma).relative,
    };
  });
}
