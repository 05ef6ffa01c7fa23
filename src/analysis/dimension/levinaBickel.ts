import { row, type Matrix } from "../../math/matrix.js";
import { dimensionCurve, type DimensionCurve, type DimensionEstimator } from "./curve.js";
import { neighbourhoods } from "./neighbourhoods.js";

/**
 * The maximum likelihood estimator of Levina and Bickel (NIPS 2004) at each point, from the distances T_1 ≤ … ≤ T_k of
 * its k neighbours among the data, shape [N, D]: m = [1/(k-1) Σ_{j<k} log(T_k / T_j)]⁻¹. The scale is k. Where the data
 * are a Poisson process 1/m has the mean 1/dimension, so that the harmonic average over the points, that of MacKay and
 * Ghahramani (2005), has almost no bias; m itself is too large by (k-1)/(k-2).
 *
 * The estimator throws RangeError if k is not an integer from 2 to N - 1, x has not D columns, or data coincide.
 */
export function levinaBickel(data: Matrix): DimensionEstimator {
  return (x, k) => {
    const { distances } = neighbourhoods("levinaBickel", data, x, k, 2);
    return Float64Array.from({ length: x.rows }, (_, n) => {
      const T = row(distances, n);
      let sum = 0;
      for (let j = 0; j < k - 1; j++) sum += Math.log(T[k - 1] / T[j]);
      return (k - 1) / sum;
    });
  };
}

/**
 * Returns the curve of Levina and Bickel's estimates over numbers of neighbours, with MacKay and Ghahramani's average
 * over the rows of x.
 *
 * @throws RangeError as the estimator and dimensionCurve do
 */
export function levinaBickelCurve(data: Matrix, x: Matrix, neighbours: readonly number[]): DimensionCurve {
  return dimensionCurve(levinaBickel(data), x, neighbours, { average: "harmonic" });
}
