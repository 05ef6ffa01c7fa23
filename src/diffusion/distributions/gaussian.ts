import { eigen } from "../../math/eigen.js";
import { addToRows, matrix, requireColumns, requireSameShape, takeColumns, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { normal, type Source } from "../../math/random.js";
import { columnMeans, covariance } from "../../math/stats.js";
import { fromScore, withParameters, type DistributionFunctions } from "../distribution.js";
import type { Flow } from "../flow.js";
import { requireDraws, requirePoints, requireSigma } from "../score.js";
import {
  applySpectral,
  logDensityOf,
  requireRegular,
  scoreOperator,
  shrinkage,
  spectrum,
  spectrumTrace,
  type GaussianParameters,
} from "./gaussianSpectrum.js";

/**
 * A Gaussian N(μ, Σ), noised N(μ, Σ + σ² I), everything in closed form:
 *
 *     s(x, σ) = -(Σ + σ² I)⁻¹ (x - μ),   D(x, σ) = μ + U diag(λ_k / (λ_k + σ²)) Uᵀ (x - μ)
 *
 * The denoiser is a Wiener filter; at σ = 0 it projects onto the features whose variance is not 0. The Jacobian is the
 * same at every x. Its functions throw RangeError if x has not d columns or holds a value that is not finite, σ is not
 * a noise level, or, the denoiser apart, σ = 0 and Σ is singular.
 */
export interface Gaussian extends GaussianParameters, GaussianFunctions {}

declare abstract class GaussianFunctions extends DistributionFunctions {
  /**
   * The exact solution of the probability-flow equation, up or down:
   * x(σ) = μ + (σ / σ_T) (I - U Uᵀ)(x_T - μ) + Σ_k √((λ_k + σ²) / (λ_k + σ_T²)) u_k u_kᵀ (x_T - μ) (arXiv 2412.09726).
   */
  get flow(): Flow;
}

/** Settings of a Gaussian made from a covariance. */
export interface FitOptions {
  /** eigenvectors kept, the leading ones; all without it */
  readonly rank?: number;
}

/**
 * Fits the Gaussian with the mean and the population covariance (divided by n) of the points, shape [n, d].
 *
 * @example
 * const g = fitGaussian(digits().images);
 * const images = last(sample(g, noise, karrasSigmas(18)));
 *
 * @throws RangeError if there are no points or no columns, a value is not finite, or the rank is not from 1 to d
 */
export function fitGaussian(points: Matrix, options: FitOptions = {}): Gaussian {
  if (points.cols === 0) throw new RangeError("fitGaussian: points of 0 dimensions, expected at least one column");
  const mu = columnMeans(points);
  requirePoints("fitGaussian", "the data", points, points.cols);
  return gaussian(mu, covariance(points, mu), options);
}

/**
 * Returns N(μ, Σ) of a mean, shape [d], and a covariance, shape [d, d].
 *
 * @throws RangeError if the shapes differ, a value is not finite, Σ is not symmetric or has a negative eigenvalue
 * beyond round-off, or the rank is not from 1 to d
 */
export function gaussian(mean: Float64Array, sigma: Matrix, { rank = mean.length }: FitOptions = {}): Gaussian {
  requireColumns("gaussian", "Σ", sigma, mean.length);
  requireMean("gaussian", mean);
  if (!(Number.isSafeInteger(rank) && rank >= 1 && rank <= mean.length))
    throw new RangeError(`gaussian: rank is ${rank}, expected an integer from 1 to ${mean.length}`);
  const { values, vectors } = eigen(sigma);
  const least = values[values.length - 1];
  if (least < -1e-10 * Math.max(values[0], 0) || values[0] < 0)
    throw new RangeError(`gaussian: Σ has the eigenvalue ${least}, expected none below 0`);
  const lambda = values.slice(0, rank).map((value) => Math.max(value, 0)); // round-off leaves a 0 on either side of it
  return fromSpectrum({ mean, U: takeColumns(vectors, rank), lambda });
}

/**
 * Returns N(μ, variance · I), which has no eigenvectors of its own; with variance 0 the point μ, whose score (μ - x) /
 * σ² is the mean-only model.
 *
 * @throws RangeError if the mean is empty or not finite, or the variance is negative or not finite
 */
export function isotropicGaussian(mean: Float64Array, variance = 0): Gaussian {
  if (!(variance >= 0 && variance < Infinity))
    throw new RangeError(`isotropicGaussian: the variance is ${variance}, expected a finite number of at least 0`);
  requireMean("isotropicGaussian", mean);
  return fromSpectrum({ mean, U: matrix(mean.length, 0), lambda: new Float64Array(0), residualVariance: variance });
}

/**
 * Returns the Gaussian of a mean and an eigendecomposition of its covariance that are already known.
 *
 * @throws RangeError if the shapes differ, the mean is empty or not finite, or a variance is negative or not finite
 */
export function gaussianFromSpectrum({ mean, U, lambda, residualVariance }: GaussianParameters): Gaussian {
  if (U.rows !== mean.length || U.cols !== lambda.length)
    throw new RangeError(
      `gaussianFromSpectrum: U is ${U.rows} × ${U.cols}, expected ${mean.length} × ${lambda.length} for ${mean.length} dimensions and ${lambda.length} variances`,
    );
  requireMean("gaussianFromSpectrum", mean);
  for (const [name, variance] of [
    ...Array.from(lambda, (value, k) => [`λ[${k}]`, value] as const),
    ["the residual variance", residualVariance ?? 0] as const,
  ])
    if (!(variance >= 0 && variance < Infinity))
      throw new RangeError(`gaussianFromSpectrum: ${name} is ${variance}, expected a finite number of at least 0`);
  return fromSpectrum({ mean, U, lambda, ...(residualVariance !== undefined && { residualVariance }) });
}

function requireMean(where: string, mean: Float64Array): void {
  if (mean.length === 0) throw new RangeError(`${where}: μ has 0 dimensions, expected at least one`);
  const bad = mean.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new RangeError(`${where}: μ[${bad}] is ${mean[bad]}, expected finite values`);
}

function fromSpectrum(g: GaussianParameters): Gaussian {
  const d = g.mean.length;
  const centred = { ...g, mean: new Float64Array(d) };
  const field = fromScore(
    d,
    (x, sigma) => {
      requireRegular("Gaussian.score", "score", g, sigma);
      return applySpectral("Gaussian.score", g, scoreOperator(g, sigma), x);
    },
    {
      denoiser: (x, sigma) => {
        requireSigma("Gaussian.denoiser", sigma);
        const filter = spectrum(g, (lambda) => shrinkage(lambda, sigma));
        return addToRows(applySpectral("Gaussian.denoiser", g, filter, x), g.mean);
      },
      jacobianProduct: (x, sigma, v) => {
        requireRegular("Gaussian.jacobianProduct", "Jacobian", g, sigma);
        requireSameShape("Gaussian.jacobianProduct", x, v);
        requirePoints("Gaussian.jacobianProduct", "x", x, d);
        requirePoints("Gaussian.jacobianProduct", "v", v, d);
        return applySpectral("Gaussian.jacobianProduct", centred, scoreOperator(g, sigma), v);
      },
      divergence: (x, sigma) => {
        requireRegular("Gaussian.divergence", "divergence", g, sigma);
        requirePoints("Gaussian.divergence", "x", x, d);
        return new Float64Array(x.rows).fill(spectrumTrace(g, scoreOperator(g, sigma)));
      },
    },
  );
  return withParameters(g, {
    ...field,
    logDensity: (x: Matrix, sigma: number) => {
      requireRegular("Gaussian.logDensity", "density", g, sigma);
      requirePoints("Gaussian.logDensity", "x", x, d);
      const y = addToRows(x, g.mean, -1);
      return logDensityOf(g, y, sigma, multiply(y, g.U));
    },
    sample: (source: Source, n: number, sigma = 0) => {
      requireDraws("Gaussian.sample", n, sigma);
      const root = spectrum(g, (lambda) => Math.sqrt(lambda + sigma ** 2));
      return addToRows(applySpectral("Gaussian.sample", centred, root, normal(source, n, d)), g.mean);
    },
    flow: (x: Matrix, from: number, to: number) => {
      requireSigma("Gaussian.flow", to);
      requireRegular("Gaussian.flow", "flow", g, from);
      const growth = spectrum(g, (lambda) => Math.sqrt((lambda + to ** 2) / (lambda + from ** 2)));
      return addToRows(applySpectral("Gaussian.flow", g, growth, x), g.mean);
    },
  });
}

/** Returns tr Σ, the mean squared distance of a point from μ. */
export function totalVariance(g: GaussianParameters): number {
  return spectrumTrace(
    g,
    spectrum(g, (lambda) => lambda),
  );
}

/** Returns Uᵀ (x - μ) of every row, shape [n, r]: the coordinates in the eigenvectors. */
export function principalComponents(g: GaussianParameters, x: Matrix): Matrix {
  requirePoints("principalComponents", "x", x, g.mean.length);
  return multiply(addToRows(x, g.mean, -1), g.U);
}
