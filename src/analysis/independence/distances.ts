import { matrix, squaredLengths, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";

/**
 * Returns the Euclidean distances of all pairs of rows, shape [n, n].
 *
 * @throws RangeError if a value is not finite
 */
export function pairDistances(x: Matrix): Matrix {
  const n = x.rows;
  const bad = x.values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new RangeError(
      `pairDistances: the points hold ${x.values[bad]} in row ${Math.floor(bad / x.cols)}, expected finite values`,
    );
  const distances = matrix(n, n);
  if (x.cols > 8) {
    const [products, lengths] = [multiply(x, x, { transposeB: true }), squaredLengths(x)];
    for (let i = 0, at = 0; i < n; i++)
      for (let j = 0; j < n; j++, at++)
        distances.values[at] = i === j ? 0 : Math.sqrt(Math.max(0, lengths[i] + lengths[j] - 2 * products.values[at]));
    return distances;
  }
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) {
      let square = 0;
      for (let k = 0; k < x.cols; k++) square += (x.values[i * x.cols + k] - x.values[j * x.cols + k]) ** 2;
      distances.values[i * n + j] = distances.values[j * n + i] = Math.sqrt(square);
    }
  return distances;
}

/** @throws RangeError if x and y are not as many points, or fewer than four */
export function requirePairs(where: string, x: Matrix, y: Matrix): void {
  if (x.rows !== y.rows || x.rows < 4)
    throw new RangeError(`${where}: ${x.rows} and ${y.rows} points, expected as many of both, four or more`);
}
