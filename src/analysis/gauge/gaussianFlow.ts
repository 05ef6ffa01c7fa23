import type { VectorField } from "../../diffusion/distribution.js";
import { gaussian } from "../../diffusion/distributions/gaussian.js";
import { gaussianKL } from "../../diffusion/distributions/gaussianKL.js";
import { inLogSigma, probabilityFlow } from "../../diffusion/flow.js";
import { variancePreserving } from "../../diffusion/schedule.js";
import { addScaled, identity, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { integrate, last, linspace } from "../../math/ode.js";
import { squareRoot } from "../../math/solve.js";
import { addFields } from "./fields.js";

/** The image of a Gaussian by a flow with a linear field added to the score. */
export interface CarriedGaussian {
  readonly field: string;
  /** the Kullback–Leibler divergence of the carried Gaussian from the right one */
  readonly nats: number;
}

/** Settings of carriedGaussians. */
export interface CarriedGaussianOptions {
  readonly from?: number;
  readonly to?: number;
  /** of Runge and Kutta's method of order 4, in equal ratios of σ */
  readonly steps?: number;
}

/**
 * Carries N(0, S + σ² I) down the flow of the score with each of several linear fields A(σ) x added, and compares the
 * end with N(0, S + σ² I) there. The square root of the covariance is carried, so that nothing is sampled. The levels
 * are those of the variance-preserving process from t = 1 to 0.001 without others.
 *
 * @throws RangeError if S is not symmetric and positive, or a state is not finite
 */
export function carriedGaussians(
  S: Matrix,
  added: Readonly<Record<string, VectorField>>,
  {
    from = variancePreserving().noiseLevel(1),
    to = variancePreserving().noiseLevel(1e-3),
    steps = 1000,
  }: CarriedGaussianOptions = {},
): CarriedGaussian[] {
  const s = gaussian(new Float64Array(S.rows), S);
  const covarianceAt = (sigma: number) => addScaled(S, sigma ** 2, identity(S.rows));
  const [start, times] = [squareRoot(covarianceAt(from)), linspace(Math.log(from), Math.log(to), steps)];
  return Object.entries(added).map(([field, r]) => {
    const end = last(integrate(inLogSigma(probabilityFlow(addFields(s, r))), start, times));
    return { field, nats: gaussianKL(multiply(end, end, { transposeA: true }), covarianceAt(to)) };
  });
}
