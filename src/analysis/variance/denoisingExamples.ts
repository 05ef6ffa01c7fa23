import type { Examples } from "../../diffusion/networks/mlpStackTraining.js";
import type { MlpStack } from "../../diffusion/networks/mlpStack.js";
import type { Schedule } from "../../diffusion/schedule.js";
import { requirePoints, type Denoiser } from "../../diffusion/score.js";
import { softmaxRows } from "../../math/logSumExp.js";
import { addToRows, matrix, squaredLengths, takeRows, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { fillNormal, type Source } from "../../math/random.js";
import { columnMeans } from "../../math/stats.js";

/**
 * The target of a training: the posterior mean D(x, σ) itself (J0), or the x_0 that x was made of, of which it is the
 * mean (J1, denoising score matching). Over all functions both losses have the same minimiser.
 */
export type Objective = "J0" | "J1";

/** Settings of denoisingExamples. */
export interface ExampleOptions {
  readonly objective: Objective;
  /** the least time; times are uniform from it to 1 */
  readonly epsilon: number;
  /** the largest weight of a squared error; below it the weight is 1 / σ² = α_t² / σ_t² */
  readonly maxWeight: number;
  /** a of the networks' input x_t / σ_t^a */
  readonly inputExponent: number;
}

/**
 * Returns what draws examples of denoising points, shape [N, d], to networks that see `networkInputs` and predict x_0:
 * a point, a time and noise each. The same source gives both objectives the same inputs.
 *
 * @throws RangeError if there are no points, one is not finite, ε is not between 0 and 1, the largest weight is not
 *   positive, or the exponent is not finite
 */
export function denoisingExamples(
  points: Matrix,
  schedule: Schedule,
  { objective, epsilon, maxWeight, inputExponent }: ExampleOptions,
): (source: Source, n: number) => Examples {
  const where = "denoisingExamples";
  if (points.rows === 0 || points.cols === 0)
    throw new RangeError(`${where}: ${points.rows} points in ${points.cols} dimensions, expected at least one of each`);
  requirePoints(where, "points", points, points.cols);
  if (!(epsilon > 0 && epsilon < 1))
    throw new RangeError(`${where}: the least time is ${epsilon}, expected one between 0 and 1`);
  if (!(maxWeight > 0))
    throw new RangeError(`${where}: the largest weight is ${maxWeight}, expected a positive number`);
  if (!Number.isFinite(inputExponent))
    throw new RangeError(`${where}: the exponent of the input is ${inputExponent}, expected a finite number`);
  return (source, n) => {
    const rows = Uint32Array.from({ length: n }, () => source.integer(points.rows));
    const times = Float64Array.from({ length: n }, () => epsilon + (1 - epsilon) * source.uniform());
    const sigmas = times.map((t) => schedule.noiseLevel(t));
    const clean = takeRows(points, rows);
    const x = matrix(n, points.cols);
    fillNormal(source, x.values);
    for (let i = 0, at = 0; i < n; i++)
      for (let j = 0; j < x.cols; j++, at++) x.values[at] = clean.values[at] + sigmas[i] * x.values[at];
    return {
      inputs: networkInputs(schedule, inputExponent, x, times),
      targets: objective === "J0" ? posteriorMeans(points, x, sigmas) : clean,
      weights: matrix(
        n,
        1,
        sigmas.map((sigma) => Math.min(1 / sigma ** 2, maxWeight)),
      ),
    };
  };
}

/**
 * Returns the posterior means Σ_i p_i y_i, p = softmax(-‖x - y_i‖² / 2σ²), of the rows of x, each at a noise level of
 * its own, shape [n, d].
 */
export function posteriorMeans(points: Matrix, x: Matrix, sigmas: Float64Array): Matrix {
  const centre = columnMeans(points);
  const y = addToRows(points, centre, -1); // far from 0, the terms of the squares would cancel
  const squares = squaredLengths(y);
  const logits = multiply(addToRows(x, centre, -1), y, { transposeB: true });
  for (let n = 0, at = 0; n < x.rows; n++)
    for (let i = 0; i < points.rows; i++, at++)
      logits.values[at] = (logits.values[at] - squares[i] / 2) / sigmas[n] ** 2;
  return addToRows(multiply(softmaxRows(logits), y), centre);
}

/**
 * Returns what a network sees of the rows of x at times of their own, shape [n, 2d + 3]: x_t / σ_t^a, x_t = α_t x, t, ln
 * σ_t², 1. With a = 2 the first is x_t as it stands in the exponent of the posterior, with a = 1 the noise in it has
 * variance 1.
 */
export function networkInputs(schedule: Schedule, inputExponent: number, x: Matrix, times: Float64Array): Matrix {
  const d = x.cols;
  const inputs = matrix(x.rows, 2 * d + 3);
  let [time, alpha, logSigma, factor] = [NaN, 0, 0, 0];
  for (let n = 0, at = 0; n < x.rows; n++) {
    if (times[n] !== time) {
      time = times[n];
      alpha = schedule.alpha(time);
      logSigma = Math.log(alpha * schedule.noiseLevel(time));
      factor = alpha * Math.exp(-inputExponent * logSigma);
    }
    for (let j = n * d; j < (n + 1) * d; j++) inputs.values[at++] = factor * x.values[j];
    for (let j = n * d; j < (n + 1) * d; j++) inputs.values[at++] = alpha * x.values[j];
    inputs.values[at++] = time;
    inputs.values[at++] = 2 * logSigma;
    inputs.values[at++] = 1;
  }
  return inputs;
}

/** Returns the denoiser of a stack trained on such examples; its points are equally many rows for each member. */
export function stackDenoiser(
  stack: Pick<MlpStack, "predict">,
  schedule: Schedule,
  { inputExponent }: Pick<ExampleOptions, "inputExponent">,
): Denoiser {
  return (x, sigma) => {
    const times = new Float64Array(x.rows).fill(schedule.time(sigma));
    return stack.predict(networkInputs(schedule, inputExponent, x, times));
  };
}
