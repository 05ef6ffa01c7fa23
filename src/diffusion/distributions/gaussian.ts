import { eigen } from "../../math/eigen.js";
import {
  addScaled,
  addToRows,
  matrix,
  requireColumns,
  requireSameShape,
  scaleColumns,
  takeColumns,
  type Matrix,
} from "../../math/matrix.js";
import { cacheOnDevice, nativeAvailable, withNative, type Tensor } from "../../math/native.js";
import { multiply } from "../../math/multiply.js";
import { columnMeans, covariance } from "../../math/stats.js";
import type { Divergence, JacobianProduct } from "../jacobian.js";
import { requirePoints, requireSigma, type Denoiser, type LogDensity, type Score } from "../score.js";

/** N(μ, Σ) held by its eigendecomposition, so that Σ + σ²I is inverted for every σ at no cost. */
export interface Gaussian {
  /** μ, shape [d] */
  readonly mean: Float64Array;
  /** U, shape [d, r]; column k is the k-th eigenvector */
  readonly U: Matrix;
  /** λ, shape [r], decreasing; λ_k ≥ 0, in the unit of x squared */
  readonly lambda: Float64Array;
  /** the variance in every direction outside the span of U; 0 without it */
  readonly residualVariance?: number;
}

export interface FitOptions {
  /** eigenvectors kept, the leading ones; all without it */
  readonly rank?: number;
}

/**
 * The Gaussian with the mean and the population covariance (divided by n) of the points, shape [n, d].
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
 * N(μ, Σ) of a mean, shape [d], and a covariance, shape [d, d].
 *
 * @throws RangeError if the shapes differ, a value is not finite, Σ is not symmetric or has a negative eigenvalue
 * beyond round-off, or the rank is not from 1 to d
 */
export function gaussian(mean: Float64Array, sigma: Matrix, { rank = mean.length }: FitOptions = {}): Gaussian {
  requireColumns("gaussian", "Σ", sigma, mean.length);
  const bad = mean.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new RangeError(`gaussian: μ[${bad}] is ${mean[bad]}, expected finite values`);
  if (!(Number.isSafeInteger(rank) && rank >= 1 && rank <= mean.length))
    throw new RangeError(`gaussian: rank is ${rank}, expected an integer from 1 to ${mean.length}`);
  const { values, vectors } = eigen(sigma);
  const least = values[values.length - 1];
  if (least < -1e-10 * Math.max(values[0], 0) || values[0] < 0)
    throw new RangeError(`gaussian: Σ has the eigenvalue ${least}, expected none below 0`);
  const lambda = values.slice(0, rank).map((value) => Math.max(value, 0)); // round-off leaves a 0 on either side of it
  return { mean, U: takeColumns(vectors, rank), lambda };
}

/**
 * N(μ, variance · I), which has no eigenvectors of its own; with variance 0 the point μ, whose score (μ - x) / σ² is
 * the mean-only model.
 *
 * @throws RangeError if the variance is negative or not finite
 */
export function isotropicGaussian(mean: Float64Array, variance = 0): Gaussian {
  if (!(variance >= 0 && variance < Infinity))
    throw new RangeError(`isotropicGaussian: the variance is ${variance}, expected a finite number of at least 0`);
  return { mean, U: matrix(mean.length, 0), lambda: new Float64Array(0), residualVariance: variance };
}

/**
 * The denoiser of a Gaussian, D(x, σ) = μ + U diag(λ_k / (λ_k + σ²)) Uᵀ (x - μ): a Wiener filter, for x of shape [n,
 * d]. At σ = 0 it projects onto the span of the features whose variance is not 0.
 *
 * The denoiser throws RangeError if x has not d columns or holds a value that is not finite, or σ is not a noise level.
 */
export function gaussianDenoiser(g: Gaussian): Denoiser {
  return (x, sigma) => {
    requireSigma("gaussianDenoiser", sigma);
    return addToRows(
      applied(
        "gaussianDenoiser",
        g,
        spectrum(g, (lambda) => shrinkage(lambda, sigma)),
        x,
      ),
      g.mean,
    );
  };
}

/**
 * The score of a noised Gaussian, s(x, σ) = -(Σ + σ² I)⁻¹ (x - μ), for x of shape [n, d].
 *
 * The score throws RangeError if x has not d columns or holds a value that is not finite, σ is not a noise level, or σ
 * = 0 and Σ is singular.
 */
export function gaussianScore(g: Gaussian): Score {
  return (x, sigma) => {
    requireRegular("gaussianScore", "score", g, sigma);
    return applied("gaussianScore", g, scoreOperator(g, sigma), x);
  };
}

/**
 * log p(x; σ) of a noised Gaussian,
 * -½ [d log 2π + Σ_k log(λ_k + σ²) + (d - r) log σ² + (x - μ)ᵀ (Σ + σ² I)⁻¹ (x - μ)], of each row of x, shape [n].
 *
 * The density throws RangeError as the score does.
 */
export function gaussianLogDensity(g: Gaussian): LogDensity {
  return (x, sigma) => {
    requireRegular("gaussianLogDensity", "density", g, sigma);
    const s = applied("gaussianLogDensity", g, scoreOperator(g, sigma), x);
    const d = g.mean.length;
    const constant = d * Math.log(2 * Math.PI) + logDeterminant(g, sigma);
    return Float64Array.from({ length: x.rows }, (_, n) => {
      let squares = 0; // (x - μ)ᵀ (Σ + σ²I)⁻¹ (x - μ) = -(x - μ)ᵀ s
      for (let j = 0; j < d; j++) squares -= (x.values[n * d + j] - g.mean[j]) * s.values[n * d + j];
      return -0.5 * (constant + squares);
    });
  };
}

/** -(Σ + σ² I)⁻¹ v: the Jacobian of the score is the same at every x. It throws as the score does. */
export function gaussianJacobianProduct(g: Gaussian): JacobianProduct {
  const centred = { ...g, mean: new Float64Array(g.mean.length) };
  return (x, sigma, v) => {
    requireRegular("gaussianJacobianProduct", "Jacobian", g, sigma);
    requireSameShape("gaussianJacobianProduct", x, v);
    return applied("gaussianJacobianProduct", centred, scoreOperator(g, sigma), v);
  };
}

/** ∇ · s = -tr (Σ + σ² I)⁻¹, the same at every x. It throws as the score does. */
export function gaussianDivergence(g: Gaussian): Divergence {
  return (x, sigma) => {
    requireRegular("gaussianDivergence", "divergence", g, sigma);
    requirePoints("gaussianDivergence", "x", x, g.mean.length);
    return new Float64Array(x.rows).fill(spectrumTrace(g, scoreOperator(g, sigma)));
  };
}

/**
 * The exact solution of the probability-flow equation of a Gaussian, from x at noise level `from` to the level `to`, up
 * or down: x(σ) = μ + (σ / σ_T) (I - U Uᵀ)(x_T - μ) + Σ_k √((λ_k + σ²) / (λ_k + σ_T²)) u_k u_kᵀ (x_T - μ), shape [n, d]
 * (arXiv 2412.09726).
 *
 * @throws RangeError if x has not d columns or holds a value that is not finite, a level is not a noise level, or
 * `from` is 0 and Σ is singular
 */
export function gaussianFlow(g: Gaussian, x: Matrix, from: number, to: number): Matrix {
  requireSigma("gaussianFlow", to);
  requireRegular("gaussianFlow", "flow", g, from);
  return addToRows(
    applied(
      "gaussianFlow",
      g,
      spectrum(g, (lambda) => Math.sqrt((lambda + to ** 2) / (lambda + from ** 2))),
      x,
    ),
    g.mean,
  );
}

/**
 * The fraction of its final size that a feature of variance λ has reached in the denoised D(x_σ, σ) along the flow to σ
 * = 0, √(λ / (λ + σ²)): a function of σ / √λ alone, 1/√2 at the feature's critical noise level σ = √λ (arXiv
 * 2412.09726, 2303.02490).
 *
 * @throws RangeError if λ is not positive or σ is not a noise level
 */
export function emergedFraction(lambda: number, sigma: number): number {
  requireSigma("emergedFraction", sigma);
  if (!(lambda > 0))
    throw new RangeError(
      `emergedFraction: λ is ${lambda}, expected a positive variance: a feature without variance never emerges`,
    );
  return 1 / Math.sqrt(1 + sigma ** 2 / lambda);
}

/** Uᵀ (x - μ) of every row, shape [n, r]: the coordinates in the eigenvectors. */
export function principalComponents(g: Gaussian, x: Matrix): Matrix {
  requirePoints("features", "x", x, g.mean.length);
  return multiply(addToRows(x, g.mean, -1), g.U);
}

/**
 * A function f(Σ): f(λ_k) on the eigenvectors and f(rest) outside their span, which is everything of them that is ever
 * needed.
 */
export interface Spectrum {
  /** f(rest), 0 where the eigenvectors span the space */
  readonly isotropic: number;
  /** f(λ_k) - outside, shape [r]: f(Σ) = outside · I + U diag(gains) Uᵀ */
  readonly lowRank: Float64Array;
}

export function spectrum(g: Gaussian, f: (lambda: number) => number): Spectrum {
  const outside = isFullRank(g) ? 0 : f(g.residualVariance ?? 0);
  return { isotropic: outside, lowRank: g.lambda.map((lambda) => f(lambda) - outside) };
}

/** -(Σ + σ²I)⁻¹ */
export function scoreOperator(g: Gaussian, sigma: number): Spectrum {
  return spectrum(g, (lambda) => -1 / (lambda + sigma ** 2));
}

export function spectrumTrace(g: Gaussian, { isotropic: outside, lowRank: gains }: Spectrum): number {
  return gains.reduce((sum, gain) => sum + gain, outside * g.mean.length);
}

/** log det (Σ + σ²I) */
export function logDeterminant(g: Gaussian, sigma: number): number {
  const [d, r] = [g.mean.length, g.lambda.length];
  const outside = d === r ? 0 : (d - r) * Math.log((g.residualVariance ?? 0) + sigma ** 2);
  return g.lambda.reduce((sum, lambda) => sum + Math.log(lambda + sigma ** 2), outside);
}

/** λ / (λ + σ²), and 0 where both are 0: no variance, nothing to keep. */
export function shrinkage(lambda: number, sigma: number): number {
  return lambda === 0 ? 0 : lambda / (lambda + sigma ** 2);
}

export function isFullRank(g: Gaussian): boolean {
  return g.lambda.length === g.mean.length;
}

export function requireRegular(where: string, what: string, g: Gaussian, sigma: number): void {
  requireSigma(where, sigma);
  if (1 / sigma ** 2 < Infinity) return; // below about 1e-154 σ² is 0 in float64, or as good as that
  const zero = g.lambda.findIndex((lambda) => lambda === 0);
  if (zero >= 0)
    throw new RangeError(`${where}: λ[${zero}] + σ² = 0; the ${what} of a degenerate Gaussian needs σ > 0`);
  if (!isFullRank(g) && !g.residualVariance)
    throw new RangeError(
      `${where}: σ = ${sigma} and Σ has rank ${g.lambda.length} in ${g.mean.length} dimensions; the ${what} of a degenerate Gaussian needs σ > 0`,
    );
}

/** Multiplications from which both products stay native. */
const NATIVE_FROM = 100_000;

/** f(Σ) (x - μ) of every row. */
function applied(where: string, g: Gaussian, f: Spectrum, x: Matrix): Matrix {
  requirePoints(where, "x", x, g.mean.length);
  const { isotropic: outside, lowRank: gains } = f;
  const fast = x.values.length * gains.length >= NATIVE_FROM && nativeAvailable();
  if (fast) return nativelyApplied(g, f, x);
  const centred = addToRows(x, g.mean, -1);
  if (gains.length === 0) return scaleColumns(centred, new Float64Array(x.cols).fill(outside));
  const inside = multiply(scaleColumns(multiply(centred, g.U), gains), g.U, { transposeB: true });
  return outside === 0 ? inside : addScaled(inside, outside, centred);
}

/** By f(Σ) itself where the points are so many that to make it costs less than the second product. */
function nativelyApplied(g: Gaussian, { isotropic: outside, lowRank: gains }: Spectrum, x: Matrix): Matrix {
  const [n, d, r] = [x.rows, x.cols, gains.length];
  const dense = n * (2 * r - d) > d * r;
  return withNative((ops) => {
    const U = ops.upload(cacheOnDevice(g.U));
    const centred = ops.sub(ops.upload(x), ops.upload(matrix(1, d, g.mean)));
    let result: Tensor;
    if (dense)
      result = ops.matMul(centred, ops.matMul(ops.mul(U, ops.upload(matrix(1, r, gains))), U, { transposeB: true }));
    else {
      // Points as columns: of few points the faster way round.
      const c = ops.matMul(U, centred, { transposeA: true, transposeB: true });
      result = ops.matMul(ops.mul(c, ops.upload(matrix(r, 1, gains))), U, { transposeA: true, transposeB: true });
    }
    if (outside !== 0) result = ops.add(result, ops.mul(centred, ops.upload(matrix(1, 1, Float64Array.of(outside)))));
    return matrix(n, d, ops.download(result));
  });
}
