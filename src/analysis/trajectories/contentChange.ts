import type { VectorField } from "../../diffusion/distribution.js";
import { scoreFlow } from "../../diffusion/sampling/teleport.js";
import {
  addScaled,
  addToRows,
  requireSameShape,
  row,
  squaredDistances,
  squaredLengths,
  type Matrix,
} from "../../math/matrix.js";
import { estimateMean, type Estimate } from "../../math/estimate.js";
import { columnMeans, mean } from "../../math/stats.js";
import type { StepSize } from "./perturbation.js";

/** What tells images apart, as a stored classifier does. */
export interface ContentJudge {
  /** numbers of each class by which the largest is chosen, shape [n, classes] */
  readonly logits: (images: Matrix) => Matrix;
  /** shape [n, f] */
  readonly features: (images: Matrix) => Matrix;
}

/** Settings of contentChanges. */
export interface ContentOptions {
  readonly judge: ContentJudge;
  /** noise levels at which steps are taken, decreasing */
  readonly levels: readonly number[];
  /** the noise level, above 0, at which the endpoint estimate is the sample */
  readonly to?: number;
  /** evaluations for each factor e of the noise level */
  readonly density?: number;
  readonly size: StepSize;
}

/** What steps at one noise level make of the samples, each of shape [n]. */
export interface ContentChange {
  readonly sigma: number;
  /** 1 of a sample that the judge takes for another class after the step, 0 of others */
  readonly flipped: Float64Array;
  /** ‖Δ features‖ over the root of the features' mean squared distance between two samples */
  readonly features: Float64Array;
  /** ‖Δ x‖ in pixels over the root of the mean squared distance between two samples */
  readonly pixels: Float64Array;
  /** (Σ_p Δ_p²)² / (d Σ_p Δ_p⁴): the share of the pixels over which the change is spread, 1 if it is even */
  readonly area: Float64Array;
  /** the changed samples, shape [n, d] */
  readonly images: Matrix;
}

/**
 * Measures how steps at several noise levels change the content of samples: their class, the judge's features, their
 * pixels and how many of these (arXiv 2303.02490, in which early steps change content and late ones details).
 *
 * @param states the states of n trajectories at every level, shape [n, d] each
 * @param samples what they are at their ends without a step, shape [n, d]
 * @param directions of the steps, times the size of each level; normal ones, say, shape [n, d]
 * @throws RangeError if there are fewer than 2 samples, not as many states as levels, the shapes differ, or as the denoiser
 * does
 */
export function contentChanges(
  field: Pick<VectorField, "denoiser">,
  states: readonly Matrix[],
  samples: Matrix,
  directions: Matrix,
  { judge, levels, to = 0.02, size, density = 4 }: ContentOptions,
): ContentChange[] {
  if (!(samples.rows >= 2)) throw new RangeError(`contentChanges: ${samples.rows} samples, expected at least 2`);
  if (states.length !== levels.length)
    throw new RangeError(
      `contentChanges: ${states.length} states at ${levels.length} levels, expected ${levels.length}`,
    );
  requireSameShape("contentChanges", samples, directions);
  const [before, features] = [classes(judge, samples), judge.features(samples)];
  const [betweenFeatures, betweenPixels] = [features, samples].map(typicalDistance);
  const flow = scoreFlow(field, { density });
  return levels.map((sigma, i) => {
    requireSameShape("contentChanges", samples, states[i]);
    const images = field.denoiser(flow(addScaled(states[i], size(sigma), directions), sigma, to), to);
    const after = classes(judge, images);
    return {
      sigma,
      images,
      flipped: Float64Array.from(after, (label, n) => (label === before[n] ? 0 : 1)),
      features: squaredDistances(judge.features(images), features).map((square) => Math.sqrt(square) / betweenFeatures),
      pixels: squaredDistances(images, samples).map((square) => Math.sqrt(square) / betweenPixels),
      area: changedArea(addScaled(images, -1, samples)),
    };
  });
}

/** The means of changes at one noise level over the samples. */
export interface MeanChange {
  readonly sigma: number;
  readonly flipped: Estimate;
  readonly features: Estimate;
  readonly pixels: Estimate;
  readonly area: Estimate;
}

/** Returns the means of the changes at each level, for tables and figures. */
export function meanChanges(changes: readonly ContentChange[]): MeanChange[] {
  return changes.map(({ sigma, flipped, features, pixels, area }) => ({
    sigma,
    flipped: estimateMean(flipped),
    features: estimateMean(features),
    pixels: estimateMean(pixels),
    area: estimateMean(area),
  }));
}

/** Returns (Σ_p Δ_p²)² / (d Σ_p Δ_p⁴) of every row, the share of the pixels over which it is spread; 0 of a row of zeros. */
export function changedArea(change: Matrix): Float64Array {
  return Float64Array.from({ length: change.rows }, (_, n) => {
    const squares = row(change, n).map((value) => value * value);
    const [sum, fourth] = squares.reduce(([a, b], square) => [a + square, b + square * square], [0, 0]);
    return fourth > 0 ? sum ** 2 / (change.cols * fourth) : 0;
  });
}

function classes({ logits }: ContentJudge, images: Matrix): number[] {
  const found = logits(images);
  return Array.from({ length: images.rows }, (_, n) => row(found, n).indexOf(Math.max(...row(found, n))));
}

/** The root of the mean squared distance between two independent rows. */
function typicalDistance(x: Matrix): number {
  return Math.sqrt((2 * mean(squaredLengths(addToRows(x, columnMeans(x), -1))) * x.rows) / (x.rows - 1));
}
