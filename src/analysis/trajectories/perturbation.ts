import type { Gaussian } from "../../diffusion/distributions/gaussian.js";
import type { Flow } from "../../diffusion/flow.js";
import { estimateMean, pairedDifference, type Estimate } from "../../math/estimate.js";
import {
  addScaled,
  addToRows,
  column,
  matrix,
  requireSameShape,
  rowDots,
  scale,
  squaredDistances,
  type Matrix,
} from "../../math/matrix.js";
import { normal, type Source } from "../../math/random.js";
import { emergedFraction } from "./emergence.js";

/**
 * Returns what a step from the states x at one noise level makes of the states at another, lower one: the difference of
 * two flows. Of a Gaussian, a step along the eigenvector of variance λ comes to √((λ + σ'²) / (λ + σ²)) times itself
 * (arXiv 2303.02490); one across the data, where λ = 0, is forgotten.
 *
 * @param step for every state one, shape [n, d]
 * @throws RangeError if the shapes differ, or as the flow does
 */
export function perturbationEffect(flow: Flow, x: Matrix, step: Matrix, from: number, to: number): Matrix {
  requireSameShape("perturbationEffect", x, step);
  return addScaled(flow(addScaled(x, 1, step), from, to), -1, flow(x, from, to));
}

export interface PerturbationOptions {
  /** draws the random directions */
  readonly source: Source;
  /** the noise level of the given states */
  readonly from?: number;
  /** the noise level at which the samples are compared, above 0 for a flow that needs it */
  readonly to?: number;
  /** the noise levels of the steps, between the two */
  readonly levels?: readonly number[];
  /** the size of a step in units of σ */
  readonly share?: number;
  /** the features along which steps go, 1 the one of largest variance */
  readonly features?: readonly number[];
}

/** The change of the samples by a step at one noise level. */
export interface StepEffect {
  readonly sigma: number;
  /** of every sample, shape [n] */
  readonly changes: Float64Array;
  /** their mean */
  readonly change: Estimate;
  /** the change of a Gaussian's samples at σ = 0; in random directions the root of its mean square */
  readonly closedForm: number;
  /** the mean change over it */
  readonly ratio: Estimate;
}

/** The effects of steps at each noise level. */
export interface PerturbationStudy {
  /** steps along features, and the change along the same feature */
  readonly features: readonly { readonly k: number; readonly effects: readonly StepEffect[] }[];
  /** steps in normal random directions, and the length of the change */
  readonly random: readonly StepEffect[];
}

/**
 * Measures what steps of a fixed share of the noise, along features of a Gaussian and in random directions, make of the
 * samples of a flow, beside the closed form: share · σ √(λ_k / (λ_k + σ²)) along feature k, share · σ √(Σ_k λ_k / (λ_k
 * + σ²)) in random directions (arXiv 2303.02490, whose steps have a fixed norm).
 *
 * @param x the states at level `from`, shape [n, d]
 * @throws RangeError if a feature is not from 1 to the rank of the Gaussian or has no variance, or as the flow does
 */
export function perturbationStudy(
  flow: Flow,
  g: Gaussian,
  x: Matrix,
  {
    source,
    from = 80,
    to = 0.01,
    levels = [40, 12, 5, 2.5, 1, 0.5, 0.3],
    share = 0.2,
    features = [1, 3, 11],
  }: PerturbationOptions,
): PerturbationStudy {
  const rank = g.lambda.length;
  const wrong = features.find((k) => !(Number.isSafeInteger(k) && k >= 1 && k <= rank));
  if (wrong !== undefined)
    throw new RangeError(
      `perturbationStudy: feature ${wrong}, expected an integer from 1 to ${rank}, the rank of the Gaussian`,
    );
  const directions = features.map((k) => addToRows(matrix(x.rows, x.cols), column(g.U, k - 1)));
  const kicks = normal(source, x.rows, x.cols);
  const measured = levels.map((sigma) => {
    const [state, size] = [flow(x, from, sigma), share * sigma];
    const end = flow(state, sigma, to);
    const moved = (direction: Matrix) => flow(addScaled(state, 1, scale(direction, size)), sigma, to);
    const length = Math.sqrt(g.lambda.reduce((sum, lambda) => sum + lambda / (lambda + sigma ** 2), 0));
    return {
      along: directions.map((direction, i) => {
        const changes = rowDots(addScaled(moved(direction), -1, end), direction);
        return stepEffect(sigma, changes, size * emergedFraction(g.lambda[features[i] - 1], sigma));
      }),
      random: stepEffect(sigma, squaredDistances(moved(kicks), end).map(Math.sqrt), size * length),
    };
  });
  return {
    features: features.map((k, i) => ({ k, effects: measured.map(({ along }) => along[i]) })),
    random: measured.map(({ random }) => random),
  };
}

function stepEffect(sigma: number, changes: Float64Array, closedForm: number): StepEffect {
  const ratio = estimateMean(changes.map((change) => change / closedForm));
  return { sigma, changes, change: estimateMean(changes), closedForm, ratio };
}

/**
 * Returns the noise levels at which a step changes the samples more than one at the level before, by at least `least`
 * and two standard errors of the mean difference of the same samples.
 *
 * @throws RangeError if the effects are not of the same number of samples
 */
export function growingLevels(effects: readonly StepEffect[], least = 0): number[] {
  return effects.slice(1).flatMap(({ sigma, changes }, i) => {
    const { value, standardError } = pairedDifference(changes, effects[i].changes);
    return value >= Math.max(2 * standardError, least) ? [sigma] : [];
  });
}
