import { empiricalDistribution } from "../../diffusion/distributions/empirical.js";
import { requirePoints } from "../../diffusion/score.js";
import { scheduledDenoiser, variancePreserving, type ContinuousSchedule } from "../../diffusion/schedule.js";
import { posteriorMeans } from "./denoisingExamples.js";
import { matrix, row, type Matrix } from "../../math/matrix.js";
import { fillNormal, type Source } from "../../math/random.js";

/** The inputs of P draws of training, and what a denoiser is asked for at them. */
export interface TrainingDraws {
  /** x_t, shape [P, d] */
  readonly x: Matrix;
  /** shape [P] */
  readonly t: Float64Array;
  /** 1 / σ², the weight of |x_0 - x̂_0|² that makes it the loss of the score, shape [P] */
  readonly weights: Float64Array;
  /** x_0, the noisy target of J1, shape [P, d] */
  readonly sample: Matrix;
  /** E[x_0 | x_t], the exact target of J0, shape [P, d] */
  readonly posteriorMean: Matrix;
}

/** The problem that a denoiser is trained on, in plain data: worker threads are given it. */
export interface TrainingProblem {
  /** the training points, equally likely, shape [N, d] */
  readonly points: Matrix;
  /** of the variance-preserving process; default `paperSchedule` */
  readonly schedule?: { readonly betaD: number; readonly betaMin: number };
  /** the ends of the uniform distribution of t, the first above 0; one fixed time if they are equal */
  readonly times: readonly [number, number];
}

/** The paper's β = 0.1 + 19.9 t: its drift is -β x, so that its β is half of this one (arXiv 2504.12532, Fig. 2). */
export const paperSchedule = { betaD: 39.8, betaMin: 0.2 };

/** Returns the process of a problem. */
export function scheduleOf({ schedule = paperSchedule }: Pick<TrainingProblem, "schedule">): ContinuousSchedule {
  return variancePreserving(schedule);
}

/**
 * Draws x_0 from the training points, t uniformly and x_t = α (x_0 + σ z), P times.
 *
 * @throws RangeError if P is not a positive integer, there are no points, one is not finite, or the times are not in
 *   order, not above 0, or so late that α is 0
 */
export function trainingDraws(problem: TrainingProblem, P: number, source: Source): TrainingDraws {
  const { points } = problem;
  const schedule = scheduleOf(problem);
  const [from, to] = requireProblem("trainingDraws", problem);
  if (!(Number.isSafeInteger(P) && P > 0))
    throw new RangeError(`trainingDraws: P is ${P}, expected a positive integer`);
  const d = points.cols;
  const [x, y, sample] = [matrix(P, d), matrix(P, d), matrix(P, d)]; // y = x_t / α
  const [t, sigmas] = [new Float64Array(P), new Float64Array(P)];
  const z = new Float64Array(d);
  for (let p = 0; p < P; p++) {
    const x0 = row(points, source.integer(points.rows));
    t[p] = from + (to - from) * source.uniform();
    fillNormal(source, z);
    const alpha = schedule.alpha(t[p]);
    sigmas[p] = schedule.noiseLevel(t[p]);
    row(sample, p).set(x0);
    for (let j = 0, at = p * d; j < d; j++, at++) {
      y.values[at] = x0[j] + sigmas[p] * z[j];
      x.values[at] = alpha * y.values[at];
    }
  }
  const weights = sigmas.map((sigma) => 1 / sigma ** 2);
  return { x, t, weights, sample, posteriorMean: posteriorMeans(points, y, sigmas) };
}

/** The exact denoiser E[x_0 | x_t] of the training points, of x_t and t. */
export function exactDenoiser(problem: TrainingProblem): (x: Matrix, t: number) => Matrix {
  return scheduledDenoiser(scheduleOf(problem), empiricalDistribution(problem.points).denoiser);
}

/**
 * @throws RangeError if there are no points, one is not finite, or the times are not in order, not above 0, or so late
 *   that α is 0
 */
export function requireProblem(where: string, problem: TrainingProblem): readonly [number, number] {
  const { points, times } = problem;
  const [from, to] = times;
  if (points.rows === 0 || points.cols === 0)
    throw new RangeError(`${where}: ${points.rows} points in ${points.cols} dimensions, expected at least one of each`);
  requirePoints(where, "points", points, points.cols);
  if (!(from > 0 && from <= to && to < Infinity))
    throw new RangeError(`${where}: times from ${from} to ${to}, expected 0 < from ≤ to`);
  if (!(scheduleOf(problem).noiseLevel(to) < Infinity))
    throw new RangeError(`${where}: α is 0 at the last time, ${to}, expected an earlier one`);
  return times;
}
