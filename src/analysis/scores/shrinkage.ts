import { matrix, requireColumns, row, type Matrix } from "../../math/matrix.js";
import type { VectorField } from "../../diffusion/distribution.js";
import { requirePositive } from "../../diffusion/score.js";

/**
 * The gain vᵀ J_D(x, σ) v = 1 + σ² vᵀ J_s(x, σ) v of a denoiser along unit directions v, of shape [m, d], at points x
 * of shape [n, d]: shape [n, m]. Along the data manifold the denoiser keeps what is added to x, a gain near 1; across
 * it, it removes it, a gain near 0. For a Gaussian it is λ / (λ + σ²) along an eigenvector.
 *
 * @throws RangeError if σ is not positive, or a direction has another dimension or is not of length 1
 */
export function denoiserShrinkage(
  { jacobianProduct }: Pick<VectorField, "jacobianProduct">,
  x: Matrix,
  sigma: number,
  directions: Matrix,
): Matrix {
  requirePositive("denoiserShrinkage", sigma);
  requireColumns("denoiserShrinkage", "directions", directions, x.cols);
  const gains = matrix(x.rows, directions.rows);
  for (let m = 0; m < directions.rows; m++) {
    const v = row(directions, m);
    const length = Math.hypot(...v);
    if (!(Math.abs(length - 1) < 1e-6))
      throw new RangeError(`denoiserShrinkage: direction ${m} has the length ${length}, expected 1`);
    const Jv = jacobianProduct(
      x,
      sigma,
      matrix(
        x.rows,
        x.cols,
        Float64Array.from(x.values, (_, i) => v[i % x.cols]),
      ),
    );
    for (let n = 0; n < x.rows; n++)
      gains.values[n * directions.rows + m] =
        1 + sigma ** 2 * row(Jv, n).reduce((sum, value, j) => sum + value * v[j], 0);
  }
  return gains;
}
