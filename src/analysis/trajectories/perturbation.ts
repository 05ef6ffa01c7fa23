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
  squaredLengths,
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

/** Settings of perturbationStudy. */
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

/** The changes of the samples by steps at several noise levels. */
export interface StepEffects {
  readonly levels: readonly number[];
  /** of every sample, shape [n] at each level */
  readonly changes: readonly Float64Array[];
  /** their mean at each level */
  readonly change: readonly Estimate[];
  /** the change of a Gaussian's samples at σ = 0; in random directions the root of its mean square */
  readonly closedForm: readonly number[];
  /** the mean change over it */
  readonly ratio: readonly Estimate[];
}

/** The effects of steps in the directions of a study. */
export interface PerturbationStudy {
  /** steps along features, and the change along the same feature */
  readonly features: readonly (StepEffects & { readonly k: number })[];
  /** steps in normal random directions, and the length of the change */
  readonly random: StepEffects;
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
  const changes = levels.map((sigma) => {
    const state = flow(x, from, sigma);
    const end = flow(state, sigma, to);
    const moved = (step: Matrix) => addScaled(flow(addScaled(state, share * sigma, step), sigma, to), -1, end);
    return {
      along: directions.map((direction) => rowDots(moved(direction), direction)),
      random: squaredLengths(moved(kicks)).map(Math.sqrt),
    };
  });
  const random = changes.map((at) => at.random);
  return {
    features: features.map((k, i) => {
      const along = changes.map((at) => at.along[i]);
      return { k, ...stepEffects(levels, share, along, (sigma) => emergedFraction(g.lambda[k - 1], sigma)) };
    }),
    random: stepEffects(levels, share, random, (sigma) =>
      Math.sqrt(g.lambda.reduce((sum, lambda) => sum + lambda / (lambda + sigma ** 2), 0)),
    ),
  };
}

/** The effects with their means, beside share · σ times the part of the step that emerges. */
function stepEffects(
  levels: readonly number[],
  share: number,
  changes: readonly Float64Array[],
  emerged: (sigma: number) => number,
): StepEffects {
  const closedForm = levels.map((sigma) => share * sigma * emerged(sigma));
  const ratio = changes.map((all, i) => estimateMean(all.map((change) => change / closedForm[i])));
  return { levels, changes, change: changes.map((all) => estimateMean(all)), closedForm, ratio };
}

/**
 * Returns the noise levels at which steps change the samples more than those at the level before, by at least `least`
 * and two standard errors of the mean difference of the same samples.
 *
 * @throws RangeError if the levels have not the same number of samples
 */
export function growingLevels({ levels, changes }: Pick<StepEffects, "levels" | "changes">, least = 0): number[] {
  return levels.slice(1).filter((_, i) => {
    const { value, standardError } = pairedDifference(changes[i + 1], changes[i]);
    return value >= Math.max(2 * standardError, least);
  });
}
