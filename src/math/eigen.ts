import { matrix, norm, requireSquare, type Matrix } from "./matrix.js";
import { nativeAvailable } from "./backend/binding.js";
import * as mlMatrix from "./backend/mlMatrix.js";
import * as native from "./backend/native.js";
import type { ComplexEigenvalues, Eigen } from "./decompositions.js";

/** Size from which the native decomposition is faster. */
const NATIVE_FROM = 32;

/** Relative to ‖A‖: what round-off leaves between A and Aᵀ is far below, a wrong matrix far above. */
const SYMMETRY_TOLERANCE = 1e-10;

/**
 * Decomposes a symmetric matrix into eigenvalues, decreasing, and eigenvectors, their signs independent of the
 * implementation.
 *
 * @throws RangeError if A is empty, not square, not symmetric to 1e-10 of its norm, or holds a value that is not finite
 */
export function eigen(a: Matrix): Eigen {
  requireSymmetric("eigen", a);
  return ordered(a.rows >= NATIVE_FROM && nativeAvailable() ? native.eigen(a) : mlMatrix.eigen(a));
}

/** The reference implementation of `eigen`, without TensorFlow: Householder tridiagonalisation and QL. */
export function eigenReference(a: Matrix): Eigen {
  requireSymmetric("eigen", a);
  return ordered(mlMatrix.eigen(a));
}

/**
 * Checks that a matrix is symmetric.
 *
 * @throws RangeError if a matrix is empty, not square, not symmetric to 1e-10 of its norm, or holds a value that is not
 * finite
 */
export function requireSymmetric(where: string, a: Matrix): void {
  requireSquare(where, a);
  if (a.rows === 0) throw new RangeError(`${where}: the matrix is 0 × 0, expected at least one row`);
  const size = requireFinite(where, a);
  for (let i = 0; i < a.rows; i++)
    for (let j = 0; j < i; j++) {
      const lower = a.values[i * a.cols + j],
        upper = a.values[j * a.cols + i];
      if (Math.abs(lower - upper) > SYMMETRY_TOLERANCE * size)
        throw new RangeError(
          `${where}: entry (${i}, ${j}) is ${lower} but (${j}, ${i}) is ${upper}, expected a symmetric matrix; pass (A + Aᵀ) / 2 if the difference is noise`,
        );
    }
}

/**
 * The eigenvalues of any square matrix, complex ones in pairs, by decreasing real part; in plain code, for small
 * matrices.
 *
 * @throws RangeError if A is empty, not square or holds a value that is not finite
 */
export function eigenvalues(a: Matrix): ComplexEigenvalues {
  requireSquare("eigenvalues", a);
  if (a.rows === 0) throw new RangeError("eigenvalues: the matrix is 0 × 0, expected at least one row");
  requireFinite("eigenvalues", a);
  const { real, imaginary } = mlMatrix.eigenvalues(a);
  const order = [...real.keys()].sort((i, j) => real[j] - real[i] || imaginary[j] - imaginary[i]);
  return { real: Float64Array.from(order, (i) => real[i]), imaginary: Float64Array.from(order, (i) => imaginary[i]) };
}

function ordered({ values, vectors }: Eigen): Eigen {
  const { rows, cols } = vectors;
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[b] - values[a]);
  const signs = leadingSigns(vectors);
  const sorted = matrix(rows, cols);
  for (let i = 0, at = 0; i < rows; i++)
    for (let k = 0; k < cols; k++, at++) sorted.values[at] = signs[order[k]] * vectors.values[i * cols + order[k]];
  return { values: Float64Array.from(order, (from) => values[from]), vectors: sorted };
}

/** Returns the norm of a matrix. @throws RangeError if a value is not finite */
export function requireFinite(where: string, a: Matrix): number {
  const size = norm(a);
  if (!Number.isFinite(size))
    throw new RangeError(
      `${where}: the matrix holds ${Number.isNaN(size) ? "NaN" : "an infinite value"}, expected finite values`,
    );
  return size;
}

/**
 * The sign of every column, ±1: that of its first entry of the largest magnitude up to round-off, so that noise does
 * not tell equal ones apart.
 */
export function leadingSigns({ rows, cols, values }: Matrix): Float64Array {
  const [largest, signs] = [new Float64Array(cols), new Float64Array(cols)];
  for (let i = 0, at = 0; i < rows; i++)
    for (let k = 0; k < cols; k++, at++) largest[k] = Math.max(largest[k], Math.abs(values[at]));
  for (let i = 0, at = 0; i < rows; i++)
    for (let k = 0; k < cols; k++, at++)
      if (signs[k] === 0 && Math.abs(values[at]) >= (1 - 1e-8) * largest[k]) signs[k] = values[at] < 0 ? -1 : 1;
  return signs;
}
