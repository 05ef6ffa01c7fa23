import { requireColumns, requireSameShape, squaredErrors, takeRows, type Matrix } from "../../math/matrix.js";
import { nearestNeighbours } from "../../math/neighbours.js";
import {
  estimateMean,
  resampledRows,
  type BootstrapOptions,
  type Estimate,
  type InfluenceEstimate,
} from "../../math/estimate.js";
import { standardError, variance } from "../../math/stats.js";
import { frechetDistance, frechetInfluence, meanAndCovariance, type MeanAndCovariance } from "./frechet.js";

/** The squared Fréchet distance of one set of samples to the reference, with its standard error. */
export interface FrechetScore extends Estimate, InfluenceEstimate {
  /** the distance of this set less that of the first one, of the same seeds */
  readonly change: Estimate;
}

/**
 * The squared Fréchet distances of several sets to a reference, with standard errors. Row n of every set was
 * made from the same seed: what the seeds have in common drops out of the changes between sets, which are known far
 * better than the distances. The reference is that of the data, by its moments, or a further set from the same seeds.
 * The standard errors are those of the infinitesimal jackknife (`frechetInfluence`), or of the bootstrap over seeds
 * (Efron 1979) where one is asked for: each resample then takes the same rows of all sets.
 *
 * @throws RangeError if there is no set, the sets differ in shape, or resamples is not an integer of at least 2
 */
export function compareFrechet(
  sets: readonly Matrix[],
  reference: MeanAndCovariance | Matrix,
  bootstrap?: BootstrapOptions,
): FrechetScore[] {
  if (sets.length === 0) throw new RangeError("compareFrechet: no sets, expected at least one");
  const paired = "values" in reference ? reference : undefined;
  for (const set of paired ? [...sets, paired] : sets) requireSameShape("compareFrechet", set, sets[0]);
  const to = "values" in reference ? meanAndCovariance(reference) : reference;
  const own = sets.map(meanAndCovariance);
  const whole = own.map(frechetDistance(to));
  const influence = frechetInfluence(to);
  const influences = sets.map((set, i) => influence(set, own[i]));
  // The distance is symmetric: the seeds of a reference act on it as those of a set do.
  if (paired)
    own.forEach((other, i) => frechetInfluence(other)(paired, to).forEach((value, n) => (influences[i][n] += value)));
  const spread: Spread = bootstrap
    ? resampled(sets, reference, bootstrap)
    : (i, less) =>
        standardError(
          less === undefined ? influences[i] : influences[i].map((value, n) => value - influences[less][n]),
        );
  return whole.map((value, i) => ({
    value,
    standardError: spread(i),
    change: { value: value - whole[0], standardError: i === 0 ? 0 : spread(i, 0) },
    influence: influences[i],
  }));
}

/** The standard error of a set's distance, or of its difference from another's. */
type Spread = (i: number, less?: number) => number;

function resampled(
  sets: readonly Matrix[],
  reference: MeanAndCovariance | Matrix,
  { source, resamples }: BootstrapOptions,
): Spread {
  const replicates = resampledRows("compareFrechet", sets[0].rows, { source, resamples }).map((rows) => {
    const distance = frechetDistance("values" in reference ? meanAndCovariance(takeRows(reference, rows)) : reference);
    return sets.map((set) => distance(meanAndCovariance(takeRows(set, rows))));
  });
  return (i, less) => Math.sqrt(variance(replicates.map((all) => all[i] - (less === undefined ? 0 : all[less]))));
}

/**
 * The Euclidean distance of every row of x, shape [n, d], to the nearest of the points, shape [N, d]: 0 for what was
 * copied from a training set.
 *
 * @throws RangeError if there are no points or the columns differ
 */
export function nearestDistances(x: Matrix, points: Matrix): Float64Array {
  if (points.rows === 0) throw new RangeError("nearestDistances: no points, expected at least one");
  requireColumns("nearestDistances", "x", x, points.cols);
  return nearestNeighbours(points, x, 1).distances.values;
}

/**
 * Returns the share of the rows of x, shape [n, d], that lie within each distance of the nearest of the points, shape
 * [N, d].
 *
 * @throws RangeError as nearestDistances does
 */
export function sharesWithin(x: Matrix, points: Matrix, distances: ArrayLike<number>): Estimate[] {
  const found = nearestDistances(x, points);
  return Array.from(distances, (within) => estimateMean(found.map((distance) => Number(distance <= within))));
}

/** The reference of sampleQuality, and what samples are compared by. */
export interface QualityOptions {
  /** what the samples and the data are compared by, shape [n, d] to [n, f] */
  readonly features: (images: Matrix) => Matrix;
  /** the training data, shape [N, d] */
  readonly data: Matrix;
  /** the samples of a fine integration from the same seeds, shape [n, d]; the first set without it */
  readonly fine?: Matrix;
  /** of the standard errors of the Fréchet distances; the infinitesimal jackknife without it */
  readonly bootstrap?: BootstrapOptions;
}

/** Measures of one set of samples. */
export interface Quality {
  /** of the features, to those of the data */
  readonly frechet: FrechetScore;
  /** the mean squared error of a pixel, to the fine integration */
  readonly error: Estimate;
}

/**
 * Measures of several sets of samples, row n of each from the same seed as row n of the fine integration. The data's
 * side is computed once, here.
 *
 * @throws RangeError as compareFrechet does, or if a set has not the shape of the fine samples
 */
export function sampleQuality({
  features,
  data,
  fine,
  bootstrap,
}: QualityOptions): (sets: readonly Matrix[]) => Quality[] {
  const reference = meanAndCovariance(features(data));
  return (sets) => {
    const frechet = compareFrechet(sets.map(features), reference, bootstrap);
    return sets.map((set, i) => ({ frechet: frechet[i], error: estimateMean(squaredErrors(set, fine ?? sets[0])) }));
  };
}
