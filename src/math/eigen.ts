import { matrix, norm, requireSquare, row, TILE, transposeInto, type Matrix } from "./matrix.js";
import * as lapack from "./backend/lapack.js";
import * as mlMatrix from "./backend/mlMatrix.js";
import { blasFor } from "./backend/openblas.js";
import type { ComplexEigenvalues, Eigen, EigenRows } from "./decompositions.js";
import { room } from "./room.js";
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
  const tolerance = SYMMETRY_TOLERANCE * size;
  const { rows: n, values } = a;
  for (let top = 0; top < n; top += TILE)
    for (let left = 0; left <= top; left += TILE)
      for (let i = top; i < Math.min(top + TILE, n); i++)
        for (let j = left, end = Math.min(left + TILE, i); j < end; j++)
          if (Math.abs(values[i * n + j] - values[j * n + i]) > tolerance)
            throw new RangeError(
              `${where}: entry (${i}, ${j}) is ${values[i * n + j]} but (${j}, ${i}) is ${values[j * n + i]}, expected a symmetric matrix; pass (A + Aᵀ) / 2 if the difference is noise`,
            );
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
  const n = values.length;
  const order = Uint32Array.from(values.keys()).sort((i, j) => values[j] - values[i]);
  const places = new Uint32Array(n);
  order.forEach((from, k) => (places[from] = k));
  const signs = Float64Array.from({ length: n }, (_, k) => leadingSign(row(vectors, k)));
  return {
    values: divided(
      Float64Array.from(order, (from) => values[from]),
      factor,
    ),
    vectors: transposeInto(matrix(n, n, room(n * n)), vectors, signs, places),
  };
}

/** Of entries nearer to each other in magnitude, the first counts, so that noise does not tell equal ones apart. */
const LARGER = 1 - 1e-8;

/** The sign, ±1, of the entry of largest magnitude. */
function leadingSign(vector: Float64Array): number {
  let leader = 0;
  for (let i = 0; i < vector.length; i++) if (LARGER * Math.abs(vector[i]) > Math.abs(leader)) leader = vector[i];
  return leader < 0 ? -1 : 1;
}

/** Returns those signs of the columns of a matrix. */
export function leadingSigns({ rows, cols, values }: Matrix): Float64Array {
  const leaders = new Float64Array(cols);
  for (let i = 0, at = 0; i < rows; i++)
    for (let j = 0; j < cols; j++, at++)
      if (LARGER * Math.abs(values[at]) > Math.abs(leaders[j])) leaders[j] = values[at];
  return leaders.map((leader) => (leader < 0 ? -1 : 1));
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
