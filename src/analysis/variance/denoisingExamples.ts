import type { Denoiser } from "../../diffusion/score.js";
import type { Examples } from "../../diffusion/networks/mlpStackTraining.js";
import type { MlpStack } from "../../diffusion/networks/mlpStack.js";
import type { Schedule } from "../../diffusion/schedule.js";
import { softmaxRows } from "../../math/logSumExp.js";
import { matrix, row, squaredLengths, takeRows, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { fillNormal, type Source } from "../../math/random.js";

/**
 * What a network is trained towards: the posterior mean D(x, σ) itself (J0), or the x_0 that x was made of (J1,
 * denoising score matching), whose mean it is. Both losses have the same minimiser over all functions.
 */
export type Objective = "J0" | "J1";

/** Settings of denoisingExamples. */
export interface ExampleOptions {
  readonly objective: Objective;
  /** the least time; times are uniform from it to 1 */
  readonly epsilon: number;
  /** the largest weight of a squared error, which is α_t² / σ_t² below it, that of the score's squared error over σ_t² */
  readonly maxWeight: number;
}

/**
 * Returns what draws examples of denoising the points, shape [N, d], for networks that see `networkInputs` and predict
 * x_0: a point, a time, and noise each. The same source gives both objectives the same inputs.
 */
export function denoisingExamples(
  points: Matrix,
  schedule: Schedule,
  { objective, epsilon, maxWeight }: ExampleOptions,
): (source: Source, n: number) => Examples {
  const inputsOf = networkInputs(points, schedule);
  return (source, n) => {
    const rows = Uint32Array.from({ length: n }, () => source.integer(points.rows));
    const sigmas = Float64Array.from({ length: n }, () =>
      schedule.noiseLevel(epsilon + (1 - epsilon) * source.uniform()),
    );
    const clean = takeRows(points, rows);
    const x = matrix(n, points.cols);
    fillNormal(source, x.values);
    for (let i = 0; i < x.values.length; i++)
      x.values[i] = clean.values[i] + sigmas[Math.floor(i / points.cols)] * x.values[i];
    return {
      inputs: inputsOf(x, sigmas),
      targets: objective === "J0" ? posteriorMeans(points, x, sigmas) : clean,
      weights: sigmas.map((sigma) => Math.min(1 / sigma ** 2, maxWeight)),
    };
  };
}

/** Returns the posterior mean Σ_i p_i y_i, p = softmax(-‖x - y_i‖² / 2σ²), of every row of x at a noise level of its own. */
export function posteriorMeans(points: Matrix, x: Matrix, sigmas: Float64Array): Matrix {
  const squares = squaredLengths(points);
  const logits = multiply(x, points, { transposeB: true });
  for (let n = 0, at = 0; n < x.rows; n++)
    for (let i = 0; i < points.rows; i++, at++)
      logits.values[at] = (logits.values[at] - squares[i] / 2) / sigmas[n] ** 2;
  return multiply(softmaxRows(logits), points);
}

/**
 * Returns what a network sees of rows of x at noise levels of their own, shape [n, 2d + 3]: x_t divided by its
 * standard deviation, x_t = α x, t, ln σ_t², 1.
 */
export function networkInputs(points: Matrix, schedule: Schedule): (x: Matrix, sigmas: Float64Array) => Matrix {
  const d = points.cols;
  const mode = process.env.SCALED ?? "std";
  return (x, sigmas) => {
    const inputs = matrix(x.rows, 2 * d + 3);
    for (let n = 0; n < x.rows; n++) {
      const t = schedule.time(sigmas[n]);
      const alpha = schedule.alpha(t);
      const own = row(inputs, n);
      const st = alpha * sigmas[n];
      const f = mode === "std" ? alpha / Math.sqrt(alpha ** 2 * 2 / 3 + st ** 2) : mode === "sigma" ? 1 / sigmas[n]
        : mode === "alphasigma2" ? alpha * alpha / st ** 2 : mode === "root" ? alpha / Math.sqrt(st) : mode === "x0" ? Math.min(1, 10/ sigmas[n]) : mode==="edm" ? 1/Math.sqrt(1+sigmas[n]**2) : 0;
      for (let j = 0; j < d; j++) {
        const value = x.values[n * d + j];
        own[j] = f * value;
        own[d + j] = alpha * value;
      }
      own[2 * d] = t;
      own[2 * d + 1] = 2 * Math.log(alpha * sigmas[n]);
      own[2 * d + 2] = 1;
    }
    return inputs;
  };
}

/** Returns the denoiser of a stack that was trained on such examples: equally many rows for each member. */
export function stackDenoiser(stack: MlpStack, points: Matrix, schedule: Schedule): Denoiser {
  const inputsOf = networkInputs(points, schedule);
  return (x, sigma) => stack.predict(inputsOf(x, new Float64Array(x.rows).fill(sigma)));
}
