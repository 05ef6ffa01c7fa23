import { eigen } from "./eigen.js";
import { kdTree, searchTree, type Neighbours } from "./kdTree.js";
import { addToRows, matrix, requireColumns, row, squaredLengths, takeColumns, type Matrix } from "./matrix.js";
import { multiply } from "./multiply.js";
import { rowRange } from "./rowBlocks.js";
import { columnMeans } from "./stats.js";

/** Numbers of a block of scores: 8 MB, which a cache still holds when they are ranked. */
const BLOCK_NUMBERS = 2 ** 20;

/** Products of pairs and dimensions from which the search by a product of matrices is faster. */
const PRODUCTS_FROM = 2 ** 18;

/** Dimensions up to which a tree is faster than to compare all pairs. */
const TREE_DIMENSIONS = 10;

/** Points from which a tree over principal axes is faster than to compare all pairs. */
const TREE_FROM = 4000;

/** The share of the variance in that many principal axes from which a tree over them is faster, too. */
const NEARLY_ALL = 0.999;

/** A variance relative to the largest that means nothing: so much are squared distances from products rounded. */
const ROUND_OFF = 1e-15;

/**
 * The k points nearest to each of the queries, shape [n, d], among points of shape [N, d]. A query that is itself one
 * of the points finds it first, at distance 0. In up to ten dimensions by a tree, work (N + n) log N, and in more over
 * their principal axes if the first ten hold nearly all of the variance; else all pairs are compared, blocks of queries
 * at a time: work N n d, memory linear in N. All distances are those of differences: none is rounded away.
 *
 * @throws RangeError if k is not from 1 to N, the dimensions differ, or a value is not finite
 */
export function nearestNeighbours(points: Matrix, queries: Matrix, k: number): Neighbours {
  requireSearch(points, queries, k);
  if (points.cols <= TREE_DIMENSIONS && points.rows > 100) return searchTree(kdTree(points), queries, k);
  const turned = alongFewAxes(points, queries);
  if (turned) return sorted(points, queries, k, searchTree(kdTree(turned[0]), turned[1], k).indices);
  return queries.rows * points.rows * points.cols >= PRODUCTS_FROM
    ? byProducts(points, queries, k)
    : nearestNeighboursReference(points, queries, k);
}

/** The reference implementation of `nearestNeighbours`: a loop over all pairs. */
export function nearestNeighboursReference(points: Matrix, queries: Matrix, k: number): Neighbours {
  requireSearch(points, queries, k);
  const found = emptyNeighbours(queries.rows, k);
  for (let n = 0; n < queries.rows; n++)
    for (let i = 0; i < points.rows; i++) offer(found, n, squaredDistance(points, i, queries, n), i);
  return withRoots(found);
}

/**
 * Both turned to the principal axes of the points, if a few of them hold nearly all of the variance, and finding them
 * costs less than the search.
 */
function alongFewAxes(points: Matrix, queries: Matrix): [Matrix, Matrix] | undefined {
  const d = points.cols;
  if (points.rows < Math.max(TREE_FROM, 10 * d) || queries.rows < 10 * d) return undefined;
  const centre = columnMeans(points); // the smaller the points, the less is rounded
  const centred = addToRows(points, centre, -1);
  const { values, vectors } = eigen(multiply(centred, centred, { transposeA: true }));
  const sum = (variances: Float64Array) => variances.reduce((total, variance) => total + variance, 0);
  if (!(values[0] > 0 && sum(values.subarray(0, TREE_DIMENSIONS)) >= NEARLY_ALL * sum(values))) return undefined;
  const axes = takeColumns(vectors, values.filter((variance) => variance > ROUND_OFF * values[0]).length);
  return [multiply(centred, axes), multiply(addToRows(queries, centre, -1), axes)];
}

/**
 * All pairs, compared by x · y - ‖y‖² / 2: of every query the points whose score may be among the k largest, rounded as
 * it is, are compared again by their differences.
 */
function byProducts(points: Matrix, queries: Matrix, k: number): Neighbours {
  const centre = columnMeans(points); // the smaller the points, the less is rounded
  const [y, x] = [addToRows(points, centre, -1), addToRows(queries, centre, -1)];
  const [squares, lengths] = [squaredLengths(y), squaredLengths(x).map(Math.sqrt)];
  const longest = Math.sqrt(squares.reduce((most, square) => Math.max(most, square), 0));
  const found = emptyNeighbours(queries.rows, k);
  const size = Math.max(16, Math.floor(BLOCK_NUMBERS / points.rows));
  const best = new Float64Array(k);
  for (let from = 0; from < x.rows; from += size) {
    const part = rowRange(x, from, Math.min(from + size, x.rows));
    const scores = multiply(part, y, { transposeB: true });
    for (let n = 0; n < part.rows; n++) {
      const own = row(scores, n);
      best.fill(Infinity); // of negative scores, increasing
      for (let i = 0; i < own.length; i++) {
        const value = squares[i] / 2 - own[i];
        own[i] = value;
        if (value < best[k - 1]) insertNumber(best, value);
      }
      // a bound of the round-off of two scores: d products of their lengths each, and the rounding of the centred points
      const doubt = 2 * (points.cols + 4) * Number.EPSILON * longest * (lengths[from + n] + longest);
      const limit = best[k - 1] + doubt;
      for (let i = 0; i < own.length; i++)
        if (own[i] <= limit) offer(found, from + n, squaredDistance(points, i, queries, from + n), i);
    }
  }
  return withRoots(found);
}

function emptyNeighbours(rows: number, k: number): Neighbours {
  const distances = matrix(rows, k);
  distances.values.fill(Infinity);
  return { indices: new Uint32Array(rows * k), distances };
}

/** Squared distances become distances. */
function withRoots(found: Neighbours): Neighbours {
  const { values } = found.distances;
  for (let i = 0; i < values.length; i++) values[i] = Math.sqrt(values[i]);
  return found;
}

/** Puts a point among the nearest of a query if it is one of them; of equally near ones the first stays. */
function offer({ indices, distances: { values, cols: k } }: Neighbours, n: number, square: number, i: number): void {
  const start = n * k;
  let j = start + k - 1;
  if (!(square < values[j])) return;
  for (; j > start && values[j - 1] > square; j--) {
    values[j] = values[j - 1];
    indices[j] = indices[j - 1];
  }
  values[j] = square;
  indices[j] = i;
}

/** Puts a number where it belongs among increasing ones; the last one goes. */
function insertNumber(values: Float64Array, value: number): void {
  let j = values.length - 1;
  for (; j > 0 && values[j - 1] > value; j--) values[j] = values[j - 1];
  values[j] = value;
}

function sorted(points: Matrix, queries: Matrix, k: number, indices: ArrayLike<number>): Neighbours {
  const found = emptyNeighbours(queries.rows, k);
  for (let n = 0, at = 0; n < queries.rows; n++)
    for (let j = 0; j < k; j++, at++) offer(found, n, squaredDistance(points, indices[at], queries, n), indices[at]);
  return withRoots(found);
}

function squaredDistance(a: Matrix, i: number, b: Matrix, n: number): number {
  const d = a.cols;
  let sum = 0;
  for (let j = 0, p = i * d, q = n * d; j < d; j++, p++, q++) sum += (a.values[p] - b.values[q]) ** 2;
  return sum;
}

function requireSearch(points: Matrix, queries: Matrix, k: number): void {
  requireColumns("nearestNeighbours", "a query", queries, points.cols);
  if (!(Number.isSafeInteger(k) && k >= 1 && k <= points.rows))
    throw new RangeError(
      `nearestNeighbours: ${k} neighbours among ${points.rows} points, expected an integer from 1 to ${points.rows}`,
    );
  for (const [name, { values }] of [
    ["the points", points],
    ["the queries", queries],
  ] as const)
    for (let i = 0; i < values.length; i++)
      if (!Number.isFinite(values[i]))
        throw new RangeError(
          `nearestNeighbours: ${name} hold ${values[i]} in row ${Math.floor(i / points.cols)}, expected finite values`,
        );
}
