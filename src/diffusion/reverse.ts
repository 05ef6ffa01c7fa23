import { addScaled, type Matrix } from "../math/matrix.js";
import { normal, type Source } from "../math/random.js";
import { requireLevels } from "./sampler.js";
import type { Score } from "./score.js";

export interface ReverseOptions {
  readonly source: Source;
  /** the noise: 0 is the probability flow by Euler's method, 1 the usual reverse equation */
  readonly gamma?: number;
}

/**
 * The family of reverse stochastic equations that have one and the same p(·; σ) at every level, dx = -(1 + γ) σ s dσ + √(2γσ) dW with σ
 * falling (arXiv 2206.00364), by Euler and Maruyama's method. Yields x at every level, the given x first. A last step to 0 has no noise.
 *
 * @throws RangeError if γ is negative, the levels do not decrease to at least 0, or a state is not finite
 */
export function* reverseDiffusion(score: Score, x: Matrix, sigmas: ArrayLike<number>, { source, gamma = 1 }: ReverseOptions): Generator<Matrix, void, undefined> {
  if (!(gamma >= 0 && gamma < Infinity)) throw new RangeError(`reverseDiffusion: γ is ${gamma}, expected a finite number of at least 0`);
  requireLevels("reverseDiffusion", sigmas);
  yield x;
  for (let i = 1; i < sigmas.length; i++) {
    const [from, to] = [sigmas[i - 1], sigmas[i]];
    // To 0 the step is the denoiser: D = x + σ² s
    x = addScaled(x, to === 0 ? from ** 2 : (1 + gamma) * from * (from - to), score(x, from));
    if (gamma > 0 && to > 0) x = addScaled(x, Math.sqrt(2 * gamma * from * (from - to)), normal(source, x.rows, x.cols));
    if (!x.values.every(Number.isFinite)) throw new RangeError(`reverseDiffusion: the state is not finite at level ${i}, σ = ${to}; take smaller steps`);
    yield x;
  }
}
