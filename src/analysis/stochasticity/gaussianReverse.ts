import { requirePositive, requireSigma } from "../../diffusion/score.js";

/** Reverse equations of a Gaussian on the line, with a score that is wrong by a factor. */
export interface ScaledReverse {
  /** λ, the variance of the data; V = λ + σ² that of p(·; σ) */
  readonly variance: number;
  /** γ of `reverseEquation`: 0 is the probability flow, 1 the usual reverse equation */
  readonly gamma: number;
  /** δ in ŝ = (1 + δ) s; 0 without it */
  readonly delta?: number;
}

/**
 * Returns ρ = q / V at the level `to`, q the variance of what dx = -(1 + γ) σ ŝ dσ + √(2γσ) dW made of a Gaussian of
 * ρ = `initial` at the level `from`. With A = γ + δ (1 + γ) it obeys dρ / d ln V = A ρ - γ, so that
 *
 *     ρ = γ / A + (ρ_from - γ / A) (V_to / V_from)^A,   for A = 0  ρ_from - γ ln (V_to / V_from)
 *
 * An error of the start is forgotten as (V_to / V_from)^γ, never by the probability flow; an error of the score is
 * bounded by γ / A, which tends to 1 / (1 + δ) with γ and not to 1.
 *
 * @throws RangeError if λ, γ or the initial ratio is negative or not finite, δ not finite, or a level none of a density
 */
export function reverseVarianceRatio(
  { variance, gamma, delta = 0 }: ScaledReverse,
  from: number,
  to: number,
  initial = 1,
): number {
  requireReverse("reverseVarianceRatio", { variance, gamma, delta });
  if (!(initial >= 0 && initial < Infinity))
    throw new RangeError(`reverseVarianceRatio: the initial ratio is ${initial}, expected a number of at least 0`);
  const logRatio = Math.log(
    noised("reverseVarianceRatio", variance, to) / noised("reverseVarianceRatio", variance, from),
  );
  const rate = gamma + delta * (1 + gamma);
  // expm1(A l) / A is l at A = 0. Of two terms that are positive on the way down: nothing cancels.
  const growth = rate === 0 ? logRatio : Math.expm1(rate * logRatio) / rate;
  return initial * Math.exp(rate * logRatio) - gamma * growth;
}

/**
 * Returns KL(q ‖ p) = ½ (ρ - 1 - ln ρ) of two Gaussians on the line of one mean, ρ the ratio of their variances.
 *
 * @throws RangeError if ρ is negative or not finite
 */
export function varianceRatioKL(ratio: number): number {
  if (!(ratio >= 0 && ratio < Infinity))
    throw new RangeError(`varianceRatioKL: the ratio is ${ratio}, expected a finite number of at least 0`);
  return 0.5 * (ratio - 1 - Math.log1p(ratio - 1));
}

/** The two parts of the rate at which KL(q ‖ p) changes, for each unit by which σ falls. */
export interface KLRate {
  /** -γ σ E_q |∇ log (q / p)|², never positive: what noise corrects */
  readonly correction: number;
  /** (1 + γ) σ E_q [(ŝ - s) · ∇ log (q / p)]: what the error of the score does */
  readonly error: number;
  readonly total: number;
}

/**
 * Returns the rate of KL(q ‖ p) of two Gaussians on the line, q of ρ times the variance V: the parts are -γ σ (ρ - 1)² /
 * (ρ V) and -(1 + γ) δ σ (ρ - 1) / V.
 *
 * @throws RangeError as reverseVarianceRatio does
 */
export function gaussianKLRate({ variance, gamma, delta = 0 }: ScaledReverse, sigma: number, ratio: number): KLRate {
  requireReverse("gaussianKLRate", { variance, gamma, delta });
  if (!(ratio > 0 && ratio < Infinity))
    throw new RangeError(`gaussianKLRate: the ratio is ${ratio}, expected a positive number`);
  const V = noised("gaussianKLRate", variance, sigma);
  const correction = (-gamma * sigma * (ratio - 1) ** 2) / (ratio * V);
  const error = (-(1 + gamma) * delta * sigma * (ratio - 1)) / V;
  return { correction, error, total: correction + error };
}

function noised(where: string, variance: number, sigma: number): number {
  if (variance === 0) requirePositive(where, sigma);
  else requireSigma(where, sigma);
  return variance + sigma ** 2;
}

function requireReverse(where: string, { variance, gamma, delta }: Required<ScaledReverse>): void {
  for (const [name, value] of Object.entries({ λ: variance, γ: gamma }))
    if (!(value >= 0 && value < Infinity))
      throw new RangeError(`${where}: ${name} is ${value}, expected a finite number of at least 0`);
  if (!Number.isFinite(delta)) throw new RangeError(`${where}: δ is ${delta}, expected a finite number`);
}
