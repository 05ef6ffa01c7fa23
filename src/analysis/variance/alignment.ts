import { mean } from "../../math/stats.js";
import { bootstrapInterval, type BootstrapOptions, type IntervalEstimate } from "../../math/estimate.js";
import { squaredLengths, takeColumns, type Matrix } from "../../math/matrix.js";
import type { Source } from "../../math/random.js";
import type { GaussianParameters } from "../../diffusion/distributions/gaussianSpectrum.js";
import { leadingDirections, projectedSquares, randomDirections } from "./subspaceShare.js";

/**
 * The directions that are compared: the leading eigenvectors of the covariance at the place itself, of that at another
 * place, random ones with the data's covariance, the data's own leading eigenvectors, and random ones of any kind.
 */
export const comparedDirections = ["own", "other", "data", "principal", "isotropic"] as const;
/** The name of a choice of directions. */
export type ComparedDirections = (typeof comparedDirections)[number];

/** Settings of alignment. */
export interface AlignmentOptions {
  /** the number of directions k; default 5 */
  readonly directions?: number;
  /** draws of random directions, each for all places; default 50 */
  readonly draws?: number;
  readonly source: Source;
}

/** The squares of vectors at places, and what of them lies in k directions of each choice. */
export interface Alignment extends Readonly<Record<ComparedDirections, Float64Array>> {
  /** ‖v‖², shape [n]: of the places whose covariance has k directions */
  readonly total: Float64Array;
}

/**
 * Measures how much of the vectors of each place, matrices of shape [m, d], lies in the k leading eigenvectors of that
 * place's covariance, and in as many directions of every null. Places whose covariance has less than k eigenvalues
 * above round-off are left out: there are no k directions to be told.
 *
 * @throws RangeError if there is not one covariance for each place, or k is not from 1 to the rank of the data's
 */
export function alignment(
  vectors: readonly Matrix[],
  covariances: readonly Matrix[],
  data: GaussianParameters,
  { directions: k = 5, draws = 50, source }: AlignmentOptions,
): Alignment {
  if (vectors.length !== covariances.length)
    throw new RangeError(
      `alignment: vectors of ${vectors.length} places and ${covariances.length} covariances, expected one for each`,
    );
  const leading = covariances.map((covariance) => leadingDirections(covariance, k));
  const places = [...leading.keys()].filter((n) => leading[n]);
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
  const inside = (directionsOf: (place: number, at: number) => Matrix) =>
    Float64Array.from(places, (place, at) => sum(projectedSquares(vectors[place], directionsOf(place, at))));
  const total = Float64Array.from(places, (place) => sum(squaredLengths(vectors[place])));
  const random = Array.from({ length: draws }, () => {
    const V = randomDirections(data, k, source);
    return inside(() => V);
  });
  const principal = takeColumns(data.U, k);
  return {
    total,
    own: inside((place) => leading[place]!),
    other: inside((_, at) => leading[places[(at + 1) % places.length]]!),
    data: total.map((_, at) => mean(random.map((one) => one[at]))),
    principal: inside(() => principal),
    isotropic: total.map((square) => (k / data.mean.length) * square),
  };
}

/** The shares of the squares that lie in each choice of directions, and by how much the place's own one is ahead. */
export interface AlignmentShares extends Readonly<Record<ComparedDirections, IntervalEstimate>> {
  /** the share in the own directions less that in those of another place, of the same points */
  readonly ownLessOther: IntervalEstimate;
  /** the places that the shares are over */
  readonly places: number;
}

/**
 * Estimates the shares Σ ‖Vᵀ v‖² / Σ ‖v‖², the sums over the places, with bootstrap intervals over them.
 *
 * @throws RangeError if there are less than two places, or resamples is not an integer of at least 2
 */
export function alignmentShares(found: Alignment, options: BootstrapOptions): AlignmentShares {
  const places = found.total.length;
  if (places < 2)
    throw new RangeError(
      `alignmentShares: ${places} places whose covariance has the directions, expected at least 2; take a larger σ or fewer directions`,
    );
  const sum = (values: Float64Array, rows: Uint32Array) => rows.reduce((total, n) => total + values[n], 0);
  const shareOf = (values: Float64Array) =>
    bootstrapInterval(places, (rows) => sum(values, rows) / sum(found.total, rows), options);
  const shares = Object.fromEntries(comparedDirections.map((name) => [name, shareOf(found[name])]));
  return {
    ...(shares as Record<ComparedDirections, IntervalEstimate>),
    ownLessOther: shareOf(found.own.map((square, n) => square - found.other[n])),
    places,
  };
}
