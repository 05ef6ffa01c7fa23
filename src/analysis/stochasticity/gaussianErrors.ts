import { karrasSigmas } from "../../diffusion/sampling/noiseLevels.js";
import { euler, heun } from "../../math/ode.js";
import { reverseMoments, sampledMoments, scaledGaussianDenoiser, type LineMoments } from "./linearSampler.js";

/** Samplers of a Gaussian on the line: its variance after N steps from a start, with a score wrong by a factor. */
const samplers: Readonly<
  Record<string, (delta: number, variance: number, steps: number, start: LineMoments) => LineMoments>
> = {
  Euler: (delta, variance, steps, start) =>
    sampledMoments(scaledGaussianDenoiser(variance, delta), karrasSigmas(steps), { start, method: euler }),
  Heun: (delta, variance, steps, start) =>
    sampledMoments(scaledGaussianDenoiser(variance, delta), karrasSigmas(steps), { start, method: heun }),
  "Heun, S_churn = 10": (delta, variance, steps, start) =>
    sampledMoments(scaledGaussianDenoiser(variance, delta), karrasSigmas(steps), { start, churn: { sChurn: 10 } }),
  "Heun, S_churn = 40": (delta, variance, steps, start) =>
    sampledMoments(scaledGaussianDenoiser(variance, delta), karrasSigmas(steps), { start, churn: { sChurn: 40 } }),
  "Euler–Maruyama, γ = 1": (delta, variance, steps, start) =>
    reverseMoments(scaledGaussianDenoiser(variance, delta), karrasSigmas(steps), { gamma: 1, start }),
};

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
  const right = variance + karrasSigmas(2)[0] ** 2;
  return Object.entries(samplers).map(([sampler, run]) => {
    const ratio = (error: number, steps: number, scale: number) =>
      run(error, variance, steps, { mean: 0, variance: scale ** 2 * right }).variance / variance;
    return {
      sampler,
      start: ratio(0, many, startScale),
      score: ratio(delta, many, 1),
      steps: ratio(0, few, 1),
      all: ratio(delta, few, startScale),
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
  const start = { mean: 0, variance: variance + karrasSigmas(2)[0] ** 2 };
  return deltas.map((delta) => ({
    title: delta === 0 ? "exact score" : `score ${1 + delta} times the exact one`,
    series: Object.entries(samplers).map(([name, run]) => ({
      name,
      x: [...steps],
      y: steps.map((n) => run(delta, variance, n, start).variance / variance),
    })),
  }));
}
