import {
  addScaled,
  addToRows,
  column,
  dot,
  matrix,
  requireSameShape,
  scale,
  squaredDistances,
  type Matrix,
} from "./matrix.js";
import { multiply } from "./multiply.js";

/*
 * NaN is never skipped: the result is NaN, or an error. Charting libraries skip it, and define quantiles otherwise than
 * NumPy; therefore these few lines.
 */

/** The arithmetic mean. @throws RangeError if there are no values */
export function mean(values: ArrayLike<number>): number {
  requireSome("mean", values, 1);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** The unbiased variance, divided by n - 1. @throws RangeError with fewer than two values */
export function variance(values: ArrayLike<number>): number {
  requireSome("variance", values, 2);
  const centre = mean(values);
  let [sum, rest] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    sum += (values[i] - centre) ** 2;
    rest += values[i] - centre; // 0 but for the rounding of the mean
  }
  return (sum - rest ** 2 / values.length) / (values.length - 1);
}

/** The standard error of the mean of independent values, √(variance / n). */
export function standardError(values: ArrayLike<number>): number {
  return Math.sqrt(variance(values) / values.length);
}

/**
 * The quantiles at the given probabilities, linear between order statistics (Hyndman and Fan's type 7, NumPy's
 * default).
 *
 * @throws RangeError if there are no values, a value is NaN, or a probability is outside [0, 1]
 */
export function quantiles(values: ArrayLike<number>, probabilities: readonly number[]): number[] {
  requireSome("quantiles", values, 1);
  const sorted = Float64Array.from(values).sort();
  if (Number.isNaN(sorted[sorted.length - 1])) throw new RangeError("quantiles: a value is NaN, expected numbers");
  return probabilities.map((p) => {
    if (!(p >= 0 && p <= 1)) throw new RangeError(`quantiles: probability ${p}, expected one from 0 to 1`);
    const position = p * (sorted.length - 1);
    const below = Math.floor(position);
    const above = Math.min(below + 1, sorted.length - 1);
    return position === below ? sorted[below] : sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  });
}

/**
 * Returns the largest |a_i - b_i|.
 *
 * @throws RangeError if the lengths differ
 */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return largest("largestDifference", a, b, (seen, expected) => seen - expected);
}

/**
 * Returns the largest |a_i / b_i - 1|.
 *
 * @throws RangeError if the lengths differ
 */
export function largestRelativeDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return largest("largestRelativeDifference", a, b, (seen, expected) => seen / expected - 1);
}

function largest(
  where: string,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  difference: (a: number, b: number) => number,
): number {
  if (a.length !== b.length)
    throw new RangeError(`${where}: ${a.length} values and ${b.length}, expected as many of both`);
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(difference(a[i], b[i])));
  return most;
}

/** The mean of the rows, shape [d]. @throws RangeError if there are no rows */
export function columnMeans(points: Matrix): Float64Array {
  if (points.rows === 0) throw new RangeError("columnMeans: no points, expected at least one row");
  const sums = new Float64Array(points.cols);
  const { rows, values } = points;
  for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < sums.length; j++, at++) sums[j] += values[at];
  return sums.map((sum) => sum / points.rows);
}

/** Rows centred and multiplied at a time, so that a large data set is never copied whole. */
const BLOCK = 4096;

/** The population covariance Σ_n (x_n - μ)(x_n - μ)ᵀ / N of the rows, shape [d, d]: divided by N, not by N - 1. */
export function covariance(points: Matrix, centre: ArrayLike<number> = columnMeans(points)): Matrix {
  let sum = matrix(points.cols, points.cols);
  for (let from = 0; from < points.rows; from += BLOCK) {
    const to = Math.min(from + BLOCK, points.rows);
    const block = matrix(to - from, points.cols, points.values.subarray(from * points.cols, to * points.cols));
    const centred = addToRows(block, centre, -1);
    sum = addScaled(sum, 1, multiply(centred, centred, { transposeA: true }));
  }
  return scale(sum, 1 / points.rows);
}

/**
 * Returns the correlation of every column of a with the same column of b, shape [d]; both of shape [n, d].
 *
 * @throws RangeError if the shapes differ, or a column is constant
 */
export function columnCorrelations(a: Matrix, b: Matrix): Float64Array {
  requireSameShape("columnCorrelations", a, b);
  return Float64Array.from({ length: a.cols }, (_, j) => {
    const [u, v] = [a, b].map((m) => {
      const values = column(m, j);
      const centre = mean(values);
      return values.map((value) => value - centre);
    });
    const spread = Math.sqrt(dot(u, u) * dot(v, v));
    if (spread === 0) throw new RangeError(`columnCorrelations: column ${j} is constant, expected values that differ`);
    return dot(u, v) / spread;
  });
}

/** Returns the root mean square of the Euclidean distances of the rows of a and b, each of shape [n, d]. */
export function rmsDistance(a: Matrix, b: Matrix): number {
  return Math.sqrt(mean(squaredDistances(a, b)));
}

function requireSome(where: string, values: ArrayLike<number>, least: number): void {
  if (values.length < least) throw new RangeError(`${where}: ${values.length} values, expected at least ${least}`);
}

/**
 * The largest less the smallest value; not a number where one is none.
 *
 * @throws RangeError if there are no values
 */
export function range(values: ArrayLike<number>): number {
  if (values.length === 0) throw new RangeError("range: 0 values, expected at least 1");
  let [least, most] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) [least, most] = [Math.min(least, values[i]), Math.max(most, values[i])];
  return most - least;
}
