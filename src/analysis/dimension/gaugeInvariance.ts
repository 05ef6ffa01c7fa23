import type { Gaussian } from "../../diffusion/distributions/gaussian.js";
import { variancePreserving } from "../../diffusion/schedule.js";
import { addScaled, identity, matrixFromRows, scale, scaleColumns, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { largestRelativeDifference } from "../../math/stats.js";
import { svd } from "../../math/svd.js";
import { addFields, gaugeField } from "../gauge/fields.js";
import { flowMap, type FlowMapOptions } from "./flowMap.js";

/** Flow maps of a Gaussian's score with a constant gauge field. */
export interface GaugeInvariance {
  /** of the field's matrix */
  readonly norm: number;
  /** α(t) times the singular values of Y S_T^½ of each trajectory, shape [n, d] */
  readonly singularValues: Matrix;
  /** the largest relative one from the roots of the eigenvalues of α² S_t */
  readonly deviation: number;
}

/** Settings of gaugeInvariance; the times are of the variance-preserving schedule. */
export interface GaugeInvarianceOptions extends FlowMapOptions {
  readonly norms?: readonly number[];
  /** where the flow begins, t of the variance-preserving schedule */
  readonly from?: number;
  readonly to?: number;
}

/**
 * Integrates the flow map Y of a Gaussian's score with gauge fields norm · K s, K a constant antisymmetric matrix, from
 * noise of variance 1, shape [n, d]. The singular values of Y S_T^½, S_T = S_0 + σ_T², are those of S_t^½ whatever K
 * is: Theorem 2 of Horvat and Pfister (arXiv 2402.03845) in its exact Gaussian form.
 */
export function gaugeInvariance(
  g: Gaussian,
  K: Matrix,
  noise: Matrix,
  { norms = [0, 1, 2], from = 1, to = 9e-4, ...options }: GaugeInvarianceOptions = {},
): GaugeInvariance[] {
  const schedule = variancePreserving();
  const [above, below] = [from, to].map((t) => schedule.noiseLevel(t));
  const [rootT, roots] = [above, below].map((sigma) => covarianceRoot(g, sigma, schedule.alpha(to)));
  const exact = svd(roots).values;
  return norms.map((norm) => {
    const field = addFields(g, gaugeField(g, scale(K, norm)));
    const { derivatives } = flowMap(field, scale(noise, above), [above, below], options);
    const values = derivatives[1].map((Y) => svd(multiply(Y, rootT)).values);
    const deviation = Math.max(...values.map((each) => largestRelativeDifference(each, exact)));
    return { norm, singularValues: matrixFromRows(values), deviation };
  });
}

/** factor · (S_0 + σ²)^½ */
function covarianceRoot({ U, lambda, mean, residualVariance = 0 }: Gaussian, sigma: number, factor: number): Matrix {
  const outside = Math.sqrt(residualVariance + sigma ** 2);
  const inside = lambda.map((variance) => Math.sqrt(variance + sigma ** 2) - outside);
  const lowRank = multiply(scaleColumns(U, inside), U, { transposeB: true });
  return scale(addScaled(scale(identity(mean.length), outside), 1, lowRank), factor);
}
