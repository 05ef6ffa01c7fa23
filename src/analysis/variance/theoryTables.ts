import { estimateMean, type Estimate } from "../../math/estimate.js";
import { mean, variance } from "../../math/stats.js";
import { matrix, type Matrix } from "../../math/matrix.js";
import { linspace } from "../../math/ode.js";
import { asymptoticModel, type AsymptoticModel } from "./asymptoticModel.js";
import { noisedRegionMass, regionMass, type Region } from "./gapFilling.js";
import type { LinearEnsemble } from "./linearEnsemble.js";
import { meanVarianceRatio, varianceRatios } from "./modelVariance.js";
import type { TrainingProblem } from "./trainingDraws.js";
import { vKernel } from "./vKernel.js";

/**
 * The theory's variance of models on the line as lines and that of an ensemble as points with their errors, by both
 * objectives, over x: a panel for each t.
 */
export function variancePanels(
  model: AsymptoticModel,
  ensemble: LinearEnsemble,
  at: { readonly P: number; readonly x: readonly number[]; readonly t: readonly number[] },
) {
  const objectives = ["J1", "J0"] as const;
  const [from, to] = [Math.min(...at.x), Math.max(...at.x)];
  const line = linspace(from, to, 120);
  const x = matrix(line.length, 1, line);
  return at.t.map((t) => ({
    title: `t = ${t}`,
    series: [
      ...objectives.map((objective) => {
        const { denoiser } = vKernel(model, at.P, { x, t: new Float64Array(x.rows).fill(t) }, undefined, objective);
        return { name: `${objective}, V-kernel`, x: line, y: diagonalOf(denoiser), mode: "lines" as const };
      }),
      ...objectives.map((objective) => {
        const rows = varianceRatios(model, ensemble[objective].weights, { ...at, t: [t], objective });
        return {
          name: `${objective}, trained`,
          x: at.x,
          y: rows.map(({ measured }) => measured),
          error: rows.map(({ measured, ratio }) => (measured * ratio.standardError) / ratio.value),
          mode: "markers" as const,
          like: `${objective}, V-kernel`,
        };
      }),
    ],
  }));
}

const diagonalOf = ({ rows, cols, values }: Matrix): Float64Array =>
  Float64Array.from({ length: rows }, (_, i) => values[i * cols + i]);

/** How the variance of models stopped early is explained. */
export interface StoppingRow {
  /** τ */
  readonly stop: number;
  /** measured over predicted by the whole law, the mean over x; its error is over models */
  readonly whole: Estimate;
  /** measured over predicted by the target's noise alone */
  readonly noiseAlone: Estimate;
  /** the noise's part of J1's predicted variance */
  readonly noiseShare: number;
}

/** Compares the variance of J1's models on the line, stopped at several times, with the law and with its noise alone. */
export function stoppingTable(
  ensembles: readonly LinearEnsemble[],
  { x, t }: { readonly x: readonly number[]; readonly t: number },
): StoppingRow[] {
  return ensembles.map(({ problem, features, P, regularisation, J1 }) => {
    if (!regularisation || !("stop" in regularisation))
      throw new RangeError("stoppingTable: the models have a ridge, expected models that were stopped early");
    const model = asymptoticModel(problem, features, { regularisation });
    const rows = varianceRatios(model, J1.weights, { P, x, t: [t] });
    const whole = meanVarianceRatio(model, J1.weights, { P, x, t: [t] });
    const inputs = varianceRatios(model, J1.weights, { P, x, t: [t], objective: "J0" });
    const noise = rows.map(({ predicted }, i) => predicted - inputs[i].predicted);
    const alone = mean(rows.map(({ measured }, i) => measured / noise[i]));
    return {
      stop: regularisation.stop,
      whole,
      noiseAlone: { ...whole, value: alone, standardError: (alone * whole.standardError) / whole.value },
      noiseShare: mean(rows.map(({ predicted }, i) => noise[i] / predicted)),
    };
  });
}

/** What the naive estimator's samples on the line are like at one κ. */
export interface NaiveRow {
  /** ε */
  readonly epsilon: number;
  readonly kappa: number;
  /** the mass in the region; p_ε has `noised` */
  readonly gap: Estimate;
  readonly noised: number;
  /** the mass within 0.5 of 0 */
  readonly middle: Estimate;
  /** the variance of the samples */
  readonly variance: number;
}

/**
 * Tells what samples on the line for several κ are like.
 *
 * @throws RangeError if there are not samples for each κ, or they or the region are not on the line
 */
export function naiveTable(
  problem: TrainingProblem,
  kappas: readonly number[],
  samples: readonly Matrix[],
  region: Region,
): NaiveRow[] {
  if (samples.length !== kappas.length)
    throw new RangeError(`naiveTable: ${samples.length} samples for ${kappas.length} κ, expected one each`);
  return samples.map((x, k) => ({
    epsilon: problem.times[0],
    kappa: kappas[k],
    gap: share(regionMass(x, region), x.rows),
    noised: noisedRegionMass(problem, region),
    middle: estimateMean(x.values.map((value) => (Math.abs(value) < 0.5 ? 1 : 0))),
    variance: variance(x.values),
  }));
}

const share = (value: number, count: number): Estimate => ({
  value,
  standardError: Math.sqrt((value * (1 - value)) / count),
  count,
});
