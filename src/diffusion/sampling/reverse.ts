import { scale, type Matrix } from "../../math/matrix.js";
import type { Field } from "../../math/ode.js";
import type { Source } from "../../math/random.js";
import { integrateSde, type DiffusionCoefficient } from "../../math/sde.js";
import { requireLevels } from "./sampler.js";
import type { VectorField } from "../distribution.js";

/**
 * The family of reverse stochastic equations that all have p(·; σ) at every level, dx = -(1 + γ) σ s dσ + √(2γσ) dW
 * with σ falling: the probability flow at γ = 0, the usual reverse equation at γ = 1 (arXiv 2206.00364).
 *
 * @throws RangeError if γ is negative or not finite
 */
export function reverseEquation(
  { score }: Pick<VectorField, "score">,
  gamma = 1,
): { drift: Field; diffusion: DiffusionCoefficient } {
  requireGamma("reverseEquation", gamma);
  return {
    drift: (x, sigma) => scale(score(x, sigma), -(1 + gamma) * sigma),
    diffusion: (_, sigma) => Math.sqrt(2 * gamma * sigma),
  };
}

/** @throws RangeError if γ is negative or not finite */
export function requireGamma(where: string, gamma: number): void {
  if (!(gamma >= 0 && gamma < Infinity))
    throw new RangeError(`${where}: γ is ${gamma}, expected a finite number of at least 0`);
}

/** Settings of sampleReverse. */
export interface ReverseOptions {
  readonly source: Source;
  readonly gamma?: number;
}

/**
 * Samples by the reverse equation, with Euler and Maruyama's method from level to level; a last step to 0 is the
 * denoiser. Yields x at every level, the given x, shape [n, d], first.
 *
 * @throws RangeError if γ is negative, the levels do not decrease to at least 0, or a state is not finite
 */
export function* sampleReverse(
  field: Pick<VectorField, "score" | "denoiser">,
  x: Matrix,
  sigmas: ArrayLike<number>,
  { source, gamma = 1 }: ReverseOptions,
): Generator<Matrix, void, undefined> {
  requireLevels("sampleReverse", sigmas);
  const { drift, diffusion } = reverseEquation(field, gamma);
  const levels = Array.from(sigmas);
  const toZero = levels.length > 1 && levels[levels.length - 1] === 0;
  for (const state of integrateSde(drift, diffusion, x, toZero ? levels.slice(0, -1) : levels, source))
    yield (x = state);
  if (toZero) yield field.denoiser(x, levels[levels.length - 2]);
}
