import { karrasSigmas } from "../../diffusion/sampling/noiseLevels.js";
import { euler } from "../../math/ode.js";
import {
  reverseMoments,
  sampledMoments,
  scaledGaussianDenoiser,
  type LinearDenoiser,
  type LineMoments,
} from "./linearSampler.js";

type Run = (denoiser: LinearDenoiser, sigmas: ArrayLike<number>, start: LineMoments) => LineMoments;

const samplers: Readonly<Record<string, Run>> = {
  Euler: (denoiser, sigmas, start) => sampledMoments(denoiser, sigmas, { start, method: euler }),
  Heun: (denoiser, sigmas, start) => sampledMoments(denoiser, sigmas, { start }),
  "Heun, S_churn = 10": (denoiser, sigmas, start) => sampledMoments(denoiser, sigmas, { start, churn: { sChurn: 10 } }),
  "Heun, S_churn = 40": (denoiser, sigmas, start) => sampledMoments(denoiser, sigmas, { start, churn: { sChurn: 40 } }),
  "Euler–Maruyama, γ = 1": (denoiser, sigmas, start) => reverseMoments(denoiser, sigmas, { start }),
};

/** The variance after N steps over that of the data, λ; the score is 1 + δ times the exact one, the start too wide by a factor. */
function varianceRatio(run: Run, variance: number, steps: number, { delta = 0, startScale = 1 }): number {
  const sigmas = karrasSigmas(steps);
  const start = { mean: 0, variance: startScale ** 2 * (variance + sigmas[0] ** 2) };
  return run(scaledGaussianDenoiser(variance, delta), sigmas, start).variance / variance;
}

/** The variance of samples over that of the data, with one error at a time and with all. */
export interface ErrorsApart {
  readonly sampler: string;
  /** of a start that is too wide, exact score, many steps */
  readonly start: number;
  /** of a score that is wrong by a factor, exact start, many steps */
  readonly score: number;
  /** of few steps, exact start and score */
  readonly steps: number;
  readonly all: number;
}

/** Settings of errorsApart and varianceRatioPanels. */
export interface GaussianErrorOptions {
  /** of the data */
  readonly variance?: number;
  /** the start's standard deviation over the right one */
  readonly startScale?: number;
  /** δ of the score (1 + δ) s */
  readonly delta?: number;
  readonly few?: number;
  readonly many?: number;
}

/**
 * Computes what an error of the start, an error of the score and few steps each do to the variance of a Gaussian, for
 * deterministic and stochastic samplers on the levels of Karras et al. (arXiv 2206.00364).
 *
 * @throws RangeError if the variance is not positive, and as karrasSigmas and sampledMoments do
 */
export function errorsApart({
  variance = 0.25,
  startScale = 1.3,
  delta = 0.05,
  few = 18,
  many = 4000,
}: GaussianErrorOptions = {}): ErrorsApart[] {
  if (!(variance > 0)) throw new RangeError(`errorsApart: the variance is ${variance}, expected a positive number`);
  return Object.entries(samplers).map(([sampler, run]) => {
    const ratio = (steps: number, error: { delta?: number; startScale?: number } = {}) =>
      varianceRatio(run, variance, steps, error);
    return {
      sampler,
      start: ratio(many, { startScale }),
      score: ratio(many, { delta }),
      steps: ratio(few),
      all: ratio(few, { delta, startScale }),
    };
  });
}

/** Curves of a panel of `panelsFigure`. */
export interface CurvePanel {
  readonly title: string;
  readonly series: readonly { readonly name: string; readonly x: readonly number[]; readonly y: readonly number[] }[];
}

/** Returns the ratio of the variance of samples to the data's over the number of steps, a panel for each error δ. */
export function varianceRatioPanels(
  deltas: readonly number[],
  steps: readonly number[],
  { variance = 0.25 }: Pick<GaussianErrorOptions, "variance"> = {},
): CurvePanel[] {
  return deltas.map((delta) => ({
    title: delta === 0 ? "exact score" : `score ${1 + delta} times the exact one`,
    series: Object.entries(samplers).map(([name, run]) => ({
      name,
      x: [...steps],
      y: steps.map((n) => varianceRatio(run, variance, n, { delta })),
    })),
  }));
}
