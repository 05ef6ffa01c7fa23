import { eigen } from "../../math/eigen.js";
import { scaleColumns, squaredLengths, takeColumns, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { qr } from "../../math/qr.js";
import { normal, type Source } from "../../math/random.js";
import type { GaussianParameters } from "../../diffusion/distributions/gaussianSpectrum.js";

/** Eigenvalues below this part of the largest are round-off. */
const NEGLIGIBLE = 1e-9;

/**
 * The k leading eigenvectors of a covariance of shape [d, d] as orthonormal columns, shape [d, k]; undefined if less
 * than k eigenvalues are above round-off.
 *
 * @throws RangeError if k is not an integer from 1 to d
 */
export function leadingDirections(covariance: Matrix, k: number): Matrix | undefined {
  requireCount("leadingDirections", k, covariance.rows);
  const { values, vectors } = eigen(covariance);
  return values[k - 1] > NEGLIGIBLE * values[0] ? takeColumns(vectors, k) : undefined;
}

/**
 * Draws k vectors of N(0, Σ), the covariance of a Gaussian, and orthonormalises them, shape [d, k]: directions that are
 * as the data have them, the leading ones most of all, and know nothing of the place.
 *
 * @throws RangeError if k is not an integer from 1 to the rank of the covariance
 */
export function randomDirections({ U, lambda }: GaussianParameters, k: number, source: Source): Matrix {
  requireCount("randomDirections", k, lambda.filter((value) => value > NEGLIGIBLE * lambda[0]).length);
  const z = scaleColumns(normal(source, k, lambda.length), lambda.map(Math.sqrt));
  return qr(multiply(U, z, { transposeB: true })).Q;
}

/** Returns ‖Vᵀ a‖² of every row of a, shape [n]: what of it lies in the span of V, orthonormal columns. */
export function projectedSquares(a: Matrix, V: Matrix): Float64Array {
  return squaredLengths(multiply(a, V));
}

function requireCount(where: string, k: number, most: number): void {
  if (!(Number.isSafeInteger(k) && k >= 1 && k <= most))
    throw new RangeError(`${where}: k is ${k}, expected an integer from 1 to ${most}`);
}
