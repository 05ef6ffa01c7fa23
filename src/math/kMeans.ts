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
  let labels = nearest(points, centres);
  for (let i = 0; i < iterations; i++) {
    centres = means(points, labels, centres);
    const next = nearest(points, centres);
    const same = next.every((label, n) => label === labels[n]);
    labels = next;
    if (same) break;
  }
  const distances = squaredDistancesTo(points, centres, labels);
  return { centres: addToRows(centres, middle), labels, inertia: distances.reduce((sum, value) => sum + value, 0) };
}

/** Each seed a point, drawn with probability proportional to its squared distance from the seeds before it. */
function seeds(points: Matrix, K: number, source: Source): Matrix {
  const chosen = [source.integer(points.rows)];
  const first = new Uint32Array(points.rows);
  const distances = squaredDistancesTo(points, takeRows(points, chosen), first);
  while (chosen.length < K) {
    const some = distances.some((value) => value > 0);
    const next = some ? choice(source, 1, distances)[0] : source.integer(points.rows);
    chosen.push(next);
    if (chosen.length === K) break;
    const own = squaredDistancesTo(points, takeRows(points, [next]), first);
    for (let n = 0; n < own.length; n++) distances[n] = Math.min(distances[n], own[n]);
  }
  return takeRows(points, chosen);
}

/** The nearest centre of each point. */
function nearest(points: Matrix, centres: Matrix): Uint32Array {
  const K = centres.rows;
  const { values } = multiply(points, centres, { transposeB: true });
  const half = squaredLengths(centres).map((value) => value / 2);
  const labels = new Uint32Array(points.rows);
  for (let n = 0, at = 0; n < labels.length; n++, at += K) {
    let best = values[at] - half[0];
    let label = 0;
    for (let k = 1; k < K; k++) {
      const value = values[at + k] - half[k];
      if (value > best) {
        best = value;
        label = k;
      }
    }
    labels[n] = label;
  }
  return labels;
}

/** The squared distance of each point to the centre of its label. */
function squaredDistancesTo(points: Matrix, centres: Matrix, labels: Uint32Array): Float64Array {
  const { rows, cols: d, values: x } = points;
  const c = centres.values;
  const distances = new Float64Array(rows);
  for (let n = 0, i = 0; n < rows; n++) {
    let square = 0;
    for (let j = 0, k = labels[n] * d; j < d; j++, i++, k++) square += (x[i] - c[k]) ** 2;
    distances[n] = square;
  }
  return distances;
}

/** The points, those farthest from the centre of their label first. */
function farthest(points: Matrix, centres: Matrix, labels: Uint32Array): Uint32Array {
  const distances = squaredDistancesTo(points, centres, labels);
  return Uint32Array.from(labels.keys()).sort((a, b) => distances[b] - distances[a]);
}

/** The means of the points of each label; for a label without points, one of those farthest from their centres. */
function means(points: Matrix, labels: Uint32Array, centres: Matrix): Matrix {
  const { rows: K, cols: d } = centres;
  const sums = matrix(K, d);
  const counts = new Float64Array(K);
  const [x, sum] = [points.values, sums.values];
  for (let n = 0, i = 0; n < labels.length; n++) {
    counts[labels[n]]++;
    for (let j = 0, k = labels[n] * d; j < d; j++, i++, k++) sum[k] += x[i];
  }
  const far = counts.includes(0) ? farthest(points, centres, labels) : [];
  for (let k = 0, taken = 0; k < K; k++)
    row(sums, k).set(counts[k] > 0 ? row(sums, k).map((value) => value / counts[k]) : row(points, far[taken++]));
  return sums;
}
