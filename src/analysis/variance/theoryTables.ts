import type { Estimate } from "../../math/estimate.js";
import { estimateMean } from "../../math/estimate.js";
import { mean, variance } from "../../math/stats.js";
import type { Matrix } from "../../math/matrix.js";
import { asymptoticModel, type AsymptoticModel } from "./asymptoticModel.js";
import { noisedRegionMass, regionMass, type Region } from "./gapFilling.js";
import type { LinearEnsemble } from "./linearEnsemble.js";
import { varianceRatios } from "./modelVariance.js";
import type { TrainingProblem } from "./trainingDraws.js";

/**
 * The theory's variance of models on the line as lines and that of an ensemble as points with their errors, by both
 * objectives, over x: a panel for each t.
 */
export function variancePanels(
  model: AsymptoticModel,
  ensemble: LinearEnsemble,
  at: { readonly P: number; readonly x: readonly number[]; readonly t: readonly number[] },
) {
  return at.t.map((t) => ({
    title: `t = ${t}`,
    series: (["J1", "J0"] as const).flatMap((objective) => {
      const rows = varianceRatios(model, ensemble[objective].weights, { ...at, t: [t], objective });
      const measured = rows.map(({ measured }) => measured);
      return [
        { name: `${objective}, V-kernel`, x: at.x, y: rows.map(({ predicted }) => predicted), mode: "lines" as const },
        {
          name: `${objective}, trained`,
          x: at.x,
          y: measured,
          error: rows.map(({ ratio }, i) => (measured[i] * ratio.standardError) / ratio.value),
          mode: "markers" as const,
          like: `${objective}, V-kernel`,
        },
      ];
    }),
  }));
}

/** How the variance of models stopped early is explained. */
export interface StoppingRow {
  /** τ */
  readonly stop: number;
  /** measured over predicted by the whole law, the mean over x; its error is over models, the x being correlated */
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
    const inputs = varianceRatios(model, J1.weights, { P, x, t: [t], objective: "J0" });
    const noise = rows.map(({ predicted }, i) => predicted - inputs[i].predicted);
    const whole = mean(rows.map(({ ratio }) => ratio.value));
    const alone = mean(rows.map(({ measured }, i) => measured / noise[i]));
    const relative = Math.sqrt(2 / (J1.weights.length - 1));
    return {
      stop: regularisation.stop,
      whole: { value: whole, standardError: whole * relative, count: J1.weights.length },
      noiseAlone: { value: alone, standardError: alone * relative, count: J1.weights.length },
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
