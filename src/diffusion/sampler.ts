import type { Matrix } from "../math/matrix.js";
import { heun, integrate, type Method } from "../math/ode.js";
import { probabilityFlow } from "./flow.js";
import { denoiserFromScore, type Score } from "./score.js";

/**
 * Samples of the deterministic process of Karras et al. (arXiv 2206.00364, algorithm 1): the probability flow from σ_0 down the
 * given levels, one step of the method between two of them; a last step to 0 is Euler's, which is the denoiser. Yields x at every
 * level, the given x, shape [n, d], first; Heun's method on N levels and 0 takes 2N - 1 evaluations.
 *
 * @throws RangeError if the levels do not decrease to at least 0, or a state is not finite
 */
export function* sample(score: Score, x: Matrix, sigmas: ArrayLike<number>, method: Method = heun): Generator<Matrix, void, undefined> {
  for (let i = 1; i < sigmas.length; i++)
    if (!(sigmas[i] < sigmas[i - 1] && sigmas[i] >= 0)) throw new RangeError(`sample: level ${i} is ${sigmas[i]} after ${sigmas[i - 1]}, expected levels that decrease to at least 0`);
  const levels = Array.from(sigmas);
  const flow = probabilityFlow(score);
  const toZero = levels.length > 1 && levels[levels.length - 1] === 0;
  for (const state of integrate(flow, x, toZero ? levels.slice(0, -1) : levels, method)) yield (x = state);
  if (toZero) yield denoiserFromScore(score)(x, levels[levels.length - 2]);
}
