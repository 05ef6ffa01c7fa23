import type { VectorField } from "../../diffusion/distribution.js";
import { karrasSigmas } from "../../diffusion/sampling/noiseLevels.js";
import { churnGamma, sample } from "../../diffusion/sampling/sampler.js";
import { scale, type Matrix } from "../../math/matrix.js";
import { last } from "../../math/ode.js";
import { normal, randomSource } from "../../math/random.js";
import type { MeanAndCovariance } from "../samples/frechet.js";
import { compareFrechet, type FrechetScore } from "../samples/quality.js";
import { predictedFrechet, type LinearResponse } from "./linearResponse.js";
import type { ChurnAmounts } from "./linearSampler.js";

/** Settings of churnedSamples. */
export interface ChurnOptions {
  readonly seed: number;
  readonly count: number;
  /** N of Heun's method on the levels of Karras et al. (arXiv 2206.00364) from σ = 80 */
  readonly steps: number;
  /** S_churn of each set of samples, or all four amounts */
  readonly churns: readonly (number | ChurnAmounts)[];
  /** the standard deviation of the noise at the start over σ = 80, other than 1 a wrong start */
  readonly startScale?: number;
}

/**
 * Draws samples of a field with several amounts of churn by algorithm 2 of Karras et al., a set of shape [count, d] for
 * each: all from the same noise at the start, whatever the number of steps is, and with the same noise added but for its
 * size.
 *
 * @throws RangeError if the scale of the start is negative or not finite, and as sample and karrasSigmas do
 */
export function churnedSamples(
  field: Pick<VectorField, "denoiser" | "dimension">,
  { seed, count, steps, churns, startScale = 1 }: ChurnOptions,
): Matrix[] {
  if (!(startScale >= 0 && startScale < Infinity))
    throw new RangeError(`churnedSamples: a start of scale ${startScale}, expected a finite one of at least 0`);
  const sigmas = karrasSigmas(steps);
  const start = scale(normal(randomSource(seed), count, field.dimension), startScale * sigmas[0]);
  return churns.map((churn) =>
    last(sample(field, start, sigmas, undefined, { ...amounts(churn), source: randomSource(seed, 1) })),
  );
}

function amounts(churn: number | ChurnAmounts): ChurnAmounts {
  return typeof churn === "number" ? { sChurn: churn } : churn;
}

/** One number of steps and one amount of churn. */
export interface ChurnCell {
  readonly steps: number;
  readonly sChurn: number;
  /** min(S_churn / N, √2 - 1), by which a step raises σ */
  readonly gamma: number;
  /** of the samples' features to those of the data; its change is from no churn in as many steps, in pairs */
  readonly frechet: FrechetScore;
}

/** Settings of churnGrid. */
export interface ChurnGridOptions {
  readonly seed: number;
  readonly count: number;
  readonly steps: readonly number[];
  /** S_churn, 0 first */
  readonly churns: readonly number[];
  readonly startScale?: number;
  /** what the samples are compared by, shape [n, d] to [n, f]; themselves without it */
  readonly features?: (samples: Matrix) => Matrix;
  /** of the data's features */
  readonly reference: MeanAndCovariance;
}

/**
 * Measures samples of a field with every number of steps and every amount of churn. Amounts above the limit of γ are
 * that of the limit.
 *
 * @throws RangeError if the first amount is not 0, and as churnedSamples and compareFrechet do
 */
export function churnGrid(
  field: Pick<VectorField, "denoiser" | "dimension">,
  { steps, churns, features = (samples) => samples, reference, ...draws }: ChurnGridOptions,
): ChurnCell[] {
  return steps.flatMap((N) => {
    const own = distinctChurns(N, churns);
    const sets = churnedSamples(field, { ...draws, steps: N, churns: own });
    const scores = compareFrechet(sets.map(features), reference);
    return scores.map((frechet, i) => ({ steps: N, sChurn: own[i], gamma: churnGamma(N, own[i]), frechet }));
  });
}

/**
 * Returns the amounts of churn that differ in N steps: those below the limit (√2 - 1) N, and the limit itself in the
 * place of all above.
 *
 * @throws RangeError if they do not increase from 0
 */
export function distinctChurns(steps: number, churns: readonly number[]): number[] {
  if (churns[0] !== 0 || churns.some((churn, i) => i > 0 && !(churn > churns[i - 1])))
    throw new RangeError(`distinctChurns: the amounts are ${churns.join(", ")}, expected 0 and increasing ones`);
  return [...new Set(churns.map((churn) => Math.min(churn, churnGamma(steps, Infinity) * steps)))];
}

/** What one amount of churn is predicted to give. */
export interface PredictedCell extends Pick<ChurnCell, "steps" | "sChurn" | "gamma"> {
  /** the squared Fréchet distance, in the unit of x squared */
  readonly predicted: number;
}

/**
 * Predicts the same table from the linear response of a denoiser, without sampling.
 *
 * @throws RangeError as churnGrid does
 */
export function predictedGrid(
  response: LinearResponse,
  { steps, churns, startScale }: Pick<ChurnGridOptions, "steps" | "churns" | "startScale">,
): PredictedCell[] {
  return steps.flatMap((N) =>
    distinctChurns(N, churns).map((sChurn) => ({
      steps: N,
      sChurn,
      gamma: churnGamma(N, sChurn),
      predicted: predictedFrechet(response, { sigmas: karrasSigmas(N), churn: { sChurn }, startScale }),
    })),
  );
}

/** The best amount of churn in each number of steps. */
export interface BestChurn {
  readonly steps: number;
  readonly sChurn: number;
  /** its distance over that without churn */
  readonly ratio: number;
}

/**
 * Returns the amount of churn of the least value for each number of steps, in the order of the cells.
 *
 * @throws RangeError if a number of steps has no cell without churn, or a value is NaN
 */
export function bestChurns<Cell extends Pick<ChurnCell, "steps" | "sChurn">>(
  cells: readonly Cell[],
  value: (cell: Cell) => number,
): BestChurn[] {
  const all = [...new Set(cells.map(({ steps }) => steps))];
  return all.map((steps) => {
    const own = cells.filter((cell) => cell.steps === steps);
    const without = own.find(({ sChurn }) => sChurn === 0);
    if (!without) throw new RangeError(`bestChurns: no cell of ${steps} steps without churn, expected one`);
    const bad = own.find((cell) => Number.isNaN(value(cell)));
    if (bad) throw new RangeError(`bestChurns: NaN at ${steps} steps and S_churn = ${bad.sChurn}, expected a number`);
    const best = own.reduce((least, cell) => (value(cell) < value(least) ? cell : least));
    return { steps, sChurn: best.sChurn, ratio: best === without ? 1 : value(best) / value(without) };
  });
}
