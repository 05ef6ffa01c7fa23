import type { Denoiser } from "../diffusion/score.js";
import { probesAt, type Probes } from "./probes.js";
import { estimateMean, squaredErrors, type Estimate } from "./quality.js";

/**
 * The mean of ‖D(y + σ z, σ) - y‖² / d over probes, at each noise level: what a denoiser is trained to make small. At points held out of
 * the training it is least for the score of the distribution that they come from, so that it ranks models without knowing that score.
 */
export function denoisingError(denoiser: Denoiser, probes: Probes, sigmas: ArrayLike<number>): Estimate[] {
  return Array.from(sigmas, (sigma) => estimateMean(denoisingErrors(denoiser, probes, sigma)));
}

/** The same probe by probe, shape [n], for a paired comparison. */
export function denoisingErrors(denoiser: Denoiser, probes: Probes, sigma: number): Float64Array {
  return squaredErrors(denoiser(probesAt(probes, sigma), sigma), probes.points);
}
