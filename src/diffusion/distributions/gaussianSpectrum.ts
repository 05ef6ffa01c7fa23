import { addScaled, matrix, scale, squaredLengths, type Matrix } from "../../math/matrix.js";
import { gramInto, multiply, multiplyInto, multiplySymmetricInto } from "../../math/multiply.js";
import { room, sharedRoom } from "../../math/room.js";
import { subtractTo, weightedSquare, weighTo } from "../../math/slices.js";
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

/** Returns the logarithm of what stands before the exponential of N(μ, Σ + σ²I). */
export function logFactor(g: GaussianParameters, sigma: number): number {
  return -0.5 * (g.mean.length * Math.log(2 * Math.PI) + logDeterminant(g, sigma));
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
  const centred = centredPoints(x, g.mean);
  if (lowRank.length === 0) return scale(centred, isotropic);
  const inside = matrix(x.rows, x.cols, room(x.values.length));
  if (isWorthItsMatrix(g, x.rows)) multiplySymmetricInto(inside, centred, spanned(g.U, lowRank));
  else multiplyInto(inside, scaledInPlace(featuresOf(g, centred), lowRank), g.U, { transposeB: true });
  return isotropic === 0 ? inside : addScaled(inside, isotropic, centred);
}

/** Whether the points are so many that to make U diag(f) Uᵀ costs less than a second product with U. */
export function isWorthItsMatrix(
  { mean: { length: d }, lambda: { length: r } }: GaussianParameters,
  n: number,
): boolean {
  return n * (2 * r - d) > (d * r) / 2;
}

/** x - μ, in room that the next call takes again. */
export function centredPoints({ rows, cols, values }: Matrix, mean: Float64Array): Matrix {
  const y = matrix(rows, cols, sharedRoom("centred points", values.length));
  for (let at = 0; at < values.length; at += cols) subtractTo(y.values, at, values, at, mean);
  return y;
}

/** Uᵀ y, in room that the next call takes again. */
export function featuresOf({ U }: GaussianParameters, y: Matrix): Matrix {
  const features = matrix(y.rows, U.cols, sharedRoom("features", y.rows * U.cols));
  multiplyInto(features, y, U);
  return features;
}

function scaledInPlace(m: Matrix, factors: Float64Array): Matrix {
  for (let at = 0; at < m.values.length; at += m.cols) weighTo(m.values, at, 1, factors, m.values, at);
  return m;
}

/**
 * U diag(f) Uᵀ for `multiplySymmetricInto`, in room that the next call takes again; where all of f has one sign, half of
 * it as a product of a matrix and its transpose.
 */
export function spanned(U: Matrix, f: Float64Array): Matrix {
  const [d, r] = [U.rows, U.cols];
  const sign = f[0] < 0 ? -1 : 1;
  const one = f.every((value) => sign * value >= 0);
  const factors = one ? f.map((value) => Math.sqrt(sign * value)) : f;
  const scaled = matrix(d, r, sharedRoom("scaled eigenvectors", d * r));
  for (let at = 0; at < d * r; at += r) weighTo(scaled.values, at, 1, factors, U.values, at);
  const product = matrix(d, d, sharedRoom("spanned", d * d));
  if (one) gramInto(product, scaled, sign);
  else multiplyInto(product, scaled, U, { transposeB: true });
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
export function noisedAt(g: GaussianParameters, y: Matrix, sigma: number): NoisedGaussian {
  const features = multiply(y, g.U);
  const beyond = beyondSpan(g, y, features);
  return {
    features,
    logDensity: logDensityOf(g, y, sigma, features, beyond),
    squaredScore: quadratic(g, features, beyond, (lambda) => (lambda + sigma ** 2) ** -2),
  };
}

/** Returns its log density alone, shape [n], where the features Uᵀ (x - μ) are known. */
export function logDensityOf(
  g: GaussianParameters,
  y: Matrix,
  sigma: number,
  features: Matrix,
  beyond = beyondSpan(g, y, features),
): Float64Array {
  const factor = logFactor(g, sigma);
  return quadratic(g, features, beyond, (lambda) => 1 / (lambda + sigma ** 2)).map((square) => factor - 0.5 * square);
}

/** yᵀ f(Σ) y of every row, shape [n]. */
function quadratic(
  g: GaussianParameters,
  features: Matrix,
  beyond: Float64Array | undefined,
  f: (lambda: number) => number,
): Float64Array {
  const gains = g.lambda.map(f);
  const outside = beyond ? f(g.residualVariance ?? 0) : 0;
  const squares = new Float64Array(features.rows);
  for (let n = 0; n < squares.length; n++)
    squares[n] = (beyond ? outside * beyond[n] : 0) + weightedSquare(gains, features.values, n * gains.length);
  return squares;
}

/** What the eigenvectors leave of ‖y‖², itself: ‖y‖² less its part in their span would be rounded at the size of ‖y‖². */
function beyondSpan(g: GaussianParameters, y: Matrix, features: Matrix): Float64Array | undefined {
  return isFullRank(g) ? undefined : squaredLengths(outside(y, g.U, features));
}

/** y - U c of every row. */
function outside(y: Matrix, U: Matrix, c: Matrix): Matrix {
  const rest = matrix(y.rows, y.cols, y.values.slice());
  multiplyInto(rest, c, U, { transposeB: true, alpha: -1, beta: 1 });
  return rest;
}
