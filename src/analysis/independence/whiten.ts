import { eigen } from "../../math/eigen.js";
import { addToRows, scaleRows, transpose, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { columnMeans, covariance } from "../../math/stats.js";

/** Linear coordinates z = W (x - μ) of data. */
export interface LinearCode {
  /** μ, shape [d] */
  readonly mean: Float64Array;
  /** W, shape [d, d] */
  readonly unmixing: Matrix;
  /** z, shape [n, d] */
  readonly codes: Matrix;
}

/**
 * Returns the principal components of points x, shape [n, d], each divided by its standard deviation: uncorrelated
 * coordinates of variance 1, the one of the largest variance first.
 *
 * @throws RangeError if the covariance is singular to 1e-12 of its largest variance
 */
export function whiten(x: Matrix): LinearCode {
  const mean = columnMeans(x);
  const { values, vectors } = eigen(covariance(x, mean));
  if (!(values[values.length - 1] > 1e-12 * values[0]))
    throw new RangeError(
      `whiten: variances from ${values[0]} down to ${values[values.length - 1]}, expected a covariance that is not singular; take principal components with variance alone`,
    );
  const unmixing = scaleRows(
    transpose(vectors),
    values.map((variance) => 1 / Math.sqrt(variance)),
  );
  return { mean, unmixing, codes: multiply(addToRows(x, mean, -1), unmixing, { transposeB: true }) };
}
