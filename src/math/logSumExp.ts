import { matrix, type Matrix } from "./matrix.js";

/**
 * Returns log Σ_j exp(a_j), finite where every exp under- or overflows; -∞ for no values and where all are -∞, +∞ where
 * one is, NaN where one is.
 */
export function logSumExp(values: ArrayLike<number>): number {
  return over(values, 0, values.length);
}

/** Returns log Σ_j exp(a_ij) of every row i, shape [n]. */
export function logSumExpRows(a: Matrix): Float64Array {
  const sums = new Float64Array(a.rows);
  for (let i = 0; i < sums.length; i++) sums[i] = over(a.values, i * a.cols, (i + 1) * a.cols);
  return sums;
}

/** Returns exp(a_ij) / Σ_k exp(a_ik), shape [n, m]: every row sums to 1.
 *
 * @throws RangeError if a row holds NaN or +∞, or nothing above -∞
 */
export function softmaxRows(a: Matrix): Matrix {
  const p = matrix(a.rows, a.cols);
  for (let i = 0; i < a.rows; i++) {
    const [start, end] = [i * a.cols, (i + 1) * a.cols];
    const total = over(a.values, start, end);
    if (!Number.isFinite(total))
      throw new RangeError(
        `softmaxRows: the logarithms of row ${i} sum to ${total}, expected finite values or -∞, not all of them -∞`,
      );
    // From the largest one, which is exact where they are near it: beside 10¹⁶, the logarithm of the sum is nothing.
    let [largest, sum] = [-Infinity, 0];
    for (let j = start; j < end; j++) largest = Math.max(largest, a.values[j]);
    for (let j = start; j < end; j++) sum += p.values[j] = Math.exp(a.values[j] - largest);
    for (let j = start; j < end; j++) p.values[j] /= sum;
  }
  return p;
}

function over(values: ArrayLike<number>, start: number, end: number): number {
  let largest = -Infinity;
  for (let j = start; j < end; j++) {
    if (Number.isNaN(values[j])) return NaN;
    if (values[j] > largest) largest = values[j];
  }
  if (!Number.isFinite(largest)) return largest;
  let sum = 0;
  for (let j = start; j < end; j++) sum += Math.exp(values[j] - largest);
  return largest + Math.log(sum);
}
