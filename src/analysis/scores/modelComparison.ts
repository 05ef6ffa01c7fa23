import type { Estimate } from "../../math/estimate.js";
import type { UnexplainedVariance } from "./explainedVariance.js";
import type { LearningCurve } from "./learning.js";
import { leastMargin } from "./modelMargin.js";

/**
 * Finds what a model leaves unexplained at one noise level after a number of steps.
 *
 * @throws RangeError if there is no curve of that model and level, or it has no such step
 */
export function learningAt(
  curves: readonly LearningCurve[],
  name: string,
  sigma: number,
  step: number,
): UnexplainedVariance {
  const curve = curves.find((one) => one.name === name && one.sigma === sigma);
  const stage = curve?.stages[curve.steps.indexOf(step)];
  if (!stage)
    throw new RangeError(
      curve
        ? `learningAt: "${name}" has no step ${step}, expected one of ${curve.steps.join(", ")}`
        : `learningAt: no curve of "${name}" at σ = ${sigma}, expected one of ${curves.map((one) => `"${one.name}" at σ = ${one.sigma}`).join(", ")}`,
    );
  return stage;
}

/**
 * Measures how much nearer to the learned score a model is than the best of the other models, at one noise level after
 * a number of steps: the difference of the mean fractions of variance unexplained, paired over the evaluation points.
 * It is positive for the nearest model only.
 *
 * @throws RangeError if there is no other model at that level, or as learningAt does
 */
export function marginOverOthers(
  curves: readonly LearningCurve[],
  name: string,
  sigma: number,
  step: number,
): Estimate {
  const own = learningAt(curves, name, sigma, step);
  const others = curves
    .filter((curve) => curve.sigma === sigma && curve.name !== name)
    .map((other) => learningAt(curves, other.name, sigma, step));
  if (others.length === 0)
    throw new RangeError(`marginOverOthers: no model but "${name}" at σ = ${sigma}, expected at least one`);
  return leastMargin(own, others);
}
