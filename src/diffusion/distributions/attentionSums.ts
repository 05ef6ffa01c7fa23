import { exponential } from "../../math/exponential.js";
import { dot, matrix, row, squaredLengths, takeRows, type Matrix } from "../../math/matrix.js";
import { multiply, multiplyInto } from "../../math/multiply.js";
import { room, sharedRoom } from "../../math/room.js";
import { rowRange } from "../../math/rowBlocks.js";
import { scaleSlice } from "../../math/slices.js";
import { negligible } from "./blocks.js";

/** Some data points that are multiplied at once. */
export interface Block {
  /** the number of its first point */
  readonly from: number;
  /** shape [rows, d] */
  readonly y: Matrix;
  /** ‖y_i‖², shape [rows] */
  readonly squares: Float64Array;
  /** log w_i, shape [rows] */
  readonly logWeights: Float64Array;
}

/** Sums over all data points with q_ki = exp(a_ki - t_k), a_ki = (x_k · y_i - ‖y_i‖²/2) / v + log w_i. */
export interface Sums {
  /** t_k = max_i a_ki, shape [n] */
  readonly top: Float64Array;
  /** Σ_i q_ki, shape [n] */
  readonly total: Float64Array;
  /** Σ_i q_ki ‖y_i‖², shape [n] */
  readonly square: Float64Array;
  /** Σ_i q_ki y_i, shape [n, d] */
  readonly mean?: Matrix;
  /** Σ_i q_ki (y_i · v_k) y_i, shape [n, d] */
  readonly along?: Matrix;
}

/**
 * The sums in one pass over the blocks: wherever a block holds a larger logit than those before it, what is summed so
 * far is scaled to it. At v = 0 the probabilities are those of the nearest points.
 */
export function attentionSums(
  blocks: readonly Block[],
  x: Matrix,
  variance: number,
  { mean = true, v }: { readonly mean?: boolean; readonly v?: Matrix } = {},
): Sums {
  const [n, d] = [x.rows, x.cols];
  const [top, total, square] = [new Float64Array(n).fill(-Infinity), new Float64Array(n), new Float64Array(n)];
  const [means, alongs] = [mean ? matrix(n, d) : undefined, v && matrix(n, d)];
  const results = [means, alongs].filter((sum) => sum !== undefined);
  const points = blocks.reduce((sum, { y }) => sum + y.rows, 0);
  const least = variance === 0 ? 0 : negligible(points);
  const space = sharedRoom("logits", n * blocks.reduce((most, { y }) => Math.max(most, y.rows), 0));

  for (const { y, squares, logWeights } of blocks) {
    const { all: q, largest } = logits({ y, squares, logWeights }, x, variance, space);
    const active = new Uint8Array(y.rows);
    let nonzero = 0;
    for (let k = 0; k < n; k++) {
      const best = largest[k];
      if (best > top[k]) {
        const factor = variance === 0 ? 0 : Math.exp(top[k] - best);
        top[k] = best;
        total[k] *= factor;
        square[k] *= factor;
        for (const sum of results) scaleSlice(sum.values, k * d, factor, d);
      }
      const a = row(q, k);
      if (best < top[k] + least) {
        a.fill(0);
        continue;
      }
      if (variance === 0) onlyLargest(a, top[k], logWeights);
      const [from, limit] = variance === 0 ? [0, -Number.MAX_VALUE] : [top[k], top[k] + least];
      const shares = sharesInPlace(a, from, limit, squares, active);
      total[k] += shares.sum;
      square[k] += shares.square;
      nonzero += shares.count;
    }
    if (means && nonzero > 0) addWeighted(y, q, nonzero, active, means, v, alongs);
  }
  return { top, total, square, mean: means, along: alongs };
}

/** Makes the logarithms of the weights of logits that are the largest, and -∞ of the others. */
function onlyLargest(a: Float64Array, top: number, logWeights: Float64Array): void {
  for (let i = 0; i < a.length; i++) a[i] = a[i] < top ? -Infinity : logWeights[i];
}

/** Makes q of a point's logits, 0 below a limit, with the sums of q and q ‖y‖² and the number that are active. */
function sharesInPlace(a: Float64Array, top: number, limit: number, squares: Float64Array, active: Uint8Array) {
  let sum = 0;
  let square = 0;
  let count = 0;
  for (let i = 0; i < a.length; i++) {
    const logit = a[i];
    if (logit < limit) {
      a[i] = 0;
      continue;
    }
    const share = exponential(logit - top);
    a[i] = share;
    sum += share;
    square += share * squares[i];
    active[i] = 1;
    count++;
  }
  return { sum, square, count };
}

/**
 * Returns a_ki of a block, shape [n, rows], in a given space, and the largest of each row; (x_k · y_i - ‖y_i‖²/2) alone
 * at v = 0.
 */
export function logits(
  { y, squares, logWeights }: Omit<Block, "from">,
  x: Matrix,
  variance: number,
  space = room(x.rows * y.rows),
): { readonly all: Matrix; readonly largest: Float64Array } {
  const all = matrix(x.rows, y.rows, space.subarray(0, x.rows * y.rows));
  multiplyInto(all, x, y, { transposeB: true });
  const factor = variance === 0 ? 1 : 1 / Math.max(variance, 2 ** -1022);
  const halves = squares.map((square) => square / 2);
  const constants = variance === 0 ? new Float64Array(y.rows) : logWeights;
  const largest = new Float64Array(x.rows);
  for (let k = 0; k < x.rows; k++) largest[k] = logitsInPlace(row(all, k), halves, factor, constants);
  return { all, largest };
}

/** Makes (a_i - h_i) f + c_i of a_i, and returns the largest. */
function logitsInPlace(a: Float64Array, halves: Float64Array, factor: number, constants: Float64Array): number {
  let largest = -Infinity;
  for (let i = 0; i < a.length; i++) {
    const logit = (a[i] - halves[i]) * factor + constants[i];
    a[i] = logit;
    if (logit > largest) largest = logit;
  }
  return largest;
}

/** Of so many numbers one must be no 0, so that a product costs less than a loop over those that are none. */
const SPARSE = 8;

/** Adds Σ_i q_ki y_i to the means, and where there is a v Σ_i q_ki (y_i · v_k) y_i to what goes along it. */
function addWeighted(
  y: Matrix,
  q: Matrix,
  nonzero: number,
  active: Uint8Array,
  means: Matrix,
  v?: Matrix,
  alongs?: Matrix,
): void {
  const rows = new Uint32Array(active.length);
  let count = 0;
  for (let i = 0; i < active.length; i++) if (active[i] === 1) rows[count++] = i;
  const used = rows.subarray(0, count);
  if (SPARSE * nonzero <= q.rows * count) return addOneByOne(y, q, used, means, v, alongs);
  // Where less than half of the points have weight, they are gathered before they are multiplied.
  const [data, weights] = 2 * count <= y.rows ? [takeRows(y, used), columns(q, used)] : [y, q];
  multiplyInto(means, weights, data, { beta: 1 });
  if (!v) return;
  const dots = multiply(v, data, { transposeB: true });
  for (let i = 0; i < dots.values.length; i++) dots.values[i] *= weights.values[i];
  multiplyInto(alongs!, dots, data, { beta: 1 });
}

function addOneByOne(y: Matrix, q: Matrix, rows: Uint32Array, means: Matrix, v?: Matrix, alongs?: Matrix): void {
  for (let k = 0; k < q.rows; k++) {
    const [weights, mean] = [row(q, k), row(means, k)];
    for (const i of rows) {
      if (weights[i] === 0) continue;
      const point = row(y, i);
      for (let j = 0; j < mean.length; j++) mean[j] += weights[i] * point[j];
      if (!v) continue;
      const share = weights[i] * dot(point, row(v, k));
      const along = row(alongs!, k);
      for (let j = 0; j < along.length; j++) along[j] += share * point[j];
    }
  }
}

/** Some columns of a matrix in a new one. */
function columns(m: Matrix, indices: Uint32Array): Matrix {
  const some = matrix(m.rows, indices.length, room(m.rows * indices.length));
  for (let k = 0, at = 0; k < m.rows; k++)
    for (let i = 0; i < indices.length; i++, at++) some.values[at] = m.values[k * m.cols + indices[i]];
  return some;
}

/** Cuts points of the given log w into blocks of so many. */
export function cut(
  points: Matrix,
  logWeights: Float64Array,
  size: number,
  squares: Float64Array = squaredLengths(points),
): Block[] {
  return Array.from({ length: Math.ceil(points.rows / size) }, (_, k) => {
    const [from, to] = [k * size, Math.min((k + 1) * size, points.rows)];
    return {
      from,
      y: rowRange(points, from, to),
      squares: squares.subarray(from, to),
      logWeights: logWeights.subarray(from, to),
    };
  });
}
