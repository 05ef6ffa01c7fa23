import { matrix, scaleColumns, takeRows, type Matrix } from "../math/matrix.js";
import type { Native } from "../math/native.js";
import { multiply } from "../math/product.js";
import { NEGLIGIBLE } from "./blocks.js";

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

/** Sums over all data points with q_ik = exp(a_ik - max_i a_ik), a_ik = (x_k · y_i - ‖y_i‖²/2) / v + log w_i. */
export interface Sums {
  /** max_i a_ik, shape [n] */
  readonly largest: Float64Array;
  /** Σ_i q_ik, shape [n] */
  readonly total: Float64Array;
  /** Σ_i q_ik ‖y_i‖², shape [n] */
  readonly square: Float64Array;
  /** Σ_i q_ik y_i, shape [d, n] */
  readonly mean?: Matrix;
  /** Σ_i q_ik (y_i · v_k) y_i, shape [d, n] */
  readonly along?: Matrix;
}

/** What of q is taken as 0: rows of which less than half are left are gathered, the others not looked for. */
const worthGathering = (active: number, rows: number) => 2 * active <= rows;

/** With the probabilities in plain arrays. At v = 0 they are those of the nearest points. */
export function plainSums(blocks: readonly Block[], x: Matrix, variance: number, { mean, v, visit }: { mean: boolean; v?: Matrix; visit?: (p: Matrix, from: number) => void }): Sums {
  const [n, d] = [x.rows, x.cols];
  const largest = new Float64Array(n).fill(-Infinity);
  const q = blocks.map(({ y, squares, logWeights }) => {
    const logits = multiply(y, x, { transposeB: true });
    const a = logits.values;
    const scale = variance === 0 ? 1 : 1 / variance;
    for (let i = 0, at = 0; i < y.rows; i++) {
      const [half, log] = [squares[i] / 2, variance === 0 ? 0 : logWeights[i]];
      for (let k = 0; k < n; k++, at++) {
        const value = (a[at] = (a[at] - half) * scale + log);
        if (value > largest[k]) largest[k] = value;
      }
    }
    return logits;
  });

  const [total, square] = [new Float64Array(n), new Float64Array(n)];
  const active = q.map(({ values: a }, b) => {
    const { squares, logWeights } = blocks[b];
    const rows = new Uint32Array(squares.length);
    let count = 0;
    for (let i = 0, at = 0; i < squares.length; i++) {
      let some = false;
      for (let k = 0; k < n; k++, at++) {
        const below = a[at] - largest[k];
        if (below < (variance === 0 ? 0 : NEGLIGIBLE)) {
          a[at] = 0;
          continue;
        }
        const share = (a[at] = Math.exp(variance === 0 ? logWeights[i] : below));
        total[k] += share;
        square[k] += share * squares[i];
        some = true;
      }
      if (some) rows[count++] = i;
    }
    return rows.subarray(0, count);
  });
  if (visit) q.forEach((shares, b) => visit(scaleColumns(shares, total.map((sum) => 1 / sum)), blocks[b].from));
  if (!mean) return { largest, total, square };

  const [means, alongs] = [matrix(d, n), v && matrix(d, n)];
  q.forEach((shares, b) => {
    const { y } = blocks[b];
    if (active[b].length === 0) return;
    const [data, weight] = worthGathering(active[b].length, y.rows) ? [takeRows(y, active[b]), takeRows(shares, active[b])] : [y, shares];
    add(means.values, multiply(data, weight, { transposeA: true }).values);
    if (!v) return;
    const dots = multiply(data, v, { transposeB: true });
    for (let i = 0; i < dots.values.length; i++) dots.values[i] *= weight.values[i];
    add(alongs!.values, multiply(data, dots, { transposeA: true }).values);
  });
  return { largest, total, square, mean: means, along: alongs };
}

/** The same with the probabilities left native, where exponentials are fast and nothing of n × N numbers is copied. v > 0. */
export function nativeSums(native: Native, blocks: readonly Block[], x: Matrix, variance: number, v?: Matrix): Sums {
  const [n, d] = [x.rows, x.cols];
  const columnOf = (values: Float64Array) => matrix(values.length, 1, values);
  return native.chain((ops) => {
    const scaled = ops.up({ ...x, values: x.values.map((value) => value / variance) });
    const along = v && ops.up(v);
    const largest = new Float64Array(n).fill(-Infinity);
    const logits = blocks.map(({ y, squares, logWeights }) => {
      const product = ops.multiply(ops.up(y), scaled, { transposeB: true });
      const a = ops.add(product, ops.up(columnOf(squares.map((value, i) => logWeights[i] - value / (2 * variance)))));
      ops.free(product);
      ops.down(ops.max(a, "columns")).forEach((value, k) => (largest[k] = Math.max(largest[k], value)));
      return a;
    });
    const top = ops.up(matrix(1, n, largest));
    const [total, square, means, alongs] = [new Float64Array(n), new Float64Array(n), matrix(d, n), v && matrix(d, n)];
    logits.forEach((all, b) => {
      const { y, squares } = blocks[b];
      const below = ops.subtract(all, top);
      ops.free(all);
      const rows = Uint32Array.from(squares, (_, i) => i);
      const best = ops.down(ops.max(below, "rows"));
      const active = rows.filter((i) => best[i] >= NEGLIGIBLE);
      if (active.length === 0) return ops.free(below);
      const gather = worthGathering(active.length, y.rows);
      const data = gather ? ops.takeRows(ops.up(y), active) : ops.up(y);
      const q = ops.exp(gather ? ops.takeRows(below, active) : below);
      ops.free(below);
      const used = gather ? active : rows;
      const ofOnes = matrix(used.length, 2, Float64Array.from({ length: 2 * used.length }, (_, i) => (i % 2 === 0 ? 1 : squares[used[i >> 1]])));
      const sums = ops.down(ops.multiply(ops.up(ofOnes), q, { transposeA: true })); // shape [2, n]
      add(total, sums.subarray(0, n));
      add(square, sums.subarray(n));
      add(means.values, ops.down(ops.multiply(data, q, { transposeA: true })));
      if (along !== undefined) add(alongs!.values, ops.down(ops.multiply(data, ops.times(ops.multiply(data, along, { transposeB: true }), q), { transposeA: true })));
      for (const tensor of gather ? [q, data] : [q]) ops.free(tensor);
    });
    return { largest, total, square, mean: means, along: alongs };
  });
}

export function squaredLengths(m: Matrix): Float64Array {
  const squares = new Float64Array(m.rows);
  for (let i = 0, at = 0; i < m.rows; i++) for (let j = 0; j < m.cols; j++, at++) squares[i] += m.values[at] ** 2;
  return squares;
}

function add(sum: Float64Array, values: Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] += values[i];
}
