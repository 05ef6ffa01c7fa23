import type { VectorField } from "../../diffusion/distribution.js";
import { jacobians } from "../../diffusion/jacobian.js";
import { variancePreserving, type ContinuousSchedule } from "../../diffusion/schedule.js";
import { requirePositive } from "../../diffusion/score.js";
import { addScaled, identity, matrix, norm, scale, scaleColumns, type Matrix } from "../../math/matrix.js";
import { matrixExponential } from "../../math/matrixExponential.js";
import { multiply } from "../../math/multiply.js";
import { svd } from "../../math/svd.js";
import type { DimensionEstimator } from "./curve.js";
import type { FlowMap } from "./flowMap.js";

/** Settings of exponentialRank. */
export interface ExponentialRankOptions {
  /** the clock in which the flow is written; without it the variance-preserving one */
  readonly schedule?: ContinuousSchedule;
  /** singular values above this share of the largest count */
  readonly tolerance?: number;
}

/**
 * The numerical rank of exp(∂f/∂y), f = β y + D s_t(y) the probability flow in the generating direction: Theorem 2 of
 * Horvat and Pfister (arXiv 2402.03845). An exponential has full rank; across a manifold the eigenvalues of ∂f/∂y go to
 * -D / σ_t², so that the numerical rank is the dimension once the noise is small: at the tolerance of 10⁻⁸ below σ =
 * 0.17 in the variance-preserving clock.
 *
 * The estimator throws RangeError if σ is not positive, and as the product does.
 */
export function exponentialRank(
  { jacobianProduct }: Pick<VectorField, "jacobianProduct">,
  { schedule = variancePreserving(), tolerance = 1e-8 }: ExponentialRankOptions = {},
): DimensionEstimator {
  return (x, sigma) => {
    requirePositive("exponentialRank", sigma);
    const t = schedule.time(sigma);
    const [drift, pull] = [schedule.beta(t), schedule.diffusion(t) / schedule.alpha(t) ** 2];
    const ranks = jacobians(jacobianProduct, x, sigma).map((J) => {
      const { values } = svd(matrixExponential(addScaled(scale(identity(x.cols), drift), pull, J)));
      return values.reduce((count, value) => count + (value > tolerance * values[0] ? 1 : 0), 0);
    });
    return Float64Array.from(ranks);
  };
}

/**
 * The commutator that Theorem 2 of Horvat and Pfister (arXiv 2402.03845) takes to be 0, ‖P J - J P‖ / (‖P‖ ‖J‖) at
 * every level of a flow map but the first, where it is 0, and for each trajectory, shape [levels - 1, n]. J is the
 * Jacobian of the score there, and P = (Y Yᵀ)^½ the positive factor of Y = P O: where J is symmetric and the two
 * commute, the singular values of Y grow at the eigenvalues of the flow's Jacobian.
 */
export function flowCommutators(
  { jacobianProduct }: Pick<VectorField, "jacobianProduct">,
  { sigmas, states, derivatives }: Pick<FlowMap, "sigmas" | "states" | "derivatives">,
): Matrix {
  const n = states[0].rows;
  const found = matrix(sigmas.length - 1, n);
  for (let i = 1; i < sigmas.length; i++)
    jacobians(jacobianProduct, states[i], sigmas[i]).forEach((J, k) => {
      const { U, values } = svd(derivatives[i][k]);
      const P = multiply(scaleColumns(U, values), U, { transposeB: true });
      const difference = addScaled(multiply(P, J), -1, multiply(J, P));
      found.values[(i - 1) * n + k] = norm(difference) / (norm(P) * norm(J));
    });
  return found;
}
