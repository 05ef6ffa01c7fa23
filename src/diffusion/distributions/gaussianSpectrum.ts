import { addScaled, matrix, scale, squaredLengths, type Matrix } from "../../math/matrix.js";
import { multiply, multiplyInto } from "../../math/multiply.js";
import { sharedRoom } from "../../math/room.js";
import { requirePoints, requireSigma } from "../score.js";

/** N(μ, Σ) held by its eigendecomposition, so that Σ + σ²I is inverted for every σ at no cost. */
export interface GaussianParameters {
  /** μ, shape [d] */
  readonly mean: Float64Array;
  /** U, shape [d, r]; column k is the k-th eigenvector */
  readonly U: Matrix;
  /** λ, shape [r], decreasing; λ_k ≥ 0, in the unit of x squared */
  readonly lambda: Float64Array;
  /** the variance in every direction outside the span of U; 0 without it */
  readonly residualVariance?: number;
}

/**
 * A function f(Σ), as f(λ_k) on the eigenvectors and f(residualVariance) outside their span, which is all that is ever
 * needed of it.
 */
export interface Spectrum {
  /** f(residualVariance), 0 where the eigenvectors span the space */
  readonly isotropic: number;
  /** f(λ_k) - isotropic, shape [r]: f(Σ) = isotropic · I + U diag(lowRank) Uᵀ */
  readonly lowRank: Float64Array;
}

/** Returns f(Σ) of a function of the eigenvalues. */
export function spectrum(g: GaussianParameters, f: (lambda: number) => number): Spectrum {
  const isotropic = isFullRank(g) ? 0 : f(g.residualVariance ?? 0);
  return { isotropic, lowRank: g.lambda.map((lambda) => f(lambda) - isotropic) };
}

/** Returns -(Σ + σ²I)⁻¹, which makes the score of x - μ. */
export function scoreOperator(g: GaussianParameters, sigma: number): Spectrum {
  return spectrum(g, (lambda) => -1 / (lambda + sigma ** 2));
}

/** Returns tr f(Σ). */
export function spectrumTrace(g: GaussianParameters, { isotropic, lowRank }: Spectrum): number {
  return lowRank.reduce((sum, value) => sum + value, isotropic * g.mean.length);
}

/** Returns log det (Σ + σ²I). */
export function logDeterminant(g: GaussianParameters, sigma: number): number {
  const [d, r] = [g.mean.length, g.lambda.length];
  const outside = d === r ? 0 : (d - r) * Math.log((g.residualVariance ?? 0) + sigma ** 2);
  return g.lambda.reduce((sum, lambda) => sum + Math.log(lambda + sigma ** 2), outside);
}

/** Returns λ / (λ + σ²), and 0 where both are 0: no variance, nothing to keep. */
export function shrinkage(lambda: number, sigma: number): number {
  return lambda === 0 ? 0 : lambda / (lambda + sigma ** 2);
}

/** Whether the eigenvectors span the space. */
export function isFullRank(g: GaussianParameters): boolean {
  return g.lambda.length === g.mean.length;
}

/** @throws RangeError if σ is not a noise level, or Σ + σ²I is singular */
export function requireRegular(where: string, what: string, g: GaussianParameters, sigma: number): void {
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

/** Returns f(Σ) (x - μ) of every row. @throws RangeError if x has not d columns or holds a value that is not finite */
export function applySpectral(where: string, g: GaussianParameters, f: Spectrum, x: Matrix): Matrix {
  requirePoints(where, "x", x, g.mean.length);
  const { isotropic, lowRank } = f;
  const [n, d, r] = [x.rows, x.cols, lowRank.length];
  const centred = centredPoints(x, g.mean);
  if (r === 0) return scale(centred, isotropic);
  // By f(Σ) itself where the points are so many that to make it costs less than the second product.
  const inside =
    n * (2 * r - d) > (d * r) / 2
      ? multiply(centred, spanned(g.U, lowRank))
      : multiply(scaledInPlace(featuresOf(g, centred), lowRank), g.U, { transposeB: true });
  return isotropic === 0 ? inside : addScaled(inside, isotropic, centred);
}

/** x - μ, in room that the next call takes again. */
export function centredPoints({ rows, cols, values }: Matrix, mean: Float64Array): Matrix {
  const y = matrix(rows, cols, sharedRoom("centred points", values.length));
  for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < cols; j++, at++) y.values[at] = values[at] - mean[j];
  return y;
}

/** Uᵀ y, in room that the next call takes again. */
export function featuresOf({ U }: GaussianParameters, y: Matrix): Matrix {
  const features = matrix(y.rows, U.cols, sharedRoom("features", y.rows * U.cols));
  multiplyInto(features, y, U);
  return features;
}

function scaledInPlace(m: Matrix, factors: Float64Array): Matrix {
  for (let i = 0, at = 0; i < m.rows; i++) for (let j = 0; j < m.cols; j++, at++) m.values[at] *= factors[j];
  return m;
}

/**
 * U diag(f) Uᵀ, in room that the next call takes again; where all of f has one sign, as a product of a matrix and its
 * transpose.
 */
function spanned(U: Matrix, f: Float64Array): Matrix {
  const product = matrix(U.rows, U.rows, sharedRoom("spanned", U.rows ** 2));
  const sign = f[0] < 0 ? -1 : 1,
    isDefinite = f.every((value) => sign * value >= 0);
  const scaled = matrix(U.rows, U.cols, sharedRoom("scaled", U.values.length));
  scaled.values.set(U.values);
  scaledInPlace(scaled, isDefinite ? f.map((value) => Math.sqrt(sign * value)) : f);
  multiplyInto(product, scaled, isDefinite ? scaled : U, { transposeB: true, alpha: isDefinite ? sign : 1 });
  return product;
}

/** A Gaussian at n noised points. */
export interface NoisedGaussian {
  /** Uᵀ (x - μ), shape [n, r] */
  readonly features: Matrix;
  /** shape [n] */
  readonly logDensity: Float64Array;
  /** |s|², shape [n] */
  readonly squaredScore: Float64Array;
}

/** Returns a Gaussian at points of which y holds x - μ. */
export function noisedAt(g: GaussianParameters, y: Matrix, sigma: number, features = multiply(y, g.U)): NoisedGaussian {
  const { isotropic } = scoreOperator(g, sigma);
  // what the eigenvectors leave of a point, itself: ‖y‖² less its part in their span would be rounded at the size of ‖y‖²
  const beyond = isotropic === 0 ? undefined : squaredLengths(outside(y, g.U, features));
  const inverse = g.lambda.map((lambda) => 1 / (lambda + sigma ** 2));
  const constant = -0.5 * (y.cols * Math.log(2 * Math.PI) + logDeterminant(g, sigma));
  const [logDensity, squaredScore] = [new Float64Array(y.rows), new Float64Array(y.rows)];
  for (let n = 0, i = 0; n < y.rows; n++) {
    let [squares, scores] = beyond ? [-isotropic * beyond[n], isotropic ** 2 * beyond[n]] : [0, 0];
    for (let j = 0; j < inverse.length; j++, i++) {
      const value = features.values[i];
      const weighted = value * inverse[j];
      squares += value * weighted;
      scores += weighted * weighted;
    }
    logDensity[n] = constant - 0.5 * squares;
    squaredScore[n] = scores;
  }
  return { features, logDensity, squaredScore };
}

/** y - U c of every row. */
function outside(y: Matrix, U: Matrix, c: Matrix): Matrix {
  const rest = matrix(y.rows, y.cols, y.values.slice());
  multiplyInto(rest, c, U, { transposeB: true, alpha: -1, beta: 1 });
  return rest;
}
