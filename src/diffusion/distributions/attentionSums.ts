import { exponential } from "../../math/exponential.js";
import { dot, matrix, row, squaredLengths, takeRows, type Matrix } from "../../math/matrix.js";
import { multiply, multiplyInto } from "../../math/multiply.js";
import { room, sharedRoom } from "../../math/room.js";
import { rowRange } from "../../math/rowBlocks.js";
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
    const q = logits({ y, squares, logWeights }, x, variance, space);
    const active = new Uint8Array(y.rows);
    let nonzero = 0;
    for (let k = 0; k < n; k++) {
      const a = row(q, k);
      let best = -Infinity;
      for (let i = 0; i < a.length; i++) if (a[i] > best) best = a[i];
      if (best > top[k]) {
        const factor = variance === 0 ? 0 : Math.exp(top[k] - best);
        top[k] = best;
        total[k] *= factor;
        square[k] *= factor;
        for (const sum of results) for (let j = k * d; j < (k + 1) * d; j++) sum.values[j] *= factor;
      }
      const limit = top[k] + least;
      if (best < limit) {
        a.fill(0);
        continue;
      }
      let [sum, squared] = [0, 0];
      for (let i = 0; i < a.length; i++) {
        if (a[i] < limit) {
          a[i] = 0;
          continue;
        }
        const share = (a[i] = exponential(variance === 0 ? logWeights[i] : a[i] - top[k]));
        sum += share;
        squared += share * squares[i];
        active[i] = 1;
        nonzero++;
      }
      total[k] += sum;
      square[k] += squared;
    }
    if (means && nonzero > 0) addWeighted(y, q, nonzero, active, means, v, alongs);
  }
  return { top, total, square, mean: means, along: alongs };
}

/** Returns a_ki of a block, shape [n, rows], in a given space; (x_k · y_i - ‖y_i‖²/2) alone at v = 0. */
export function logits(
  { y, squares, logWeights }: Omit<Block, "from">,
  x: Matrix,
  variance: number,
  space = room(x.rows * y.rows),
): Matrix {
  const all = matrix(x.rows, y.rows, space.subarray(0, x.rows * y.rows));
  multiplyInto(all, x, y, { transposeB: true });
  const factor = variance === 0 ? 1 : 1 / Math.max(variance, 2 ** -1022);
  const halves = squares.map((square) => square / 2);
  const constants = variance === 0 ? new Float64Array(y.rows) : logWeights;
  for (let k = 0; k < x.rows; k++) {
    const a = row(all, k);
    for (let i = 0; i < a.length; i++) a[i] = (a[i] - halves[i]) * factor + constants[i];
  }
  return all;
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

/** Rows from … to - 1 of the data as a block, without its weights. */
export function block(points: Matrix, from: number, to: number): Omit<Block, "logWeights"> {
  const y = rowRange(points, from, to);
  return { from, y, squares: squaredLengths(y) };
}
