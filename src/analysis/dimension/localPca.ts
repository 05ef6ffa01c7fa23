import { addToRows, takeRows, type Matrix } from "../../math/matrix.js";
import { columnMeans } from "../../math/stats.js";
import { svd } from "../../math/svd.js";
import type { DimensionEstimator } from "./curve.js";
import { neighbourhoods } from "./neighbourhoods.js";

export interface LocalPcaOptions {
  /** a variance counts if it is at least this share of the largest */
  readonly share?: number;
}

/**
 * Local PCA (Fukunaga and Olsen, 1971): the number of variances of the k nearest neighbours of each point, about their mean, that are at
 * least `share` of the largest. The scale is k. An integer of at most k and D.
 *
 * The estimator throws RangeError if k is not an integer from 2 to N - 1, x has not D columns, or data coincide.
 *
 * @throws RangeError if the share is not between 0 and 1
 */
export function localPca(data: Matrix, { share = 0.05 }: LocalPcaOptions = {}): DimensionEstimator {
  if (!(share > 0 && share < 1)) throw new RangeError(`localPca: share is ${share}, expected one between 0 and 1`);
  return (x, k) => {
    const { indices } = neighbourhoods("localPca", data, x, k, 2);
    return Float64Array.from({ length: x.rows }, (_, n) => {
      const near = takeRows(data, indices.subarray(n * k, (n + 1) * k));
      const { values } = svd(addToRows(near, columnMeans(near), -1));
      return values.reduce((count, value) => count + (value ** 2 >= share * values[0] ** 2 ? 1 : 0), 0);
    });
  };
}
