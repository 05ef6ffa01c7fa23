import { addScaled, addToRows, matrix, scaleColumns, type Matrix } from "../../math/matrix.js";
import { cacheOnDevice, nativeAvailable, withNative, type Tensor } from "../../math/native.js";
import { multiply } from "../../math/multiply.js";
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

/** Multiplications from which both products stay native. */
const NATIVE_FROM = 100_000;

/** Returns f(Σ) (x - μ) of every row. @throws RangeError if x has not d columns or holds a value that is not finite */
export function applySpectral(where: string, g: GaussianParameters, f: Spectrum, x: Matrix): Matrix {
  requirePoints(where, "x", x, g.mean.length);
  const { isotropic, lowRank } = f;
  if (x.values.length * lowRank.length >= NATIVE_FROM && nativeAvailable()) return applySpectralNatively(g, f, x);
  const centred = addToRows(x, g.mean, -1);
  if (lowRank.length === 0) return scaleColumns(centred, new Float64Array(x.cols).fill(isotropic));
  const inside = multiply(scaleColumns(multiply(centred, g.U), lowRank), g.U, { transposeB: true });
  return isotropic === 0 ? inside : addScaled(inside, isotropic, centred);
}

/** By f(Σ) itself where the points are so many that to make it costs less than the second product. */
function applySpectralNatively(g: GaussianParameters, { isotropic, lowRank }: Spectrum, x: Matrix): Matrix {
  const [n, d, r] = [x.rows, x.cols, lowRank.length];
  const dense = n * (2 * r - d) > d * r;
  return withNative((ops) => {
    const U = ops.upload(cacheOnDevice(g.U));
    const centred = ops.sub(ops.upload(x), ops.upload(matrix(1, d, g.mean)));
    let result: Tensor;
    if (dense)
      result = ops.matMul(centred, ops.matMul(ops.mul(U, ops.upload(matrix(1, r, lowRank))), U, { transposeB: true }));
    else {
      // Points as columns: of few points the faster way round.
      const c = ops.matMul(U, centred, { transposeA: true, transposeB: true });
      result = ops.matMul(ops.mul(c, ops.upload(matrix(r, 1, lowRank))), U, { transposeA: true, transposeB: true });
    }
    if (isotropic !== 0)
      result = ops.add(result, ops.mul(centred, ops.upload(matrix(1, 1, Float64Array.of(isotropic)))));
    return matrix(n, d, ops.download(result));
  });
}
