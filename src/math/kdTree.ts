import { matrix, type Matrix } from "./matrix.js";

/*
 * A k-d tree (Bentley, 1975) that halves the points at the median of their widest coordinate. It is here because what
 * there is in JavaScript holds points as objects, one by one; over one array a search of few dimensions takes a few
 * microseconds.
 */

/** The k nearest of some points to each of n others, the nearest first. */
export interface Neighbours {
  /** rows of the points, shape [n, k], row by row */
  readonly indices: Uint32Array;
  /** Euclidean distances, shape [n, k] */
  readonly distances: Matrix;
}

/** Points of a leaf at most. */
const LEAF = 12;

/** A tree over points: their rows in the order of the leaves, and the inner nodes as an implicit binary tree. */
export interface KdTree {
  /** the points in the order of the leaves, shape [N, d] */
  readonly sorted: Matrix;
  /** their rows before */
  readonly order: Uint32Array;
  /** coordinate and value of the split of node i, whose children are 2 i + 1 and 2 i + 2 */
  readonly dimensions: Int32Array;
  readonly values: Float64Array;
}

/** Builds the tree of the points, in N log N steps. */
export function kdTree({ rows, cols, values }: Matrix): KdTree {
  const order = Uint32Array.from({ length: rows }, (_, i) => i);
  let nodes = 1;
  for (let size = rows; size > LEAF; size = (size + 1) >> 1) nodes = 2 * nodes + 1;
  const [dimensions, splits] = [new Int32Array(nodes), new Float64Array(nodes)];
  const split = (node: number, from: number, to: number): void => {
    if (to - from <= LEAF) return;
    const j = widest(values, cols, order, from, to);
    const middle = (from + to) >> 1;
    select(values, cols, j, order, from, to - 1, middle);
    dimensions[node] = j;
    splits[node] = values[order[middle] * cols + j];
    split(2 * node + 1, from, middle);
    split(2 * node + 2, middle, to);
  };
  split(0, 0, rows);
  const sorted = matrix(rows, cols);
  order.forEach((row, i) => sorted.values.set(values.subarray(row * cols, (row + 1) * cols), i * cols));
  return { sorted, order, dimensions, values: splits };
}

/** The k nearest points of the tree to each query. */
export function searchTree(
  { sorted, order, dimensions, values: splits }: KdTree,
  queries: Matrix,
  k: number,
): Neighbours {
  const d = sorted.cols;
  const points = sorted.values;
  const indices = new Uint32Array(queries.rows * k);
  const distances = matrix(queries.rows, k);
  const all = distances.values.fill(Infinity);
  const query = new Float64Array(d);
  const offsets = new Float64Array(d); // from the query to the box of the node, along each coordinate
  let base = 0;

  const insert = (square: number, index: number) => {
    let j = base + k - 1;
    for (; j > base && all[j - 1] > square; j--) {
      all[j] = all[j - 1];
      indices[j] = indices[j - 1];
    }
    all[j] = square;
    indices[j] = index;
  };
  const visit = (node: number, from: number, to: number, away: number): void => {
    if (to - from <= LEAF) {
      for (let i = from, at = from * d; i < to; i++, at += d) {
        const worst = all[base + k - 1];
        let square = 0;
        for (let j = 0; j < d && square < worst; j++) square += (points[at + j] - query[j]) ** 2;
        if (square < worst) insert(square, order[i]);
      }
      return;
    }
    const middle = (from + to) >> 1;
    const j = dimensions[node];
    const difference = query[j] - splits[node];
    if (difference < 0) visit(2 * node + 1, from, middle, away);
    else visit(2 * node + 2, middle, to, away);
    const before = offsets[j];
    const beyond = away - before * before + difference * difference;
    if (!(beyond < all[base + k - 1])) return;
    offsets[j] = difference;
    if (difference < 0) visit(2 * node + 2, middle, to, beyond);
    else visit(2 * node + 1, from, middle, beyond);
    offsets[j] = before;
  };
  for (let n = 0; n < queries.rows; n++, base += k) {
    query.set(queries.values.subarray(n * d, (n + 1) * d));
    visit(0, 0, sorted.rows, 0);
    for (let j = base; j < base + k; j++) all[j] = Math.sqrt(all[j]);
  }
  return { indices, distances };
}

function widest(values: Float64Array, cols: number, order: Uint32Array, from: number, to: number): number {
  let [best, width] = [0, -1];
  for (let j = 0; j < cols; j++) {
    let [low, high] = [Infinity, -Infinity];
    for (let i = from; i < to; i++) {
      const value = values[order[i] * cols + j];
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (high - low > width) [best, width] = [j, high - low];
  }
  return best;
}

/** Hoare's quickselect: afterwards no coordinate before `k` is larger, and none after it smaller, than that of `k`. */
function select(
  values: Float64Array,
  cols: number,
  j: number,
  order: Uint32Array,
  left: number,
  right: number,
  k: number,
): void {
  while (left < right) {
    const pivot = values[order[(left + right) >> 1] * cols + j];
    let [i, m] = [left, right];
    while (i <= m) {
      while (values[order[i] * cols + j] < pivot) i++;
      while (values[order[m] * cols + j] > pivot) m--;
      if (i <= m) {
        const swapped = order[i];
        order[i++] = order[m];
        order[m--] = swapped;
      }
    }
    if (k <= m) right = m;
    else if (k >= i) left = i;
    else return;
  }
}
