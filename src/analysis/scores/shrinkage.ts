import {
  matrix,
  matrixFromRows,
  norm,
  requireColumns,
  row,
  scale,
  takeRows,
  transpose,
  type Matrix,
} from "../../math/matrix.js";
import { normal, type Source } from "../../math/random.js";
import { fitGaussian } from "../../diffusion/distributions/gaussian.js";
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

/** The share that a denoiser keeps of steps from the end points of n trajectories. */
export interface EndpointShrinkage {
  /** along the k-th eigenvector of the endpoint estimates of each trajectory, shape [n] for each k */
  readonly principal: readonly Float64Array[];
  /** along one random direction, the same for all, shape [n] */
  readonly random: Float64Array;
}

/**
 * Measures whether the eigenvectors of the endpoint estimates D(x_σ, σ) along single trajectories lie along the learned
 * manifold (arXiv 2303.02490): the shrinkage v·J_D v at the end points, beside that along a random direction.
 *
 * @param path the states of all trajectories, [n, d] at each noise level and after the last
 * @param sigmas the noise levels of all states but the last
 * @param source draws the random direction
 * @throws RangeError if there is not one state more than noise levels that are not 0, or as fitGaussian and
 * denoiserShrinkage do
 */
export function endpointShrinkage(
  field: Pick<VectorField, "denoiser" | "jacobianProduct">,
  path: readonly Matrix[],
  sigmas: ArrayLike<number>,
  source: Source,
  { sigma = 0.3, directions = 2 } = {},
): EndpointShrinkage {
  const levels = Array.from(sigmas).filter((level) => level > 0);
  if (path.length !== levels.length + 1)
    throw new RangeError(
      `endpointShrinkage: ${path.length} states and ${levels.length} noise levels, expected one state more`,
    );
  const end = path[levels.length];
  const estimates = levels.map((level, i) => field.denoiser(path[i], level));
  const draw = normal(source, 1, end.cols);
  const random = denoiserShrinkage(field, end, sigma, scale(draw, 1 / norm(draw)));
  const principal = Array.from({ length: end.rows }, (_, n) => {
    const { U } = fitGaussian(matrixFromRows(estimates.map((D) => row(D, n))), { rank: directions });
    return denoiserShrinkage(field, takeRows(end, [n]), sigma, transpose(U)).values;
  });
  return {
    principal: Array.from({ length: directions }, (_, k) => Float64Array.from(principal, (gains) => gains[k])),
    random: random.values,
  };
}
