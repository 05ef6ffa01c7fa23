import { matrix, row, scaleRows, squaredLengths, type Matrix } from "../../math/matrix.js";
import { attentionSums, cut, logits, type Sums } from "./attentionSums.js";
import { softmaxInPlace } from "./posterior.js";
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
}

/** Softmax attention of noised points, `at` the name of the function in errors. */
export interface Attention {
  readonly sums: (at: string, x: Matrix, sigma: number, options?: AttendOptions) => Attended;
  /** p_i(x), shape [n, N] */
  readonly probabilities: (at: string, x: Matrix, sigma: number) => Matrix;
}

/** Numbers of a block of data at most: 16 MB. */
const DATA_NUMBERS = 2 ** 21;

/** Noised points that are taken at once. */
const QUERIES = 512;

/** Points of a block at most: its logits take 16 MB. */
const POINTS = 2 ** 21 / QUERIES;

/** Noised points from which a block is so small that a cache holds it, for the second product, and its logits. */
const SEVERAL = 8;
const POINTS_OF_SEVERAL = 768;

/**
 * Softmax attention with the points as keys and values. The data are multiplied in blocks, and of the points without
 * weight nothing is multiplied twice: memory is that of the data and of one block's weights. `where` names the
 * constructor in errors.
 */
export function attention(where: string, points: Matrix, { weights, variance: own = 0 }: EmpiricalOptions): Attention {
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
  const squares = squaredLengths(points);
  const size = Math.min(POINTS, Math.max(1, Math.floor(DATA_NUMBERS / d)));
  const blocks = cut(points, logWeights, size, squares);
  const smallBlocks = cut(points, logWeights, Math.min(size, POINTS_OF_SEVERAL), squares);
  const requireSigmaAndPoints = (at: string, x: Matrix, sigma: number, atZero = false): number => {
    requireSigma(at, sigma);
    const variance = sigma ** 2 + own;
    if (!(atZero && variance === 0)) requirePositive(at, Math.sqrt(variance));
    requirePoints(at, "x", x, d);
    return variance;
  };
  return {
    sums(at, x, sigma, { mean = true, atZero, along } = {}) {
      const variance = requireSigmaAndPoints(at, x, sigma, atZero);
      const result = {
        variance,
        logDensity: new Float64Array(x.rows),
        mean: matrix(mean ? x.rows : 0, d),
        square: new Float64Array(x.rows),
        along: along && matrix(x.rows, d),
      };
      for (let first = 0; first < x.rows; first += QUERIES) {
        const end = Math.min(first + QUERIES, x.rows);
        const v = along && rowRange(along, first, end);
        putSums(
          result,
          first,
          rowRange(x, first, end),
          attentionSums(end - first < SEVERAL ? blocks : smallBlocks, rowRange(x, first, end), variance, { mean, v }),
        );
      }
      return result;
    },
    probabilities(at, x, sigma) {
      const variance = requireSigmaAndPoints(at, x, sigma);
      const all = matrix(x.rows, points.rows);
      for (const part of blocks) {
        const { all: a } = logits(part, x, variance);
        for (let k = 0; k < x.rows; k++) row(all, k).set(row(a, k), part.from);
      }
      return softmaxInPlace(all);
    },
  };
}

/** Puts what the points `first` on have summed, each over its total, into the result. */
function putSums({ variance, logDensity, mean, square, along }: Attended, first: number, x: Matrix, sums: Sums): void {
  const shares = sums.total.map((total) => 1 / total);
  const lengths = squaredLengths(x);
  const constant = x.cols * Math.log(2 * Math.PI * variance);
  for (let k = 0; k < x.rows; k++) {
    square[first + k] = sums.square[k] * shares[k];
    logDensity[first + k] = sums.top[k] + Math.log(sums.total[k]) - 0.5 * (lengths[k] / variance + constant);
  }
  if (sums.mean) mean.values.set(scaleRows(sums.mean, shares).values, first * x.cols);
  if (sums.along) along!.values.set(scaleRows(sums.along, shares).values, first * x.cols);
}
