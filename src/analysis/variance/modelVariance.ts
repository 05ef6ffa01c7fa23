import { estimateMean, zScore, estimateDifference, type Estimate } from "../../math/estimate.js";
import { matrix, type Matrix } from "../../math/matrix.js";
import { mean, variance } from "../../math/stats.js";
import type { AsymptoticModel } from "./asymptoticModel.js";
import { regionMass, type Region } from "./gapFilling.js";
import { linearDenoiser } from "./linearModel.js";
import { vKernel } from "./vKernel.js";
import type { Objective } from "./denoisingExamples.js";

/** How much trained models vary at one input, against the theory. */
export interface VarianceRatio {
  readonly t: number;
  /** x_t */
  readonly x: number;
  readonly objective: Objective;
  /** Var x̂_0(x_t, t) over models */
  readonly measured: number;
  /** the V-kernel's */
  readonly predicted: number;
  /** measured over predicted; its standard error is that of a variance of normal numbers, √(2 / (models - 1)) of it */
  readonly ratio: Estimate;
}

/** The inputs at which models on the line are compared with the theory, every x at every t. */
export interface ComparedInputs {
  readonly P: number;
  readonly x: readonly number[];
  readonly t: readonly number[];
  /** default J1 */
  readonly objective?: Objective;
}

/**
 * Compares the variance of models on the line over trainings with the V-kernel of P draws, at every x and t.
 *
 * @param weights W of each model, shape [1, F]
 * @throws RangeError if there are less than two models, or the V-kernel is 0 at an input
 */
export function varianceRatios(
  model: AsymptoticModel,
  weights: readonly Matrix[],
  at: ComparedInputs,
): VarianceRatio[] {
  return Array.from(outputsOf("varianceRatios", model, weights, at), ({ t, x, outputs, predicted }) => {
    const measured = variance(outputs);
    const ratio = measured / predicted;
    const standardError = ratio * Math.sqrt(2 / (weights.length - 1));
    return {
      t,
      x,
      objective: at.objective ?? "J1",
      measured,
      predicted,
      ratio: { value: ratio, standardError, count: weights.length },
    };
  });
}

/**
 * The mean over x and t of measured over predicted variance, of models on the line. Its standard error is over models,
 * as their outputs at several inputs are not independent.
 *
 * @throws RangeError if there are no inputs, less than two models, or the V-kernel is 0 at an input
 */
export function meanVarianceRatio(model: AsymptoticModel, weights: readonly Matrix[], at: ComparedInputs): Estimate {
  if (at.x.length === 0 || at.t.length === 0)
    throw new RangeError(`meanVarianceRatio: ${at.x.length} x at ${at.t.length} times, expected at least one of both`);
  const M = weights.length;
  const parts = new Float64Array(M); // of which the mean is the mean ratio
  for (const { outputs, predicted } of outputsOf("meanVarianceRatio", model, weights, at)) {
    const centre = mean(outputs);
    const scale = predicted * (1 - 1 / M) * at.x.length * at.t.length;
    outputs.forEach((output, m) => (parts[m] += (output - centre) ** 2 / scale));
  }
  return estimateMean(parts);
}

/** The outputs of all models at one input after the other, with the variance that the V-kernel predicts there. */
function* outputsOf(
  where: string,
  model: AsymptoticModel,
  weights: readonly Matrix[],
  { P, x, t: times, objective = "J1" }: ComparedInputs,
) {
  if (weights.length < 2) throw new RangeError(`${where}: ${weights.length} models, expected at least 2`);
  const at = matrix(x.length, 1, Float64Array.from(x));
  for (const t of times) {
    const all = weights.map((own) => linearDenoiser({ ...model, weights: own })(at, t).values);
    const { denoiser } = vKernel(model, P, { x: at, t: x.map(() => t) }, undefined, objective);
    for (let i = 0; i < x.length; i++)
      yield {
        t,
        x: x[i],
        outputs: all.map((one) => one[i]),
        predicted: positive(where, denoiser.values[i * x.length + i], x[i], t),
      };
  }
}

/** Returns a predicted variance that others can be measured by. */
function positive(where: string, predicted: number, x: number, t: number): number {
  if (!(predicted > 0))
    throw new RangeError(
      `${where}: the V-kernel is ${predicted} at x = ${x}, t = ${t}, expected inputs at which models vary: features that are not all 0, and two training points or more`,
    );
  return predicted;
}

/** One measure of two ensembles' samples. */
export interface EnsembleComparison {
  readonly measure: string;
  readonly first: Estimate;
  readonly second: Estimate;
  /** their difference in its standard errors */
  readonly z: number;
}

/**
 * Two-sample tests of ensembles on the line: the mass in a region, the variance of samples, and the mass beyond ±1.25.
 *
 * @throws RangeError if the samples or the region are not on the line, or one has less than two models
 */
export function compareEnsembles(
  first: readonly Matrix[],
  second: readonly Matrix[],
  region: Region,
): EnsembleComparison[] {
  if (region.centres.cols !== 1)
    throw new RangeError(`compareEnsembles: a region in ${region.centres.cols} dimensions, expected one of the line`);
  const measures: Readonly<Record<string, (x: Matrix) => number>> = {
    "gap mass": (x) => regionMass(x, region),
    variance: ({ values }) => variance(values),
    "mass beyond ±1.25": ({ values }) => mean(values.map((value) => (Math.abs(value) > 1.25 ? 1 : 0))),
  };
  return Object.entries(measures).map(([measure, f]) => {
    const [a, b] = [first, second].map((samples) => estimateMean(samples.map(f)));
    return { measure, first: a, second: b, z: zScore(estimateDifference(a, b), 0) };
  });
}
