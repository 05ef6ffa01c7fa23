import type { GaussianParameters } from "./gaussianSpectrum.js";

/** The parameters of Σ_k w_k N(μ_k, Σ_k) in d dimensions; the components may differ in rank. */
export interface MixtureParameters {
  /** w, shape [K], positive, of sum 1 */
  readonly weights: Float64Array;
  readonly components: readonly GaussianParameters[];
}

/** @throws RangeError if a weight is not positive, or their sum is not 1 to the round-off of a long sum */
export function requireWeights(where: string, weights: ArrayLike<number>): void {
  let sum = 0;
  for (let k = 0; k < weights.length; k++) {
    if (!(weights[k] > 0 && weights[k] < Infinity))
      throw new RangeError(`${where}: weight ${k} is ${weights[k]}, expected a positive number`);
    sum += weights[k];
  }
  if (!(Math.abs(sum - 1) <= 1e-9))
    throw new RangeError(`${where}: the weights sum to ${sum}, expected 1; divide them by their sum`);
}
