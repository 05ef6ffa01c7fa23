import { addScaled, row } from "../math/matrix.js";
import { mean, standardError } from "../math/stats.js";
import { requireSigma, type Denoiser } from "../diffusion/score.js";
import { probesAt, type Probes } from "./probes.js";
import { squares, type Estimate } from "./unexplained.js";

/**
 * The mean of ‖D(y + σ z, σ) - y‖² / d over probes, at each noise level: what a denoiser is trained to make small. At points held out of
 * the training it is least for the score of the distribution that they come from, so that it ranks models without knowing that score.
 *
 * @throws RangeError if a level is not a noise level
 */
export function denoisingError(denoiser: Denoiser, probes: Probes, sigmas: ArrayLike<number>): Estimate[] {
  return Array.from(sigmas, (sigma) => {
    requireSigma("denoisingError", sigma);
    const errors = denoisingErrors(denoiser, probes, sigma);
    return { value: mean(errors), error: errors.length > 1 ? standardError(errors) : NaN };
  });
}

/** The same probe by probe, shape [n], for a paired comparison. */
export function denoisingErrors(denoiser: Denoiser, probes: Probes, sigma: number): Float64Array {
  const d = probes.points.cols;
  return squares(addScaled(denoiser(probesAt(probes, sigma), sigma), -1, probes.points)).map((value) => value / d);
}

/** The distance of every row of x to the nearest of the points: 0 of what is memorised. Shape [n]. */
export function nearestDistances(x: Probes["points"], points: Probes["points"]): Float64Array {
  return Float64Array.from({ length: x.rows }, (_, n) => {
    let least = Infinity;
    const at = row(x, n);
    for (let i = 0; i < points.rows; i++) {
      const y = row(points, i);
      let sum = 0;
      for (let j = 0; j < at.length && sum < least; j++) sum += (at[j] - y[j]) ** 2;
      least = Math.min(least, sum);
    }
    return Math.sqrt(least);
  });
}
