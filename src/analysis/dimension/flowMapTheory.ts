import type { Distribution } from "../../diffusion/distribution.js";
import type { GaussianParameters } from "../../diffusion/distributions/gaussianSpectrum.js";
import { requirePositive } from "../../diffusion/score.js";
import { matrix, row, type Matrix } from "../../math/matrix.js";
import type { FlowMap } from "./flowMap.js";

/*
 * What Theorems 1 and 2 of Horvat and Pfister (arXiv 2402.03845) say of a flow map: how far an integrated one is from
 * it.
 */

/**
 * Returns the singular values of a Gaussian's flow map from the first level down to each, decreasing, shape [levels,
 * d]: √((λ_i + σ²) / (λ_i + σ_T²)) for its variances λ_i, constant along the Gaussian and σ / σ_T across it as σ → 0.
 *
 * @throws RangeError if a level is not positive
 */
export function gaussianFlowMap(
  { lambda, mean, residualVariance = 0 }: GaussianParameters,
  sigmas: ArrayLike<number>,
): Matrix {
  const variances = Float64Array.from(mean, (_, i) => lambda[i] ?? residualVariance)
    .sort()
    .reverse();
  const values = matrix(sigmas.length, variances.length);
  for (let i = 0; i < sigmas.length; i++) {
    requirePositive("gaussianFlowMap", sigmas[i]);
    row(values, i).set(variances.map((lambda) => Math.sqrt((lambda + sigmas[i] ** 2) / (lambda + sigmas[0] ** 2))));
  }
  return values;
}

/**
 * Returns the largest difference over the trajectories between the logarithm of the volume, Σ_i log s_i at the last
 * level, and log p(x_T; σ_T) - log p(x_σ; σ), the same where the flow carries the density.
 */
export function volumeDeviation(
  { sigmas, states, singularValues }: Pick<FlowMap, "sigmas" | "states" | "singularValues">,
  { logDensity }: Pick<Distribution, "logDensity">,
): number {
  const last = states.length - 1;
  const [above, below] = [0, last].map((i) => logDensity(states[i], sigmas[i]));
  return above.reduce((most, value, n) => {
    const volume = row(singularValues[last], n).reduce((sum, s) => sum + Math.log(s), 0);
    return Math.max(most, Math.abs(volume - (value - below[n])));
  }, 0);
}
