import { column, matrix, type Matrix } from "../../math/matrix.js";
import { ranks } from "../../math/rankCorrelation.js";
import { normalQuantile } from "../../math/special.js";

/**
 * Returns every column with its values replaced by the normal quantiles of their ranks, Φ⁻¹((rank - ½) / n): each
 * coordinate is N(0, 1) by itself, whatever the dependence between them, which stays.
 *
 * @throws RangeError if there are no rows, or a value is NaN
 */
export function gaussianise(x: Matrix): Matrix {
  const result = matrix(x.rows, x.cols);
  for (let j = 0; j < x.cols; j++)
    ranks(column(x, j)).forEach((rank, i) => {
      result.values[i * x.cols + j] = normalQuantile((rank - 0.5) / x.rows);
    });
  return result;
}
