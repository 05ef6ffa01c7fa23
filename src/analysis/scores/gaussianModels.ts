import { isotropicGaussian, totalVariance, type Gaussian } from "../../diffusion/distributions/gaussian.js";

/**
 * Returns the models of the papers that know a Gaussian's mean only, then its mean variance, then its covariance: N(μ,
 * 0), N(μ, tr Σ / d · I) and the Gaussian itself.
 */
export function gaussianModels(g: Gaussian): Record<"mean only" | "isotropic" | "Gaussian", Gaussian> {
  return {
    "mean only": isotropicGaussian(g.mean),
    isotropic: isotropicGaussian(g.mean, totalVariance(g) / g.mean.length),
    Gaussian: g,
  };
}
