import type { VectorField } from "../../diffusion/distribution.js";
import { requirePositive } from "../../diffusion/score.js";
import type { GaussianParameters } from "../../diffusion/distributions/gaussianSpectrum.js";
import type { DimensionEstimator } from "./curve.js";

/**
 * FLIPD (Kamkari et al., arXiv 2406.03537): D + σ² (∇ · s + ‖s‖²) at x itself, a point of the data. By the heat
 * equation it is D + ∂ log p(x; σ) / ∂ log σ: the noised density of a k-dimensional set in D dimensions goes as
 * σ^{k-D}. Of the points x_σ with noise it says nothing: its mean over p(·; σ) is D, whatever the data. The divergence
 * may be exact or Hutchinson's.
 *
 * The estimator throws RangeError if σ is not positive, and as score and divergence do.
 */
export function flipd({ scoreAndDivergence }: Pick<VectorField, "scoreAndDivergence">): DimensionEstimator {
  return (x, sigma) => {
    requirePositive("flipd", sigma);
    const { score: s, divergence: trace } = scoreAndDivergence(x, sigma);
    return trace.map((value, n) => {
      let square = 0;
      for (let j = n * x.cols; j < (n + 1) * x.cols; j++) square += s.values[j] ** 2;
      return x.cols + sigma ** 2 * (value + square);
    });
  };
}

/**
 * D + σ² ∇ · s = σ² tr C, where C is the covariance of the target -z/σ of score matching given x_σ = x: the trace of
 * Cov(x_0 | x) / σ². It goes to k where ‖s‖ stays bounded, as on the data themselves, and its mean over p(·; σ) goes to
 * k too.
 *
 * The estimator throws RangeError if σ is not positive, and as the divergence does.
 */
export function posteriorTrace({ divergence }: Pick<VectorField, "divergence">): DimensionEstimator {
  return (x, sigma) => {
    requirePositive("posteriorTrace", sigma);
    return divergence(x, sigma).map((value) => x.cols + sigma ** 2 * value);
  };
}

/**
 * The mean of FLIPD over the data of a Gaussian, Σ_i [1 - (σ² / (λ_i + σ²))²] over its variances λ_i.
 *
 * @throws RangeError if σ is not positive
 */
export function gaussianFlipd({ lambda, mean, residualVariance: rest = 0 }: GaussianParameters, sigma: number): number {
  requirePositive("gaussianFlipd", sigma);
  const one = (variance: number) => 1 - (sigma ** 2 / (variance + sigma ** 2)) ** 2;
  return lambda.reduce((sum, variance) => sum + one(variance), (mean.length - lambda.length) * one(rest));
}
