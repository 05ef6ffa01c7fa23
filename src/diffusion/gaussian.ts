import { eigen } from "../math/eigen.js";
import { addToRows, addScaled, requireColumns, scale, scaleColumns, takeColumns, type Matrix } from "../math/matrix.js";
import { multiply } from "../math/product.js";
import { columnMeans, covariance } from "../math/stats.js";
import { requireSigma, type Denoiser, type Score } from "./score.js";

/** N(μ, Σ) held by its eigendecomposition, so that Σ + σ²I is inverted for every σ at no cost. */
export interface Gaussian {
  /** μ, shape [d] */
  readonly mean: Float64Array;
  /** U, shape [d, r]; column k is the k-th eigenvector; variance outside its span is 0 */
  readonly U: Matrix;
  /** λ, shape [r], decreasing; λ_k ≥ 0, in the unit of x squared */
  readonly lambda: Float64Array;
}

export interface FitOptions {
  /** eigenvectors kept, the leading ones; all without it */
  readonly rank?: number;
}

/**
 * The Gaussian with the mean and the population covariance (divided by n) of the points, shape [n, d].
 *
 * @throws RangeError if there are no points, a value is not finite, or the rank is not from 1 to d
 */
export function fitGaussian(points: Matrix, options: FitOptions = {}): Gaussian {
  const mu = columnMeans(points);
  return gaussian(mu, covariance(points, mu), options);
}

/**
 * N(μ, Σ) of a mean, shape [d], and a covariance, shape [d, d].
 *
 * @throws RangeError if the shapes differ, Σ is not symmetric or has a negative eigenvalue beyond round-off, or the rank is not from 1 to d
 */
export function gaussian(mean: Float64Array, sigma: Matrix, { rank = mean.length }: FitOptions = {}): Gaussian {
  requireColumns("gaussian", "Σ", sigma, mean.length);
  if (!(Number.isSafeInteger(rank) && rank >= 1 && rank <= mean.length)) throw new RangeError(`gaussian: rank is ${rank}, expected an integer from 1 to ${mean.length}`);
  const { values, vectors } = eigen(sigma);
  const least = values[values.length - 1];
  if (least < -1e-10 * Math.max(values[0], 0) || values[0] < 0) throw new RangeError(`gaussian: Σ has the eigenvalue ${least}, expected none below 0`);
  const lambda = values.slice(0, rank).map((value) => Math.max(value, 0)); // round-off leaves a 0 on either side of it
  return { mean, U: takeColumns(vectors, rank), lambda };
}

/**
 * The denoiser of a Gaussian, D(x, σ) = μ + U diag(λ_k / (λ_k + σ²)) Uᵀ (x - μ): a Wiener filter, for x of shape [n, d].
 * At σ = 0 it projects onto the span of the features whose variance is not 0.
 *
 * The denoiser throws RangeError if x has not d columns or σ is not a noise level.
 */
export function gaussianDenoiser(g: Gaussian): Denoiser {
  return (x, sigma) => {
    requireSigma("gaussianDenoiser", sigma);
    return fromFeatures(g, scaleColumns(toFeatures("gaussianDenoiser", g, x), g.lambda.map((lambda) => shrinkage(lambda, sigma))));
  };
}

/**
 * The score of a noised Gaussian, s(x, σ) = -(Σ + σ² I)⁻¹ (x - μ), for x of shape [n, d].
 *
 * The score throws RangeError if x has not d columns, σ is not a noise level, or σ = 0 and Σ is singular.
 */
export function gaussianScore(g: Gaussian): Score {
  return (x, sigma) => {
    requireRegular("gaussianScore", "score", g, sigma);
    const c = toFeatures("gaussianScore", g, x);
    if (isFullRank(g)) return multiply(scaleColumns(c, g.lambda.map((lambda) => -1 / (lambda + sigma ** 2))), g.U, { transposeB: true });
    // Outside the span of U, Σ + σ²I is σ²I (Woodbury).
    const inside = multiply(scaleColumns(c, g.lambda.map((lambda) => shrinkage(lambda, sigma))), g.U, { transposeB: true });
    return scale(addScaled(inside, -1, addToRows(x, g.mean, -1)), 1 / sigma ** 2);
  };
}

/**
 * log p(x; σ) of a noised Gaussian,
 * -½ [d log 2π + Σ_k log(λ_k + σ²) + (d - r) log σ² + (x - μ)ᵀ (Σ + σ² I)⁻¹ (x - μ)], of each row of x, shape [n].
 *
 * The density throws RangeError as the score does.
 */
export function gaussianLogDensity(g: Gaussian): (x: Matrix, sigma: number) => Float64Array {
  const score = gaussianScore(g);
  const [d, r] = [g.mean.length, g.lambda.length];
  return (x, sigma) => {
    requireRegular("gaussianLogDensity", "density", g, sigma);
    const s = score(x, sigma);
    let logDeterminant = d === r ? 0 : (d - r) * Math.log(sigma ** 2);
    for (const lambda of g.lambda) logDeterminant += Math.log(lambda + sigma ** 2);
    return Float64Array.from({ length: x.rows }, (_, n) => {
      let squares = 0; // (x - μ)ᵀ (Σ + σ²I)⁻¹ (x - μ) = -(x - μ)ᵀ s
      for (let j = 0; j < d; j++) squares -= (x.values[n * d + j] - g.mean[j]) * s.values[n * d + j];
      return -0.5 * (d * Math.log(2 * Math.PI) + logDeterminant + squares);
    });
  };
}

/**
 * The exact solution of the probability-flow equation of a Gaussian, from x at noise level `from` to the level `to`, up or down:
 * x(σ) = μ + (σ / σ_T) (I - U Uᵀ)(x_T - μ) + Σ_k √((λ_k + σ²) / (λ_k + σ_T²)) u_k u_kᵀ (x_T - μ), shape [n, d] (arXiv 2412.09726).
 *
 * @throws RangeError if x has not d columns, a level is not a noise level, or `from` is 0 and Σ is singular
 */
export function gaussianFlow(g: Gaussian, x: Matrix, from: number, to: number): Matrix {
  requireSigma("gaussianFlow", to);
  requireRegular("gaussianFlow", "flow", g, from);
  const complement = isFullRank(g) ? 0 : to / from;
  const gains = g.lambda.map((lambda) => Math.sqrt((lambda + to ** 2) / (lambda + from ** 2)) - complement);
  const inside = fromFeatures(g, scaleColumns(toFeatures("gaussianFlow", g, x), gains));
  return complement === 0 ? inside : addScaled(inside, complement, addToRows(x, g.mean, -1));
}

/**
 * The fraction of its final size that a feature of variance λ has reached in the denoised D(x_σ, σ) along the flow to σ = 0,
 * √(λ / (λ + σ²)): a function of σ / √λ alone, 1/√2 at the feature's critical noise level σ = √λ (arXiv 2412.09726, 2303.02490).
 *
 * @throws RangeError if λ is not positive or σ is not a noise level
 */
export function emergedFraction(lambda: number, sigma: number): number {
  requireSigma("emergedFraction", sigma);
  if (!(lambda > 0)) throw new RangeError(`emergedFraction: λ is ${lambda}, expected a positive variance: a feature without variance never emerges`);
  return 1 / Math.sqrt(1 + sigma ** 2 / lambda);
}

/** Uᵀ (x - μ) of every row, shape [n, r]: the coordinates in the eigenvectors. */
export function features(g: Gaussian, x: Matrix): Matrix {
  return toFeatures("features", g, x);
}

function toFeatures(where: string, g: Gaussian, x: Matrix): Matrix {
  requireColumns(where, "x", x, g.mean.length);
  return multiply(addToRows(x, g.mean, -1), g.U);
}

function fromFeatures(g: Gaussian, c: Matrix): Matrix {
  return addToRows(multiply(c, g.U, { transposeB: true }), g.mean);
}

/** λ / (λ + σ²), and 0 where both are 0: no variance, nothing to keep. */
function shrinkage(lambda: number, sigma: number): number {
  return lambda === 0 ? 0 : lambda / (lambda + sigma ** 2);
}

function isFullRank(g: Gaussian): boolean {
  return g.lambda.length === g.mean.length;
}

function requireRegular(where: string, what: string, g: Gaussian, sigma: number): void {
  requireSigma(where, sigma);
  if (sigma > 0) return;
  const zero = g.lambda.findIndex((lambda) => lambda === 0);
  if (zero >= 0) throw new RangeError(`${where}: λ[${zero}] + σ² = 0; the ${what} of a degenerate Gaussian needs σ > 0`);
  if (!isFullRank(g)) throw new RangeError(`${where}: σ = 0 and Σ has rank ${g.lambda.length} in ${g.mean.length} dimensions; the ${what} of a degenerate Gaussian needs σ > 0`);
}
