import { matrix, squaredLengths, type Matrix } from "../../math/matrix.js";
import { nativeAvailable } from "../../math/native.js";
import { block, nativeSums, referenceSums } from "./attentionSums.js";
import { BLOCK_NUMBERS } from "./blocks.js";
import { requireWeights } from "./mixtureParameters.js";
import { requirePoints, requirePositive, requireSigma } from "../score.js";
import { rowRange } from "../../math/rowBlocks.js";

/** Weights and width of the points of an empirical distribution. */
export interface EmpiricalOptions {
  /** w, shape [N], positive, of sum 1; equal without it */
  readonly weights?: ArrayLike<number>;
  /** the variance of every point, in the unit of x squared */
  readonly variance?: number;
}

/** The sums that n noised points take over N data points, each by p_i = softmax_i(log w_i - ‖x - y_i‖² / 2v). */
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

/** The sums asked for, beside the density. */
export interface AttendOptions {
  /** without the mean, for what needs only the density or the probabilities */
  readonly mean?: boolean;
  /** allows v = 0, where the nearest point has it all */
  readonly atZero?: boolean;
  readonly along?: Matrix;
  /** sees the probabilities, shape [rows, points], of data rows `from` on for the points `first` on */
  readonly visit?: (p: Matrix, from: number, first: number) => void;
}

/** Numbers of a block of data: 16 MB. */
const DATA_NUMBERS = 2 ** 21;

/** Multiplications from which it is faster to leave the probabilities native. */
const NATIVE_FROM = 2 ** 20;

/** Noised points that are taken at once natively. */
const QUERIES = 512;

/**
 * Softmax attention with the points as keys and values. The data are multiplied in blocks that stay native, and of the
 * points without weight nothing is multiplied twice: memory is that of the data, twice, and of one block's weights.
 * `where` and `at` name the constructor and the function in errors.
 */
export function attention(
  where: string,
  points: Matrix,
  { weights, variance: own = 0 }: EmpiricalOptions,
): (at: string, x: Matrix, sigma: number, options?: AttendOptions) => Attended {
  if (points.rows === 0 || points.cols === 0)
    throw new RangeError(`${where}: ${points.rows} points in ${points.cols} dimensions, expected at least one of each`);
  requirePoints(where, "the data", points, points.cols);
  if (!(own >= 0 && own < Infinity))
    throw new RangeError(`${where}: the variance is ${own}, expected a finite number of at least 0`);
  if (weights && weights.length !== points.rows)
    throw new RangeError(`${where}: ${weights.length} weights for ${points.rows} points, expected one each`);
  if (weights) requireWeights(where, weights);
  const logWeights = weights
    ? Float64Array.from(weights, Math.log)
    : new Float64Array(points.rows).fill(-Math.log(points.rows));

  const d = points.cols;
  const blocks = cut(points).map((part) => ({
    ...part,
    logWeights: logWeights.subarray(part.from, part.from + part.y.rows),
  }));
  return (at, x, sigma, options = {}) => {
    requireSigma(at, sigma);
    const variance = sigma ** 2 + own;
    if (!(options.atZero && variance === 0)) requirePositive(at, Math.sqrt(variance));
    requirePoints(at, "x", x, d);
    const result = {
      variance,
      logDensity: new Float64Array(x.rows),
      mean: matrix(options.mean === false ? 0 : x.rows, d),
      square: new Float64Array(x.rows),
      along: options.along && matrix(x.rows, d),
    };
    const fast = variance > 0 && !options.visit && x.rows * points.rows * d >= NATIVE_FROM && nativeAvailable();
    const queries = fast ? QUERIES : Math.max(1, Math.floor(BLOCK_NUMBERS / 2 / points.rows));
    for (let first = 0; first < x.rows; first += queries)
      attend(rowRange(x, first, Math.min(first + queries, x.rows)), first, fast, result, options);
    return result;
  };

  function attend(
    x: Matrix,
    first: number,
    fast: boolean,
    { variance, logDensity, mean, square, along }: Attended,
    options: AttendOptions,
  ): void {
    const n = x.rows;
    const v = options.along && rowRange(options.along, first, first + n);
    const some = { mean: mean.rows > 0, v };
    const sums = fast
      ? nativeSums(blocks, x, variance, some)
      : referenceSums(blocks, x, variance, {
          ...some,
          visit: options.visit && ((p, from) => options.visit!(p, from, first)),
        });
    const lengths = squaredLengths(x);
    for (let k = 0; k < n; k++) {
      square[first + k] = sums.square[k] / sums.total[k];
      logDensity[first + k] =
        sums.top[k] + Math.log(sums.total[k]) - 0.5 * (lengths[k] / variance + d * Math.log(2 * Math.PI * variance));
    }
    if (sums.mean) putDivided(mean, first, sums.mean, sums.total);
    if (sums.along) putDivided(along!, first, sums.along, sums.total);
  }
}

/** Column k of the sums over its total becomes row first + k. */
function putDivided(result: Matrix, first: number, sums: Matrix, total: Float64Array): void {
  const [d, n] = [sums.rows, sums.cols];
  for (let k = 0; k < n; k++)
    for (let j = 0; j < d; j++) result.values[(first + k) * d + j] = sums.values[j * n + k] / total[k];
}

/** The points in blocks. */
function cut(points: Matrix): ReturnType<typeof block>[] {
  const size = Math.max(1, Math.floor(DATA_NUMBERS / points.cols));
  return Array.from({ length: Math.ceil(points.rows / size) }, (_, k) =>
    block(points, k * size, Math.min((k + 1) * size, points.rows)),
  );
}
