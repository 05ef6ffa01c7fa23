import { addScaled, scale, type Matrix } from "../math/matrix.js";
import type { Field } from "../math/ode.js";
import { requireSigma, type Score } from "./score.js";

/*
 * Other papers' processes, x_t = α_t x_0 + σ_t z, and the one place where they are translated into the convention and
 * back:
 *
 *     x = x_t / α_t     σ = σ_t / α_t     D(x, σ) = x̂_0(x_t, t)     s_t(x_t) = s(x, σ) / α_t
 *
 * dx_t = (d ln α_t / dt) x_t dt + g dW; g² is β in Song et al. and Karras et al., and 2β where the drift is -β x
 * without the half. DDPM's ᾱ is α².
 */

/** The noise schedule of a process x_t = α(t) (x_0 + σ(t) z), as a translation into the convention of score.ts. */
export interface Schedule {
  /** α_t */
  alpha(t: number): number;
  /** σ_t / α_t, the noise level of the convention */
  noiseLevel(t: number): number;
  /** the t of a noise level */
  time(sigma: number): number;
}

/** A schedule with its rates in time, those of dx_t = -β x_t dt + √(2 D) dw. */
export interface ContinuousSchedule extends Schedule {
  /** β_t = -d ln α_t / dt */
  beta(t: number): number;
  /** D_t = g² / 2 = α_t² d(σ²/2) / dt, σ the noise level */
  diffusion(t: number): number;
}

/**
 * The variance-preserving process with β(t) = β_min + β_d t on t from 0 to 1, α = exp(-β_d t² / 4 - β_min t / 2), α² +
 * σ_t² = 1 (arXiv 2011.13456, 2206.00364). A paper whose drift is -β x has twice the β of this one.
 *
 * @throws RangeError if β_d or β_min is negative, or both are 0
 */
export function variancePreserving({ betaD = 19.9, betaMin = 0.1 } = {}): ContinuousSchedule {
  if (!(betaD >= 0 && betaMin >= 0 && betaD + betaMin > 0))
    throw new RangeError(
      `variancePreserving: β_d is ${betaD} and β_min ${betaMin}, expected numbers of at least 0, not both 0`,
    );
  const exponent = (t: number) => 0.5 * betaD * t * t + betaMin * t; // -ln α²
  const rate = (t: number) => (betaMin + betaD * requireTime("variancePreserving", t)) / 2; // both β and D
  return {
    alpha: (t) => Math.exp(-0.5 * exponent(requireTime("variancePreserving", t))),
    noiseLevel: (t) => Math.sqrt(Math.expm1(exponent(requireTime("variancePreserving", t)))),
    time(sigma) {
      requireSigma("variancePreserving", sigma);
      const e = logOnePlusSquare(sigma);
      return e === 0 ? 0 : (2 * e) / (betaMin + Math.sqrt(betaMin * betaMin + 2 * betaD * e)); // the positive root, without cancellation
    },
    beta: rate,
    diffusion: rate,
  };
}

/**
 * The variance-preserving process in the clock of its own noise, α_t = √(1 - t) and σ_t² = t at t from 0 to below 1.
 */
export function linearVariance(): ContinuousSchedule {
  const share = (t: number) => {
    if (!(t >= 0 && t < 1)) throw new RangeError(`linearVariance: t is ${t}, expected a time from 0 to below 1`);
    return t;
  };
  return {
    alpha: (t) => Math.sqrt(1 - share(t)),
    noiseLevel: (t) => Math.sqrt(share(t) / (1 - t)),
    time(sigma) {
      requireSigma("linearVariance", sigma);
      return Math.min(1 / (1 + sigma ** -2), 1 - Number.EPSILON / 2); // σ of 10⁸ and above is at the last time below 1
    },
    beta: (t) => 0.5 / (1 - share(t)),
    diffusion: (t) => 0.5 / (1 - share(t)),
  };
}

/**
 * The discrete process of DDPM: t = 0 … steps - 1, β_t from betaFirst to betaLast in equal steps, α_t² = ᾱ_t = Π_{i ≤
 * t} (1 - β_i) (arXiv 2006.11239). The t of a noise level is the nearest one in log σ.
 *
 * @throws RangeError if steps is not an integer of at least 2 or the β are not in (0, 1); its functions, if t is not
 * one of the steps
 */
export function ddpmSchedule({ steps = 1000, betaFirst = 1e-4, betaLast = 0.02 } = {}): Schedule {
  if (!(Number.isSafeInteger(steps) && steps >= 2))
    throw new RangeError(`ddpmSchedule: ${steps} steps, expected an integer of at least 2`);
  for (const beta of [betaFirst, betaLast])
    if (!(beta > 0 && beta < 1)) throw new RangeError(`ddpmSchedule: a β is ${beta}, expected one between 0 and 1`);
  const logs = new Float64Array(steps); // ln ᾱ
  for (let i = 0, sum = 0; i < steps; i++)
    logs[i] = sum += Math.log1p(-(betaFirst + (i / (steps - 1)) * (betaLast - betaFirst)));
  const logOf = (t: number) => {
    if (!(Number.isSafeInteger(t) && t >= 0 && t < steps))
      throw new RangeError(`ddpmSchedule: t is ${t}, expected an integer from 0 to ${steps - 1}`);
    return logs[t];
  };
  const noiseLevel = (t: number) => Math.sqrt(Math.expm1(-logOf(t)));
  return {
    alpha: (t) => Math.exp(0.5 * logOf(t)),
    noiseLevel,
    time(sigma) {
      requireSigma("ddpmSchedule", sigma);
      let [low, high] = [0, steps - 1]; // noiseLevel increases
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (noiseLevel(middle) <= sigma) low = middle;
        else high = middle;
      }
      return sigma ** 2 < noiseLevel(low) * noiseLevel(high) ? low : high;
    },
  };
}

/**
 * The variance-exploding process of dx = σ^t dw: α = 1 and standard deviation √((σ^{2t} - 1) / (2 ln σ)) at t from 0 to
 * 1 (arXiv 2011.13456).
 *
 * @throws RangeError if σ is not above 1
 */
export function varianceExploding({ sigma: base = 25 } = {}): ContinuousSchedule {
  if (!(base > 1 && base < Infinity))
    throw new RangeError(`varianceExploding: σ is ${base}, expected a number above 1`);
  const rate = 2 * Math.log(base);
  return {
    alpha: (t) => (requireTime("varianceExploding", t), 1),
    noiseLevel: (t) => Math.sqrt(Math.expm1(rate * requireTime("varianceExploding", t)) / rate),
    time(sigma) {
      requireSigma("varianceExploding", sigma);
      return logOnePlusSquare(Math.sqrt(rate) * sigma) / rate;
    },
    beta: (t) => (requireTime("varianceExploding", t), 0),
    diffusion: (t) => Math.exp(rate * requireTime("varianceExploding", t)) / 2,
  };
}

/** Returns x = x_t / α_t. */
export function fromSchedule(schedule: Schedule, x: Matrix, t: number): Matrix {
  return scale(x, 1 / schedule.alpha(t));
}

/** Returns x_t = α_t x. */
export function toSchedule(schedule: Schedule, x: Matrix, t: number): Matrix {
  return scale(x, schedule.alpha(t));
}

/** The score of x_t, s_t(x_t) = s(x_t / α_t, σ) / α_t. */
export function scheduledScore(schedule: Schedule, score: Score): (x: Matrix, t: number) => Matrix {
  return (x, t) => scale(score(fromSchedule(schedule, x, t), schedule.noiseLevel(t)), 1 / schedule.alpha(t));
}

/** The denoiser of x_t, x̂_0(x_t, t): what it finds is x_0 in either convention. */
export function scheduledDenoiser(
  schedule: Schedule,
  denoiser: (x: Matrix, sigma: number) => Matrix,
): (x: Matrix, t: number) => Matrix {
  return (x, t) => denoiser(fromSchedule(schedule, x, t), schedule.noiseLevel(t));
}

/**
 * The probability flow of x_t in time by its denoiser x̂_0(x_t, t): dx_t/dt = -β x_t - D s_t, s_t = (α x̂_0 - x_t) / σ_t².
 * It throws RangeError at t = 0, where it is singular.
 */
export function scheduledProbabilityFlow(
  schedule: ContinuousSchedule,
  denoiser: (x: Matrix, t: number) => Matrix,
): Field {
  return (x, t) => {
    const [alpha, sigma] = [schedule.alpha(t), schedule.noiseLevel(t)];
    if (sigma === 0) throw new RangeError(`scheduledProbabilityFlow: σ is 0 at t = ${t}, expected a later end`);
    const pull = schedule.diffusion(t) / (alpha * sigma) ** 2;
    return addScaled(scale(x, pull - schedule.beta(t)), -alpha * pull, denoiser(x, t));
  };
}

/** A flow between noise levels, a Gaussian's say, as the flow of x_t between times. */
export function scheduledFlow(
  schedule: Schedule,
  flow: (x: Matrix, from: number, to: number) => Matrix,
): (x: Matrix, from: number, to: number) => Matrix {
  return (x, from, to) =>
    toSchedule(schedule, flow(fromSchedule(schedule, x, from), schedule.noiseLevel(from), schedule.noiseLevel(to)), to);
}

/** @throws RangeError if the times do not make noise levels that decrease: the levels at them, for a sampler */
export function noiseLevels(schedule: Schedule, times: ArrayLike<number>): Float64Array {
  const sigmas = Float64Array.from(times, (t) => schedule.noiseLevel(t));
  for (let i = 1; i < sigmas.length; i++)
    if (!(sigmas[i] < sigmas[i - 1]))
      throw new RangeError(
        `noiseLevels: t = ${times[i]} after ${times[i - 1]} has σ = ${sigmas[i]} after ${sigmas[i - 1]}, expected levels that decrease`,
      );
  return sigmas;
}

/** ln(1 + x²) */
const logOnePlusSquare = (x: number): number => (x < 1e9 ? Math.log1p(x * x) : 2 * Math.log(x));

function requireTime(where: string, t: number): number {
  if (!(t >= 0 && t < Infinity)) throw new RangeError(`${where}: t is ${t}, expected a time of at least 0`);
  return t;
}
