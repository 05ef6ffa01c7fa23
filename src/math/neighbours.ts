import { eigen } from "./eigen.js";
import { kdTree, searchTree, type Neighbours } from "./kdTree.js";
import { addToRows, matrix, requireColumns, squaredLengths, takeColumns, withColumn, type Matrix } from "./matrix.js";
import { multiply } from "./multiply.js";
import { cacheOnDevice, nativeAvailable, withNative } from "./native.js";
import { columnMeans } from "./stats.js";

/** Numbers of a block of scores that is native at a time: 8 MB, which a cache still holds when they are ranked. */
const BLOCK_NUMBERS = 2 ** 20;

/** Products of pairs and dimensions from which the native search is faster. */
const NATIVE_FROM = 2 ** 18;

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
 * at a time: work N n d, memory linear in N. That native search ranks by x · y - |y|² / 2; the distances of what it
 * finds are then taken from differences, so that none is rounded away.
 *
 * @throws RangeError if k is not from 1 to N, the dimensions differ, or a value is not finite
 */
export function nearestNeighbours(points: Matrix, queries: Matrix, k: number): Neighbours {
  requireSearch(points, queries, k);
  if (points.cols <= TREE_DIMENSIONS && points.rows > 100) return searchTree(kdTree(points), queries, k);
  const turned = alongFewAxes(points, queries);
  if (turned) return sorted(points, queries, k, searchTree(kdTree(turned[0]), turned[1], k).indices);
  const fast = queries.rows * points.rows * points.cols >= NATIVE_FROM && nativeAvailable();
  return fast
    ? sorted(points, queries, k, candidates(points, queries, k))
    : nearestNeighboursReference(points, queries, k);
}

/** The reference implementation of `nearestNeighbours`, without TensorFlow: a loop over all pairs. */
export function nearestNeighboursReference(points: Matrix, queries: Matrix, k: number): Neighbours {
  requireSearch(points, queries, k);
  const indices = new Uint32Array(queries.rows * k);
  const distances = matrix(queries.rows, k);
  for (let n = 0; n < queries.rows; n++) {
    const [best, at] = [
      distances.values.subarray(n * k, (n + 1) * k).fill(Infinity),
      indices.subarray(n * k, (n + 1) * k),
    ];
    for (let i = 0; i < points.rows; i++) {
      const square = squaredDistance(points, i, queries, n);
      if (square < best[k - 1]) insert(best, at, k - 1, square, i);
    }
    for (let j = 0; j < k; j++) best[j] = Math.sqrt(best[j]);
  }
  return { indices, distances };
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

/** The k best rows of points for each query, in the order of rounded distances. */
function candidates(points: Matrix, queries: Matrix, k: number): Int32Array {
  const centre = columnMeans(points); // the smaller the points, the less is rounded
  const centred = addToRows(points, centre, -1);
  const y = cacheOnDevice(
    withColumn(
      centred,
      squaredLengths(centred).map((square) => -square / 2),
    ),
  );
  const x = withColumn(addToRows(queries, centre, -1), new Float64Array(queries.rows).fill(1));
  const size = Math.max(16, Math.floor(BLOCK_NUMBERS / points.rows));
  const found = new Int32Array(queries.rows * k);
  for (let from = 0; from < x.rows; from += size) {
    const rows = Math.min(size, x.rows - from);
    const block = matrix(rows, x.cols, x.values.subarray(from * x.cols, (from + rows) * x.cols));
    found.set(
      withNative((ops) => {
        const scores = ops.matMul(ops.upload(block), ops.upload(y), { transposeB: true });
        return ops.downloadIntegers(ops.topK(scores, k).indices);
      }),
      from * k,
    );
  }
  return found;
}

function sorted(points: Matrix, queries: Matrix, k: number, found: ArrayLike<number>): Neighbours {
  const indices = new Uint32Array(found.length);
  const distances = matrix(queries.rows, k);
  for (let n = 0; n < queries.rows; n++) {
    const [best, at] = [distances.values.subarray(n * k, (n + 1) * k), indices.subarray(n * k, (n + 1) * k)];
    for (let j = 0; j < k; j++)
      insert(best, at, j, squaredDistance(points, found[n * k + j], queries, n), found[n * k + j]);
    for (let j = 0; j < k; j++) best[j] = Math.sqrt(best[j]);
  }
  return { indices, distances };
}

/** Puts an entry where it belongs among those before `last`, in increasing order; what was at `last` goes. */
function insert(values: Float64Array, indices: Uint32Array, last: number, value: number, index: number): void {
  let j = last;
  for (; j > 0 && values[j - 1] > value; j--) {
    values[j] = values[j - 1];
    indices[j] = indices[j - 1];
  }
  values[j] = value;
  indices[j] = index;
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
