import type { Matrix } from "../../math/matrix.js";
import type { VectorField } from "../../diffusion/distribution.js";
import type { EvaluationPoints } from "./evaluationPoints.js";
import { largest, pairedDifference, type Estimate } from "../../math/estimate.js";
import { ratioOfMeans, unexplainedVariance, type UnexplainedVariance } from "./explainedVariance.js";
import { mean } from "../../math/stats.js";
import type { Stage } from "./stages.js";

/** The unexplained variance of the learned score by one model at one noise level, stage by stage. */
export interface LearningCurve {
  readonly name: string;
  readonly sigma: number;
  readonly steps: readonly number[];
  readonly stages: readonly UnexplainedVariance[];
}

/**
 * Measures how near the learned score comes to each of several models while it is trained: one curve for each noise
 * level and model. All stages meet the same probes.
 *
 * @param mean the mean of the data, shape [d]
 * @throws RangeError if the steps do not increase, or as unexplainedVariance does
 */
export function learningCurves(
  stages: readonly Stage[],
  models: Readonly<Record<string, Pick<VectorField, "score">>>,
  probes: EvaluationPoints,
  sigmas: ArrayLike<number>,
  mean: Float64Array,
): LearningCurve[] {
  stages.forEach(({ step }, i) => {
    if (i > 0 && !(step > stages[i - 1].step))
      throw new RangeError(
        `learningCurves: stage ${i} is of step ${step} after step ${stages[i - 1].step}, expected steps that increase`,
      );
  });
  const known = Object.fromEntries(Object.entries(models).map(([name, model]) => [name, oncePerLevel(model)]));
  const found = stages.map((stage) => unexplainedVariance(stage, known, probes, sigmas, mean));
  const steps = stages.map(({ step }) => step);
  return Array.from(sigmas).flatMap((sigma, level) =>
    Object.keys(models).map((name, model) => ({
      name,
      sigma,
      steps,
      stages: found.map((curves) => curves[model].levels[level]),
    })),
  );
}

/** A score that is always asked at the same points of a noise level, where it has to be found only once. */
function oncePerLevel({ score }: Pick<VectorField, "score">): Pick<VectorField, "score"> {
  const found = new Map<number, Matrix>();
  return {
    score: (x, sigma) => {
      const s = found.get(sigma) ?? score(x, sigma);
      found.set(sigma, s);
      return s;
    },
  };
}

/**
 * The greatest growth of a learning curve from a stage to any later one; it is negative for a curve that only falls.
 */
export interface Increase {
  readonly from: number;
  readonly to: number;
  /** of the unexplained share, its standard error that of the difference probe by probe */
  readonly increase: Estimate;
  /** the later share over the earlier, likewise */
  readonly factor: Estimate;
}

/**
 * A curve that falls and then rises, as that of a model which is learned first and left again, has a large greatest
 * rise, from its least value on; a curve that falls throughout has none. The shares are means of ratios. The stages are
 * chosen by the same probes that measure the rise, so that one of the size of its standard error means nothing.
 *
 * @throws RangeError with fewer than two stages
 */
export function largestIncrease({ steps, stages }: LearningCurve): Increase {
  if (stages.length < 2) throw new RangeError(`largestIncrease: ${stages.length} stages, expected at least two`);
  let [least, from, to, most] = [0, 0, 1, -Infinity];
  for (let i = 1; i < stages.length; i++) {
    const growth = stages[i].score.value - stages[least].score.value;
    if (growth > most) [from, to, most] = [least, i, growth];
    if (growth < 0) least = i;
  }
  const [early, late] = [stages[from], stages[to]];
  return {
    from: steps[from],
    to: steps[to],
    increase: pairedDifference(late.ratios, early.ratios),
    factor: ratioOfMeans(late.ratios, early.ratios),
  };
}

/** The end of a learning curve against its least value. */
export interface FinalToMinimum {
  /** the step of the least share */
  readonly step: number;
  /** the last share over the least; 1 where the last is the least */
  readonly factor: Estimate;
}

/**
 * The last stage of a learning curve against its least one: a factor well above 1 is the U of a model that is learned
 * first and left again. The least stage is that of every other evaluation point, and the factor is measured at the
 * points between, so that the choice adds nothing to it.
 *
 * @throws RangeError if there are fewer than four evaluation points
 */
export function finalToMinimumRatio({ steps, stages }: LearningCurve): FinalToMinimum {
  const last = stages[stages.length - 1];
  if (last.ratios.length < 4)
    throw new RangeError(`finalToMinimumRatio: ${last.ratios.length} evaluation points, expected at least 4`);
  const shares = stages.map(({ ratios }) => mean(ratios.filter((_, n) => n % 2 === 0)));
  const least = shares.indexOf(Math.min(...shares));
  const [late, early] = [last, stages[least]].map(({ ratios }) => ratios.filter((_, n) => n % 2 === 1));
  return { step: steps[least], factor: ratioOfMeans(late, early) };
}

/** Returns finalToMinimumRatio of a model's curves, noise level by noise level. */
export function finalRatios(
  curves: readonly LearningCurve[],
  name: string,
): (FinalToMinimum & { readonly sigma: number })[] {
  return curves
    .filter((curve) => curve.name === name)
    .map((curve) => ({ sigma: curve.sigma, ...finalToMinimumRatio(curve) }));
}

/**
 * Returns the largest increase of any of a model's curves, from a stage to a later one.
 *
 * @throws RangeError if the model has no curve, or as largestIncrease does
 */
export function largestIncreaseOf(curves: readonly LearningCurve[], name: string): Estimate {
  const own = curves.filter((curve) => curve.name === name);
  if (own.length === 0) throw new RangeError(`largestIncreaseOf: no curve of "${name}", expected at least one`);
  return largest(own.map((curve) => largestIncrease(curve).increase));
}
