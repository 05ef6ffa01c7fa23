import { totalVariance } from "../distributions/gaussian.js";
import { spectrum, spectrumTrace, type GaussianParameters } from "../distributions/gaussianSpectrum.js";
import { requireSigma } from "../score.js";
import { requireLevels } from "./sampler.js";

/**
 * The share of the data's variance that the denoiser knows of at noise level σ if they are Gaussian,
 * E |D(x_σ, σ) - μ|² / tr Σ = Σ_k λ_k² / (λ_k + σ²) / Σ_k λ_k: 0 at high noise, 1 at none.
 *
 * @throws RangeError if σ is not a noise level or the Gaussian has no variance
 */
export function explainedVarianceRatio(g: GaussianParameters, sigma: number): number {
  requireSigma("explainedVarianceRatio", sigma);
  const all = totalVariance(g);
  if (!(all > 0)) throw new RangeError("explainedVarianceRatio: the Gaussian has no variance, nothing is ever decided");
  const explained = spectrum(g, (lambda) => (lambda === 0 ? 0 : lambda ** 2 / (lambda + sigma ** 2)));
  return spectrumTrace(g, explained) / all;
}

/**
 * A noise level to teleport to that is known from the spectrum alone: the one at which the share of the variance that
 * has been decided (`explainedVarianceRatio`) is the tolerance. The network and the Gaussian can differ only in what is
 * decided, so above this level the Gaussian can be wrong about no more than that share of the image.
 *
 * @throws RangeError if the tolerance is not between 0 and 1, or as explainedVarianceRatio does
 */
export function skipLevel(g: GaussianParameters, { tolerance = 0.03 } = {}): number {
  if (!(tolerance > 0 && tolerance < 1))
    throw new RangeError(`skipLevel: the tolerance is ${tolerance}, expected a share between 0 and 1`);
  const largest = Math.sqrt(Math.max(g.residualVariance ?? 0, g.lambda[0] ?? 0));
  let [low, high] = [0, Math.max(largest, Number.MIN_VALUE)];
  while (explainedVarianceRatio(g, high) > tolerance) [low, high] = [high, 2 * high];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (explainedVarianceRatio(g, middle) > tolerance) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * Returns the part of a grid for a sampler that starts at σ: its levels from the last one on that is not below σ, a
 * view.
 *
 * @throws RangeError if the levels do not decrease or all are below σ
 */
export function levelsFrom(sigmas: Float64Array, sigma: number): Float64Array {
  requireLevels("levelsFrom", sigmas);
  if (!(sigma <= sigmas[0]))
    throw new RangeError(`levelsFrom: σ is ${sigma}, expected at most the first level, ${sigmas[0]}`);
  return sigmas.subarray(sigmas.findLastIndex((level) => level >= sigma));
}
