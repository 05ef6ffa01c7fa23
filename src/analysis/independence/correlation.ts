import type { Estimate } from "../../math/estimate.js";
import { column, matrix, type Matrix } from "../../math/matrix.js";
import { mean, variance } from "../../math/stats.js";

/**
 * Returns the correlation of u and v with its standard error by the infinitesimal jackknife, whatever their
 * distribution.
 *
 * @throws RangeError if they are not as many, fewer than two, or one of them is constant
 */
export function correlation(u: ArrayLike<number>, v: ArrayLike<number>): Estimate {
  if (u.length !== v.length) throw new RangeError(`correlation: ${u.length} values and ${v.length}, expected as many`);
  const [a, b] = [u, v].map((values) => {
    const [centre, spread] = [mean(values), Math.sqrt(variance(values))];
    if (!(spread > 0)) throw new RangeError("correlation: the values are constant, expected some that differ");
    return Float64Array.from(values, (value) => (value - centre) / spread);
  });
  const n = u.length;
  const value = a.reduce((sum, one, i) => sum + one * b[i], 0) / (n - 1);
  const influence = a.map((one, i) => one * b[i] - (value * (one * one + b[i] * b[i])) / 2);
  return { value, standardError: Math.sqrt(variance(influence) / n), count: n };
}

/**
 * Returns the correlation of the squares of two columns of x about their means: 0 of independent ones, and not of
 * columns that are merely uncorrelated.
 *
 * @throws RangeError as correlation does, or if there is no such column
 */
export function squareCorrelation(x: Matrix, i = 0, j = 1): Estimate {
  const [u, v] = [i, j].map((k) => {
    const values = column(x, k);
    const centre = mean(values);
    return values.map((value) => (value - centre) ** 2);
  });
  return correlation(u, v);
}

/**
 * Returns the correlations of every column of a with every column of b, shape [a.cols, b.cols], and their standard
 * errors.
 *
 * @throws RangeError as correlation does
 */
export function crossCorrelations(a: Matrix, b: Matrix): { readonly values: Matrix; readonly standardErrors: Matrix } {
  const [values, standardErrors] = [matrix(a.cols, b.cols), matrix(a.cols, b.cols)];
  for (let i = 0, at = 0; i < a.cols; i++)
    for (let j = 0; j < b.cols; j++, at++) {
      const found = correlation(column(a, i), column(b, j));
      values.values[at] = found.value;
      standardErrors.values[at] = found.standardError;
    }
  return { values, standardErrors };
}
