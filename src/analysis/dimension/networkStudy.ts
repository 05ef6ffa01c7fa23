import { manifoldPoints } from "../../datasets/manifolds.js";
import type { ManifoldNetwork } from "../../diffusion/networks/pretrainedManifolds.js";
import { relativeEstimate } from "../../math/estimate.js";
import { randomSource } from "../../math/random.js";
import { rowRange } from "../../math/rowBlocks.js";
import { mean } from "../../math/stats.js";
import { fieldAsymmetry } from "../gauge/asymmetry.js";
import { denoiserGauge } from "../gauge/denoiser.js";
import { estimateAll, integerAccuracy, scoreEstimators, type ScoreEstimators } from "./estimators.js";
import type { FlowSlopesOptions } from "./flowMap.js";

/** Estimates by a network's score, averages over new points of its manifold. */
export type NetworkJudgement = Record<keyof ScoreEstimators, number> & {
  readonly manifold: string;
  readonly network: "tied" | "untied";
  readonly k: number;
  /** the share of the points with the right integer, of the four counts together */
  readonly right: number;
  /** |FLIPD - k| */
  readonly error: number;
  /** the relative asymmetry of the Jacobians, 0 of a gradient */
  readonly asymmetry: number;
  /** bounds of the share of the gauge part in the energy, E |r|² / E |s|², over noised points */
  readonly lowerShare: number;
  readonly upperShare: number;
};

/** Settings of judgeNetworks: those of the flow map, and the seed of points and noise. */
export interface NetworkStudyOptions extends FlowSlopesOptions {
  readonly seed: number;
  /** at which the dimension is estimated */
  readonly points?: number;
  /** for the gauge part: as many to fit a potential, and as many to measure */
  readonly draws?: number;
  readonly sigma?: number;
}

/**
 * Estimates the dimension of the manifolds that networks were trained on, by their scores at new points of them,
 * as Horvat and Pfister (arXiv 2402.03845, figures 3 and 5) compare conservative and unconstrained ones.
 */
export function judgeNetworks(
  networks: readonly ManifoldNetwork[],
  { seed, points = 25, draws = 2000, sigma = 0.1, sigmaMax = 5, stepsPerDecade = 10, ...options }: NetworkStudyOptions,
): NetworkJudgement[] {
  return networks.map(({ manifold, tied, dimension: k, denoiser }) => {
    const { points: data } = manifoldPoints(manifold, { seed, count: 2 * draws });
    const x = rowRange(data, 0, points);
    const halves = [rowRange(data, 0, draws), rowRange(data, draws, 2 * draws)] as const;
    const part = denoiserGauge(denoiser, ...halves, sigma, { source: randomSource(seed, 16), ridges: 200 });
    const source = randomSource(seed, 15);
    const estimators = scoreEstimators(denoiser, { source, sigmaMax, stepsPerDecade, ...options });
    const right = integerAccuracy(estimators, x, sigma, k);
    const estimates = estimateAll(estimators, x, sigma);
    return {
      manifold,
      network: tied ? "tied" : "untied",
      k,
      ...estimates,
      right: mean([right["normal bundle"], right["Jacobian spectrum"], right["rank of exp(∇f)"], right["flow map"]]),
      error: Math.abs(estimates.FLIPD - k),
      asymmetry: fieldAsymmetry(denoiser, x, sigma).relative,
      lowerShare: relativeEstimate(part.lower, part.energy).value,
      upperShare: relativeEstimate(part.upper, part.energy).value,
    };
  });
}
