import { addToRows, scaleColumns, takeColumns, type Matrix } from "../math/matrix.js";
import { multiply } from "../math/multiply.js";
import { randomOrthogonal } from "../math/qr.js";
import { normal, type Source } from "../math/random.js";

/** Draws of N(μ, U diag(λ) Uᵀ), and that Gaussian. */
export interface SpectrumSet {
  /** shape [n, d] */
  readonly points: Matrix;
  /** μ, shape [d] */
  readonly mean: Float64Array;
  /** U, shape [d, r], random orthonormal columns */
  readonly U: Matrix;
  /** λ, shape [r], decreasing */
  readonly lambda: Float64Array;
  /** r, the number of positive variances */
  readonly dimension: number;
}

/**
 * Draws `count` points of a Gaussian with the given variances along random orthogonal directions of a space of
 * `ambient` dimensions; in the unit of the square roots of the variances. Intrinsic dimension: the number of positive
 * variances.
 *
 * @throws RangeError if there is no variance, one is not positive, they increase, there are more than dimensions, or
 * the mean has another length
 */
export function gaussianWithSpectrum(
  count: number,
  lambda: ArrayLike<number>,
  source: Source,
  { ambient = lambda.length, mean = new Float64Array(ambient) }: { ambient?: number; mean?: Float64Array } = {},
): SpectrumSet {
  const r = lambda.length;
  if (r === 0) throw new RangeError("gaussianWithSpectrum: no variances, expected at least one");
  for (let k = 0; k < r; k++)
    if (!(lambda[k] > 0 && lambda[k] < Infinity && (k === 0 || lambda[k] <= lambda[k - 1])))
      throw new RangeError(
        `gaussianWithSpectrum: λ[${k}] is ${lambda[k]}${k === 0 ? "" : ` after ${lambda[k - 1]}`}, expected positive numbers in decreasing order; leave zeros out and set \`ambient\``,
      );
  if (!(Number.isSafeInteger(ambient) && ambient >= r))
    throw new RangeError(
      `gaussianWithSpectrum: ${ambient} dimensions, expected an integer of at least ${r}, the number of variances`,
    );
  if (mean.length !== ambient)
    throw new RangeError(`gaussianWithSpectrum: the mean has ${mean.length} entries, expected ${ambient}`);
  const U = takeColumns(randomOrthogonal(source, ambient), r);
  const features = scaleColumns(normal(source, count, r), Float64Array.from(lambda, Math.sqrt));
  return {
    points: addToRows(multiply(features, U, { transposeB: true }), mean),
    mean,
    U,
    lambda: Float64Array.from(lambda),
    dimension: r,
  };
}

/**
 * Returns d variances that fall as a power of their rank, λ_k ∝ k^-exponent, with the given sum, as those of
 * photographs do.
 *
 * @throws RangeError if d is not a positive integer
 */
export function powerLawSpectrum(d: number, exponent: number, trace: number): Float64Array {
  if (!(Number.isSafeInteger(d) && d > 0))
    throw new RangeError(`powerLawSpectrum: ${d} variances, expected a positive integer`);
  const powers = Float64Array.from({ length: d }, (_, k) => (k + 1) ** -exponent);
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => (trace * power) / sum);
}
