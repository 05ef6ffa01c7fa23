import { matrix, row, type Matrix } from "../../math/matrix.js";
import { stackedSquaredSingularValues } from "../../math/batchedSpectra.js";
import type { DimensionEstimator } from "./curve.js";
import { neighbourhoods } from "./neighbourhoods.js";
import { overRows } from "../../math/rowBlocks.js";

/** Numbers of the neighbourhoods held at a time: 16 MB. */
const BLOCK_NUMBERS = 2 ** 21;

/** Settings of localPca. */
export interface LocalPcaOptions {
  /** a variance counts if it is at least this share of the largest */
  readonly share?: number;
}

/**
 * Local PCA (Fukunaga and Olsen, 1971): the number of variances of the k nearest neighbours of each point, about their
 * mean, that are at least `share` of the largest. The scale is k. An integer of at most k and D.
 *
 * The estimator throws RangeError if k is not an integer from 2 to N - 1, x has not D columns, or data coincide.
 *
 * @throws RangeError if the share is not between 0 and 1
 */
export function localPca(data: Matrix, { share = 0.05 }: LocalPcaOptions = {}): DimensionEstimator {
  if (!(share > 0 && share < 1)) throw new RangeError(`localPca: share is ${share}, expected one between 0 and 1`);
  return (x, k) => {
    const { indices } = neighbourhoods("localPca", data, x, k, 2);
    const counts = overRows(x, Math.max(1, Math.floor(BLOCK_NUMBERS / (k * data.cols))), 1, (part, from) => {
      const variances = stackedSquaredSingularValues(
        centred(data, indices.subarray(from * k, (from + part.rows) * k), k),
        k,
      );
      return matrix(
        part.rows,
        1,
        Float64Array.from({ length: part.rows }, (_, n) => {
          const values = row(variances, n);
          return values.reduce((count, value) => count + (value >= share * values[0] ? 1 : 0), 0);
        }),
      );
    });
    return counts.values;
  };
}

/** The given rows, each k of them less their mean. */
function centred({ cols, values }: Matrix, indices: Uint32Array, k: number): Matrix {
  const near = matrix(indices.length, cols);
  const mean = new Float64Array(cols);
  for (let first = 0; first < indices.length; first += k) {
    mean.fill(0);
    for (let i = first; i < first + k; i++)
      for (let j = 0, from = indices[i] * cols; j < cols; j++, from++) mean[j] += values[from] / k;
    for (let i = first, to = first * cols; i < first + k; i++)
      for (let j = 0, from = indices[i] * cols; j < cols; j++, from++, to++) near.values[to] = values[from] - mean[j];
  }
  return near;
}
