import { matrix, scaleColumns, squaredLengths, takeRows, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { cacheOnDevice, withNative, type Tensor } from "../../math/native.js";
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
  /** y again, kept natively together with `beside` */
  readonly kept: Matrix;
  /** -‖y_i‖²/2 and 1, shape [rows, 2] */
  readonly beside: Matrix;
  /** log w_i, shape [rows] */
  readonly logWeights: Float64Array;
}

/** Sums over all data points with q_ik = exp(a_ik - t_k), a_ik = (x_k · y_i - ‖y_i‖²/2) / v + log w_i. */
export interface Sums {
  /** t_k, near max_i a_ik, shape [n] */
  readonly top: Float64Array;
  /** Σ_i q_ik, shape [n] */
  readonly total: Float64Array;
  /** Σ_i q_ik ‖y_i‖², shape [n] */
  readonly square: Float64Array;
  /** Σ_i q_ik y_i, shape [d, n] */
  readonly mean?: Matrix;
  /** Σ_i q_ik (y_i · v_k) y_i, shape [d, n] */
  readonly along?: Matrix;
}

/** Where less than half of the points have weight, they are gathered before they are multiplied. */
const worthGathering = (active: number, rows: number) => 2 * active <= rows;

const pointsOf = (blocks: readonly Block[]) => blocks.reduce((sum, { y }) => sum + y.rows, 0);

/** With the probabilities in plain arrays. At v = 0 they are those of the nearest points. */
export function referenceSums(
  blocks: readonly Block[],
  x: Matrix,
  variance: number,
  { mean, v, visit }: { mean: boolean; v?: Matrix; visit?: (p: Matrix, from: number) => void },
): Sums {
  const [n, d] = [x.rows, x.cols];
  const top = new Float64Array(n).fill(-Infinity);
  const q = blocks.map(({ y, squares, logWeights }) => {
    const logits = multiply(y, x, { transposeB: true });
    const a = logits.values;
    const scale = variance === 0 ? 1 : 1 / variance;
    for (let i = 0, at = 0; i < y.rows; i++) {
      const [half, log] = [squares[i] / 2, variance === 0 ? 0 : logWeights[i]];
      for (let k = 0; k < n; k++, at++) {
        const value = (a[at] = (a[at] - half) * scale + log);
        if (value > top[k]) top[k] = value;
      }
    }
    return logits;
  });

  const least = variance === 0 ? 0 : negligible(pointsOf(blocks));
  const [total, square] = [new Float64Array(n), new Float64Array(n)];
  const active = q.map(({ values: a }, b) => {
    const { squares, logWeights } = blocks[b];
    const rows = new Uint32Array(squares.length);
    let count = 0;
    for (let i = 0, at = 0; i < squares.length; i++) {
      let some = false;
      for (let k = 0; k < n; k++, at++) {
        const below = a[at] - top[k];
        if (below < least) {
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
  if (visit)
    q.forEach((shares, b) =>
      visit(
        scaleColumns(
          shares,
          total.map((sum) => 1 / sum),
        ),
        blocks[b].from,
      ),
    );
  if (!mean) return { top, total, square };

  const [means, alongs] = [matrix(d, n), v && matrix(d, n)];
  q.forEach((shares, b) => {
    const { y } = blocks[b];
    if (active[b].length === 0) return;
    const [data, weight] = worthGathering(active[b].length, y.rows)
      ? [takeRows(y, active[b]), takeRows(shares, active[b])]
      : [y, shares];
    add(means.values, multiply(data, weight, { transposeA: true }).values);
    if (!v) return;
    const dots = multiply(data, v, { transposeB: true });
    for (let i = 0; i < dots.values.length; i++) dots.values[i] *= weight.values[i];
    add(alongs!.values, multiply(data, dots, { transposeA: true }).values);
  });
  return { top, total, square, mean: means, along: alongs };
}

/**
 * The same natively, v > 0, in one pass over the blocks. The reference t_k is the largest logit so far. Where most
 * points have weight it is that of the first block, taken off within the product, so that the exponential is all that
 * is done on n × N numbers.
 */
export function nativeSums(
  blocks: readonly Block[],
  x: Matrix,
  variance: number,
  { mean = true, v }: { mean?: boolean; v?: Matrix } = {},
): Sums {
  const sums = onePass(blocks, x, variance, mean, v, false);
  return sums.total.every(Number.isFinite) && sums.square.every(Number.isFinite)
    ? sums
    : onePass(blocks, x, variance, mean, v, true);
}

function onePass(
  blocks: readonly Block[],
  x: Matrix,
  variance: number,
  mean: boolean,
  v: Matrix | undefined,
  careful: boolean,
): Sums {
  const [n, d] = [x.rows, x.cols];
  const least = negligible(pointsOf(blocks));
  const weighted = blocks.some(({ logWeights }) => logWeights.some((value) => value !== blocks[0].logWeights[0]));
  const row = (values: Float64Array) => matrix(1, n, values);
  return withNative((ops) => {
    const along = v && ops.upload(v, matrix(n, 2));
    const top = new Float64Array(n).fill(weighted ? 0 : blocks[0].logWeights[0]);
    let [means, alongs]: (Tensor | undefined)[] = [];
    const plus = (sum: Tensor | undefined, term: Tensor): Tensor => {
      if (sum === undefined) return term;
      const both = ops.add(sum, term);
      [sum, term].forEach(ops.free);
      return both;
    };
    const shrunk = (sum: Tensor | undefined, factors: Float64Array): Tensor | undefined => {
      if (sum === undefined) return undefined;
      const result = ops.mul(sum, ops.upload(row(factors)));
      ops.free(sum);
      return result;
    };
    let sharp = true;
    blocks.forEach(({ kept, beside, logWeights }, b) => {
      const keys = ops.upload(kept, beside);
      const data = mean ? keys : ops.upload(beside);
      const query = ops.upload(scaledQueries(x, variance, weighted ? top : top.map((value) => value - logWeights[0])));
      let a = ops.matMul(keys, query, { transposeB: true });
      if (weighted) a = plus(a, ops.upload(matrix(kept.rows, 1, logWeights)));
      let used = data;
      if (sharp || careful) {
        const above = ops.download(ops.max(a, 0));
        // 0 is no logit of a point: the first block may lie below it, and any point is better than none
        const raise = b === 0 ? above : above.map((value) => Math.max(value, 0));
        if (raise.some((value) => value !== 0)) {
          raise.forEach((value, k) => (top[k] += value));
          const lower = ops.sub(a, ops.upload(row(raise)));
          ops.free(a);
          a = lower;
          const factors = raise.map((value) => Math.exp(-value));
          [means, alongs] = [shrunk(means, factors), shrunk(alongs, factors)];
        }
        const best = ops.download(ops.max(a, 1));
        const active = Uint32Array.from(best.keys()).filter((i) => best[i] >= least);
        sharp = worthGathering(active.length, kept.rows);
        if (active.length === 0) return [query, a, keys, data].forEach(ops.free);
        if (sharp) {
          const some = ops.gather(a, active);
          ops.free(a);
          [a, used] = [some, ops.gather(data, active)];
        }
      }
      const q = ops.exp(a);
      ops.free(a);
      means = plus(means, ops.matMul(used, q, { transposeA: true }));
      if (along !== undefined) {
        const dots = ops.matMul(used, along, { transposeB: true });
        const shares = ops.mul(dots, q);
        alongs = plus(alongs, ops.matMul(used, shares, { transposeA: true }));
        [dots, shares].forEach(ops.free);
      }
      [query, q, ...(used === data ? [] : [used]), data, keys].forEach(ops.free);
    });
    const all = ops.download(means);
    const rest = all.subarray(all.length - 2 * n);
    return {
      top,
      total: rest.slice(n),
      square: rest.slice(0, n).map((value) => -2 * value),
      ...(mean && { mean: matrix(d, n, all.subarray(0, d * n)) }),
      ...(alongs !== undefined && { along: matrix(d, n, ops.download(alongs).subarray(0, d * n)) }),
    };
  });
}

/** [x / v, 1 / v, -t], shape [n, d + 2]: times [y, -‖y‖²/2, 1] the logits less t. */
function scaledQueries(x: Matrix, variance: number, top: Float64Array): Matrix {
  const [n, d] = [x.rows, x.cols];
  const queries = matrix(n, d + 2);
  for (let k = 0, from = 0, to = 0; k < n; k++) {
    for (let j = 0; j < d; j++) queries.values[to++] = x.values[from++] / variance;
    queries.values[to++] = 1 / variance;
    queries.values[to++] = -top[k];
  }
  return queries;
}

/** Rows from … to - 1 of the data as a block, without its weights. */
export function block(points: Matrix, from: number, to: number): Omit<Block, "logWeights"> {
  const y = rowRange(points, from, to),
    squares = squaredLengths(y);
  const beside = matrix(
    y.rows,
    2,
    Float64Array.from({ length: 2 * y.rows }, (_, i) => (i % 2 === 0 ? -squares[i >> 1] / 2 : 1)),
  );
  return { from, y, squares, kept: cacheOnDevice(rowRange(points, from, to)), beside };
}

function add(sum: Float64Array, values: Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] += values[i];
}
