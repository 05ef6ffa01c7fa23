import type { Churn } from "../../diffusion/sampling/sampler.js";
import { churnGamma, requireChurn, requireLevels } from "../../diffusion/sampling/sampler.js";
import { requireGamma } from "../../diffusion/sampling/reverse.js";
import { euler, heun, type ButcherTableau } from "../../math/ode.js";

/** A denoiser along one axis, D(x, σ) = μ + k (x - μ) + b. */
export interface LinearDenoiser {
  /** k at σ: λ / (λ + σ²) is that of data of variance λ */
  readonly gain: (sigma: number) => number;
  /** b at σ, 0 without it */
  readonly offset?: (sigma: number) => number;
}

/** The mean, less μ, and the variance of states along one axis. */
export interface LineMoments {
  readonly mean: number;
  readonly variance: number;
}

/** The amounts of a churn, without its source. */
export type ChurnAmounts = Omit<Churn, "source">;

/** Settings of sampledMoments. */
export interface LinearSamplerOptions {
  /** of the states at the first level: mean 0 and variance σ₀² without it, those of the noise that samplers begin with */
  readonly start?: LineMoments;
  readonly method?: ButcherTableau;
  readonly churn?: ChurnAmounts;
}

/**
 * Returns the denoiser of data of variance λ whose score is wrong by a factor, ŝ = (1 + δ) s: the gain is 1 - (1 + δ) σ²
 * / (λ + σ²).
 *
 * @throws RangeError if λ is negative or not finite, or δ not finite
 */
export function scaledGaussianDenoiser(variance: number, delta = 0): LinearDenoiser {
  if (!(variance >= 0 && variance < Infinity))
    throw new RangeError(`scaledGaussianDenoiser: λ is ${variance}, expected a finite number of at least 0`);
  if (!Number.isFinite(delta)) throw new RangeError(`scaledGaussianDenoiser: δ is ${delta}, expected a finite number`);
  // Where nothing is noised nothing is taken away, whatever λ is.
  return { gain: (sigma) => (sigma === 0 ? 1 : 1 - ((1 + delta) * sigma ** 2) / (variance + sigma ** 2)) };
}

/**
 * Returns the moments of what `sample` makes of states along one axis, without sampling: one step of the method takes
 * x - μ to F (x - μ) + c, churn before it adds S_noise² (σ̂² - σ²) to the variance, and a step to 0 is the denoiser.
 *
 * @throws RangeError if the levels do not decrease to at least 0, an amount of churn is not as `sample` asks, or the
 * moments of the start are none
 */
export function sampledMoments(
  denoiser: LinearDenoiser,
  sigmas: ArrayLike<number>,
  { start, method = heun, churn }: LinearSamplerOptions = {},
): LineMoments {
  requireLevels("sampledMoments", sigmas);
  if (churn) requireChurn("sampledMoments", churn);
  const { sChurn = 0, sMin = 0, sMax = Infinity, sNoise = 1 } = churn ?? {};
  const gamma = churnGamma(sigmas.length - 1, sChurn);
  let { mean, variance } = startMoments("sampledMoments", start, sigmas[0]);
  for (let i = 1; i < sigmas.length; i++) {
    const sigma = sigmas[i - 1];
    const raised = sigma >= sMin && sigma <= sMax ? sigma * (1 + gamma) : sigma;
    variance += sNoise ** 2 * (raised ** 2 - sigma ** 2);
    const { factor, shift } = linearStep(denoiser, raised, sigmas[i], method);
    mean = factor * mean + shift;
    variance *= factor ** 2;
  }
  return { mean, variance };
}

/**
 * Returns the moments of what `sampleReverse` makes of states along one axis, by Euler and Maruyama's method for the
 * reverse equation of γ, without sampling.
 *
 * @throws RangeError if γ is negative or not finite, the levels do not decrease to at least 0, or the moments of the
 * start are none
 */
export function reverseMoments(
  denoiser: LinearDenoiser,
  sigmas: ArrayLike<number>,
  { gamma = 1, start }: { readonly gamma?: number; readonly start?: LineMoments } = {},
): LineMoments {
  requireLevels("reverseMoments", sigmas);
  requireGamma("reverseMoments", gamma);
  let { mean, variance } = startMoments("reverseMoments", start, sigmas[0]);
  for (let i = 1; i < sigmas.length; i++) {
    const [from, to] = [sigmas[i - 1], sigmas[i]];
    const step = linearStep(denoiser, from, to, euler);
    // The drift is 1 + γ times that of the flow; a last step to 0 is the denoiser, without noise.
    const scale = to === 0 ? 1 : 1 + gamma;
    const factor = 1 + scale * (step.factor - 1);
    mean = factor * mean + scale * step.shift;
    variance = factor ** 2 * variance + (to === 0 ? 0 : 2 * gamma * from * (from - to));
  }
  return { mean, variance };
}

function startMoments(where: string, start: LineMoments | undefined, sigma: number): LineMoments {
  if (start && !(start.variance >= 0 && start.variance < Infinity && Number.isFinite(start.mean)))
    throw new RangeError(
      `${where}: a start of mean ${start.mean} and variance ${start.variance}, expected finite ones, no variance below 0`,
    );
  return start ?? { mean: 0, variance: sigma ** 2 };
}

/** F and c of one step of dx/dσ = (x - D) / σ; to 0 it is the denoiser, as in `sample`. */
function linearStep(
  { gain, offset = () => 0 }: LinearDenoiser,
  from: number,
  to: number,
  { a, b, c }: ButcherTableau,
): { readonly factor: number; readonly shift: number } {
  if (to === 0) return { factor: gain(from), shift: offset(from) };
  const h = to - from;
  const slopes: { readonly factor: number; readonly shift: number }[] = [];
  const along = (weights: readonly number[] = []) => ({
    factor: weights.reduce((sum, weight, i) => sum + h * weight * slopes[i].factor, 1),
    shift: weights.reduce((sum, weight, i) => sum + h * weight * slopes[i].shift, 0),
  });
  b.forEach((_, i) => {
    const sigma = from + c[i] * h;
    const at = along(a[i - 1]);
    const loss = (1 - gain(sigma)) / sigma;
    slopes.push({ factor: loss * at.factor, shift: loss * at.shift - offset(sigma) / sigma });
  });
  return along(b);
}
