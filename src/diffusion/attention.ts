import { matrix, scaleColumns, takeRows, type Matrix } from "../math/matrix.js";
import { keepNative } from "../math/native.js";
import { multiply } from "../math/product.js";
import { BLOCK_NUMBERS, NEGLIGIBLE, rowRange } from "./blocks.js";
import { requireWeights } from "./mixture.js";
import { requirePoints, requirePositive, requireSigma } from "./score.js";

export interface DeltaOptions {
  /** w, shape [N], positive, of sum 1; equal without it */
  readonly weights?: ArrayLike<number>;
  /** the variance of every point, in the unit of x squared */
  readonly variance?: number;
}

/** What n noised points get from N data points, each by p_i = softmax_i(log w_i - ‖x - y_i‖² / 2v). */
export interface Attended {
  /** v = σ² + variance */
  readonly variance: number;
  /** shape [n] */
  readonly logDensity: Float64Array;
  /** m = Σ_i p_i y_i, shape [n, d] */
  readonly mean: Matrix;
  /** Σ_i p_i ‖y_i‖², shape [n] */
  readonly square: Float64Array;
  /** Σ_i p_i y_i (y_i · v), shape [n, d], where a v was given */
  readonly along?: Matrix;
}

export interface AttendOptions {
  /** without the mean, for what needs only the density or the probabilities */
  readonly mean?: boolean;
  /** allows v = 0, where the nearest point has it all */
  readonly atZero?: boolean;
  readonly along?: Matrix;
  /** sees the probabilities, shape [rows, points], of data rows `from` on for the points `first` on */
  readonly visit?: (p: Matrix, from: number, first: number) => void;
}

/** Numbers of a block of data: 32 MB. */
const DATA_NUMBERS = 2 ** 22;

interface Block {
  readonly from: number;
  readonly y: Matrix;
  /** ‖y_i‖², shape [rows] */
  readonly squares: Float64Array;
}

/**
 * Softmax attention with the points as keys and values. The data are multiplied in blocks that stay native, the noised points taken
 * a block at a time, and of the points without weight nothing is multiplied twice: memory is that of the data and two blocks.
 */
export function attention(where: string, points: Matrix, { weights, variance: own = 0 }: DeltaOptions): (x: Matrix, sigma: number, options?: AttendOptions) => Attended {
  if (points.rows === 0 || points.cols === 0) throw new RangeError(`${where}: ${points.rows} points in ${points.cols} dimensions, expected at least one of each`);
  requirePoints(where, "the data", points, points.cols);
  if (!(own >= 0 && own < Infinity)) throw new RangeError(`${where}: the variance is ${own}, expected a finite number of at least 0`);
  if (weights && weights.length !== points.rows) throw new RangeError(`${where}: ${weights.length} weights for ${points.rows} points, expected one each`);
  if (weights) requireWeights(where, weights);
  const logWeights = weights ? Float64Array.from(weights, Math.log) : new Float64Array(points.rows).fill(-Math.log(points.rows));

  const d = points.cols;
  const size = Math.max(1, Math.floor(DATA_NUMBERS / d));
  const blocks: Block[] = [];
  for (let from = 0; from < points.rows; from += size) {
    const y = keepNative(rowRange(points, from, Math.min(from + size, points.rows)));
    blocks.push({ from, y, squares: squaredLengths(y) });
  }
  const queries = Math.max(1, Math.floor(BLOCK_NUMBERS / 2 / points.rows));

  return (x, sigma, options = {}) => {
    requireSigma(where, sigma);
    const variance = sigma ** 2 + own;
    if (!(options.atZero && variance === 0)) requirePositive(where, Math.sqrt(variance));
    requirePoints(where, "x", x, d);
    const result = { variance, logDensity: new Float64Array(x.rows), mean: matrix(options.mean === false ? 0 : x.rows, d), square: new Float64Array(x.rows), along: options.along && matrix(x.rows, d) };
    for (let first = 0; first < x.rows; first += queries) attend(rowRange(x, first, Math.min(first + queries, x.rows)), first, result, options);
    return result;
  };

  function attend(x: Matrix, first: number, { variance, logDensity, mean, square, along }: Attended, options: AttendOptions): void {
    const n = x.rows;
    const largest = new Float64Array(n).fill(-Infinity);
    const p = blocks.map(({ from, y, squares }) => {
      const logits = multiply(y, x, { transposeB: true }); // x · y, then (x · y - ‖y‖²/2) / v + log w
      const a = logits.values;
      for (let i = 0, at = 0; i < y.rows; i++) {
        const half = squares[i] / 2;
        const log = variance === 0 ? 0 : logWeights[from + i];
        const scale = variance === 0 ? 1 : 1 / variance;
        for (let k = 0; k < n; k++, at++) {
          const value = (a[at] = (a[at] - half) * scale + log);
          if (value > largest[k]) largest[k] = value;
        }
      }
      return logits;
    });

    const total = new Float64Array(n);
    const active = p.map(({ values: a }, b) => {
      const { from, squares } = blocks[b];
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
          const share = (a[at] = Math.exp(variance === 0 ? logWeights[from + i] : below));
          total[k] += share;
          square[first + k] += share * squares[i];
          some = true;
        }
        if (some) rows[count++] = i;
      }
      return rows.subarray(0, count);
    });
    const lengths = squaredLengths(x);
    for (let k = 0; k < n; k++) {
      square[first + k] /= total[k];
      logDensity[first + k] = largest[k] + Math.log(total[k]) - 0.5 * (lengths[k] / variance + d * Math.log(2 * Math.PI * variance));
    }
    if (options.visit) p.forEach((share, b) => options.visit!(scaleColumns(share, total.map((sum) => 1 / sum)), blocks[b].from, first));
    if (mean.rows === 0) return;

    const means = matrix(d, n);
    const alongs = along && matrix(d, n);
    p.forEach((share, b) => {
      const { y } = blocks[b];
      if (active[b].length === 0) return;
      const all = 2 * active[b].length > y.rows; // gathering costs as much as multiplying half of them
      const [data, weight] = all ? [y, share] : [takeRows(y, active[b]), takeRows(share, active[b])];
      add(means, multiply(data, weight, { transposeA: true }));
      if (!alongs) return;
      const dots = multiply(data, rowRange(options.along!, first, first + n), { transposeB: true });
      for (let i = 0; i < dots.values.length; i++) dots.values[i] *= weight.values[i];
      add(alongs, multiply(data, dots, { transposeA: true }));
    });
    putDivided(mean, first, means, total);
    if (alongs) putDivided(along, first, alongs, total);
  }
}

/** Column k of the sums over its total becomes row first + k. */
function putDivided(result: Matrix, first: number, sums: Matrix, total: Float64Array): void {
  const [d, n] = [sums.rows, sums.cols];
  for (let k = 0; k < n; k++) for (let j = 0; j < d; j++) result.values[(first + k) * d + j] = sums.values[j * n + k] / total[k];
}

function squaredLengths(m: Matrix): Float64Array {
  const squares = new Float64Array(m.rows);
  for (let i = 0, at = 0; i < m.rows; i++) for (let j = 0; j < m.cols; j++, at++) squares[i] += m.values[at] ** 2;
  return squares;
}

function add(sum: Matrix, m: Matrix): void {
  for (let i = 0; i < sum.values.length; i++) sum.values[i] += m.values[i];
}
