import {
  bootstrapEstimate,
  meanWithInfluence,
  pairedDifference,
  smallest,
  type BootstrapOptions,
  type Estimate,
} from "../../math/estimate.js";
import { unexplainedAt, type UnexplainedCurve, type UnexplainedVariance } from "./explainedVariance.js";

/** Returns what the nearest of several models leaves more than one model, paired over the evaluation points. */
export function leastMargin(own: UnexplainedVariance, others: readonly UnexplainedVariance[]): Estimate {
  return smallest(others.map(({ ratios }) => pairedDifference(ratios, own.ratios)));
}

/**
 * Measures how much nearer to a score a model is than the nearest of the others at one noise level: the difference of
 * their mean fractions of variance unexplained, paired over the evaluation points. It is positive for a model that is
 * nearer than each of the others.
 *
 * @throws RangeError if there is no other, or as unexplainedAt does
 */
export function unexplainedMargin(
  curves: readonly UnexplainedCurve[],
  name: string,
  others: readonly string[],
  sigma: number,
): Estimate {
  if (others.length === 0)
    throw new RangeError(`unexplainedMargin: no model to compare "${name}" with, expected at least one`);
  return leastMargin(
    unexplainedAt(curves, name, sigma),
    others.map((other) => unexplainedAt(curves, other, sigma)),
  );
}

/**
 * Measures the least ratio, over noise levels, of the mean fraction that a model leaves unexplained to that of another;
 * its standard error is by the bootstrap over the evaluation points, which all levels share.
 *
 * @throws RangeError as unexplainedAt and bootstrapEstimate do
 */
export function leastUnexplainedRatio(
  curves: readonly UnexplainedCurve[],
  name: string,
  other: string,
  sigmas: readonly number[],
  bootstrap: BootstrapOptions,
): Estimate {
  const fractions = [name, other].flatMap((model) =>
    sigmas.map((sigma) => meanWithInfluence(unexplainedAt(curves, model, sigma).ratios)),
  );
  return bootstrapEstimate(
    fractions,
    (values) => Math.min(...sigmas.map((_, level) => values[level] / values[sigmas.length + level])),
    bootstrap,
  );
}
