import { addToRows, allFinite, matrix, row, squaredLengths, takeRows, type Matrix } from "./matrix.js";
import { multiply } from "./multiply.js";
import { choice, type Source } from "./random.js";
import { columnMeans } from "./stats.js";

/*
 * Own code: what there is in JavaScript holds points as arrays of arrays and knows nothing of the native product; with
 * it this is a page.
 */

/** The draws and the length of a k-means iteration. */
export interface ClusterOptions {
  readonly source: Source;
  /** at most; it ends as soon as no point changes its cluster */
  readonly iterations?: number;
}

/** Points divided among centres. */
export interface Clusters {
  /** shape [K, d] */
  readonly centres: Matrix;
  /** the nearest centre of each point, shape [n] */
  readonly labels: Uint32Array;
  /** the sum of squared distances to them */
  readonly inertia: number;
}

/**
 * Divides points into clusters by Lloyd's k-means, from the seeds of k-means++. A cluster that loses all its points
 * begins again at the point farthest from its centre.
 *
 * @throws RangeError if K is not an integer from 1 to the number of points, or a value is not finite
 */
export function kMeans(points: Matrix, K: number, { source, iterations = 100 }: ClusterOptions): Clusters {
  if (!(Number.isSafeInteger(K) && K >= 1 && K <= points.rows))
    throw new RangeError(
      `kMeans: ${K} clusters of ${points.rows} points, expected an integer from 1 to ${points.rows}`,
    );
  if (!allFinite(points.values)) throw new RangeError("kMeans: a coordinate is not finite, expected finite values");
  const middle = columnMeans(points); // the smaller the points, the less is rounded
  points = addToRows(points, middle, -1);
  let centres = seeds(points, K, source);
  let { labels, distances } = nearest(points, centres);
  for (let i = 0; i < iterations; i++) {
    centres = means(points, labels, distances, K);
    const next = nearest(points, centres);
    const same = next.labels.every((label, n) => label === labels[n]);
    ({ labels, distances } = next);
    if (same) break;
  }
  return { centres: addToRows(centres, middle), labels, inertia: distances.reduce((sum, value) => sum + value, 0) };
}

/** Each seed a point, drawn with probability proportional to its squared distance from the seeds before it. */
function seeds(points: Matrix, K: number, source: Source): Matrix {
  const chosen = [source.integer(points.rows)];
  let distances = nearest(points, takeRows(points, chosen)).distances;
  while (chosen.length < K) {
    const some = distances.some((value) => value > 0);
    const next = some ? choice(source, 1, distances)[0] : source.integer(points.rows);
    chosen.push(next);
    const own = nearest(points, takeRows(points, [next])).distances;
    distances = distances.map((value, n) => Math.min(value, own[n]));
  }
  return takeRows(points, chosen);
}

function nearest(points: Matrix, centres: Matrix): { labels: Uint32Array; distances: Float64Array } {
  const [K, d] = [centres.rows, centres.cols];
  const products = multiply(points, centres, { transposeB: true });
  const half = squaredLengths(centres).map((value) => value / 2);
  const labels = new Uint32Array(points.rows);
  const distances =
    labels.length === 0
      ? new Float64Array(0)
      : Float64Array.from(labels, (_, n) => {
          for (let k = 1, best = products.values[n * K] - half[0]; k < K; k++) {
            const value = products.values[n * K + k] - half[k];
            if (value > best) [best, labels[n]] = [value, k];
          }
          let square = 0;
          for (let j = 0, i = n * d, c = labels[n] * d; j < d; j++, i++, c++)
            square += (points.values[i] - centres.values[c]) ** 2;
          return square;
        });
  return { labels, distances };
}

function means(points: Matrix, labels: Uint32Array, distances: Float64Array, K: number): Matrix {
  const sums = matrix(K, points.cols);
  const counts = new Float64Array(K);
  labels.forEach((k, n) => {
    counts[k]++;
    for (let j = 0; j < points.cols; j++) sums.values[k * points.cols + j] += points.values[n * points.cols + j];
  });
  const far = counts.every((count) => count > 0)
    ? []
    : Uint32Array.from(labels, (_, n) => n).sort((a, b) => distances[b] - distances[a]);
  for (let k = 0, taken = 0; k < K; k++)
    row(sums, k).set(counts[k] > 0 ? row(sums, k).map((value) => value / counts[k]) : row(points, far[taken++]));
  return sums;
}
