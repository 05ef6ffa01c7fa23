import type { Gaussian } from "../../diffusion/distributions/gaussian.js";
import type { Flow } from "../../diffusion/flow.js";
import { estimateMean, pairedDifference, type Estimate } from "../../math/estimate.js";
import {
  addScaled,
  addToRows,
  column,
  concatRows,
  matrix,
  requireSameShape,
  rowDots,
  squaredLengths,
  type Matrix,
} from "../../math/matrix.js";
import { normal, type Source } from "../../math/random.js";
import { rowRange } from "../../math/rowBlocks.js";
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

/** The size of a step at a noise level σ. */
export type StepSize = (sigma: number) => number;

/** Steps of a fixed share of the noise, share · σ. */
export function proportionalStep(share: number): StepSize {
  return (sigma) => share * sigma;
}

/**
 * Steps of a fixed size in the states of a variance-preserving process, as those of arXiv 2303.02490: size · √(1 + σ²)
 * in the convention.
 */
export function fixedStep(size: number): StepSize {
  return (sigma) => size * Math.hypot(1, sigma);
}

/**
 * Steps in random directions that change the samples of a Gaussian of rank r equally at all noise levels, by size · √r:
 * size · √(r / Σ_k λ_k / (λ_k + σ²)).
 */
export function equalEffectStep({ lambda }: Pick<Gaussian, "lambda">, size: number): StepSize {
  return (sigma) => size * Math.sqrt(lambda.length / sumOfShares(lambda, sigma));
}

/** Σ_k λ_k / (λ_k + σ²), in which a direction without variance has no part */
const sumOfShares = (lambda: Float64Array, sigma: number): number =>
  lambda.reduce((sum, one) => sum + (one > 0 ? one / (one + sigma ** 2) : 0), 0);

/** Settings of perturbationStudy. */
export interface PerturbationOptions {
  /** draws the random directions */
  readonly source: Source;
  /** the noise levels of the given states, at which steps are taken */
  readonly levels: readonly number[];
  /** the noise level at which the samples are compared, above 0 for a flow that needs it */
  readonly to?: number;
  /** of a step at each noise level */
  readonly size?: StepSize;
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
  /** steps along features, the change along the same feature, and the length of the whole change */
  readonly features: readonly (StepEffects & { readonly k: number; readonly lengths: StepEffects })[];
  /** steps in normal random directions, and the length of the change */
  readonly random: StepEffects;
}

/**
 * Measures what steps along features of a Gaussian and in random directions, of variance 1 a coordinate before they
 * have their size, make of the samples of a flow, beside the closed form: size · √(λ_k / (λ_k + σ²)) along feature k, size · √(Σ_k
 * λ_k / (λ_k + σ²)) in random directions (arXiv 2303.02490, whose steps are of a fixed size).
 *
 * @param states those of n trajectories at every level, shape [n, d] each
 * @throws RangeError if there are not as many states as levels, a feature is not from 1 to the rank of the Gaussian or has no variance, or as the flow does
 */
export function perturbationStudy(
  flow: Flow,
  g: Gaussian,
  states: readonly Matrix[],
  { source, to = 0.01, levels, size = proportionalStep(0.2), features = [1, 3, 11] }: PerturbationOptions,
): PerturbationStudy {
  const rank = g.lambda.length;
  const wrong = features.find((k) => !(Number.isSafeInteger(k) && k >= 1 && k <= rank));
  if (wrong !== undefined)
    throw new RangeError(
      `perturbationStudy: feature ${wrong}, expected an integer from 1 to ${rank}, the rank of the Gaussian`,
    );
  if (states.length !== levels.length)
    throw new RangeError(
      `perturbationStudy: ${states.length} states at ${levels.length} levels, expected ${levels.length}`,
    );
  const { rows: n, cols: d } = states[0];
  const directions = features.map((k) => addToRows(matrix(n, d), column(g.U, k - 1)));
  const kicks = normal(source, n, d);
  const changes = levels.map((sigma, i) => {
    const kicked = [...directions, kicks].map((step) => addScaled(states[i], size(sigma), step));
    const ends = flow(concatRows([states[i], ...kicked]), sigma, to); // all at once: a network is slow on few
    const end = rowRange(ends, 0, n);
    const moved = (j: number) => addScaled(rowRange(ends, (j + 1) * n, (j + 2) * n), -1, end);
    const all = kicked.map((_, j) => moved(j));
    return {
      along: directions.map((direction, j) => rowDots(all[j], direction)),
      lengths: all.map((change) => squaredLengths(change).map(Math.sqrt)),
    };
  });
  const lengths = (j: number) => changes.map((at) => at.lengths[j]);
  return {
    features: features.map((k, i) => {
      const along = changes.map((at) => at.along[i]);
      const [effects, ofLengths] = [along, lengths(i)].map((all) =>
        stepEffects(levels, size, all, (sigma) => emergedFraction(g.lambda[k - 1], sigma)),
      );
      return { k, ...effects, lengths: ofLengths };
    }),
    random: stepEffects(levels, size, lengths(features.length), (sigma) => Math.sqrt(sumOfShares(g.lambda, sigma))),
  };
}

/** The effects with their means, beside the size of the step times the part of it that emerges. */
function stepEffects(
  levels: readonly number[],
  size: StepSize,
  changes: readonly Float64Array[],
  emerged: (sigma: number) => number,
): StepEffects {
  const closedForm = levels.map((sigma) => size(sigma) * emerged(sigma));
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
