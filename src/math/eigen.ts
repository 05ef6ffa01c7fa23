import { matrix, norm, requireSquare, row, transpose, type Matrix } from "./matrix.js";
import * as lapack from "./backend/lapack.js";
import * as mlMatrix from "./backend/mlMatrix.js";
import { blasFor } from "./backend/openblas.js";
import type { ComplexEigenvalues, Eigen, EigenRows } from "./decompositions.js";
import { divided, scaled } from "./scaling.js";

/** Relative to ‖A‖: what round-off leaves between A and Aᵀ is far below, a wrong matrix far above. */
const SYMMETRY_TOLERANCE = 1e-10;

/**
 * Decomposes a symmetric matrix into eigenvalues, decreasing, and eigenvectors, their signs independent of the
 * implementation.
 *
 * @throws RangeError if A is empty, not square, not symmetric to 1e-10 of its norm, or holds a value that is not finite
 */
export function eigen(a: Matrix): Eigen {
  const blas = blasFor(a.rows ** 3 / 4);
  return ordered("eigen", a, (near) => (blas ? lapack.eigen(blas, near) : mlMatrix.eigen(near)));
}

/** The reference implementation of `eigen`, in plain code: Householder tridiagonalisation and QL. */
export function eigenReference(a: Matrix): Eigen {
  return ordered("eigen", a, mlMatrix.eigen);
}

/**
 * Checks that a matrix is symmetric, and returns its norm.
 *
 * @throws RangeError if a matrix is empty, not square, not symmetric to 1e-10 of its norm, or holds a value that is not
 * finite
 */
export function requireSymmetric(where: string, a: Matrix): number {
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
  return size;
}

/**
 * The eigenvalues of any square matrix, complex ones in pairs, by decreasing real part.
 *
 * @throws RangeError if A is empty, not square or holds a value that is not finite
 */
export function eigenvalues(a: Matrix): ComplexEigenvalues {
  requireSquare("eigenvalues", a);
  if (a.rows === 0) throw new RangeError("eigenvalues: the matrix is 0 × 0, expected at least one row");
  const { near, factor } = scaled(a, requireFinite("eigenvalues", a));
  const blas = blasFor(a.rows ** 3 / 4);
  const { real, imaginary } = blas ? lapack.eigenvalues(blas, near) : mlMatrix.eigenvalues(near);
  const order = [...real.keys()].sort((i, j) => real[j] - real[i] || imaginary[j] - imaginary[i]);
  const inOrder = (values: Float64Array) => Float64Array.from(order, (i) => values[i] / factor);
  return { real: inOrder(real), imaginary: inOrder(imaginary) };
}

function ordered(where: string, a: Matrix, decompose: (near: Matrix) => EigenRows): Eigen {
  const { near, factor } = scaled(a, requireSymmetric(where, a));
  const { values, vectors } = decompose(near);
  const order = Uint32Array.from(values.keys()).sort((i, j) => values[j] - values[i]);
  const signed = matrix(vectors.rows, vectors.cols);
  order.forEach((from, k) => {
    const vector = row(vectors, from);
    const sign = leadingSign(vector);
    const to = row(signed, k);
    for (let i = 0; i < to.length; i++) to[i] = sign * vector[i];
  });
  return {
    values: divided(
      Float64Array.from(order, (from) => values[from]),
      factor,
    ),
    vectors: transpose(signed),
  };
}

/** The sign, ±1, of the first entry of the largest magnitude up to round-off, so that noise does not tell equal ones apart. */
function leadingSign(vector: Float64Array): number {
  let largest = 0;
  for (const value of vector) largest = Math.max(largest, Math.abs(value));
  for (const value of vector) if (Math.abs(value) >= (1 - 1e-8) * largest) return value < 0 ? -1 : 1;
  return 1;
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

/** Those signs of the columns of a matrix. */
export const leadingSigns = (m: Matrix): Float64Array => {
  const columns = transpose(m);
  return Float64Array.from({ length: m.cols }, (_, k) => leadingSign(row(columns, k)));
};
