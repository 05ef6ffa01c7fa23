import { eigen, requireFinite, requireSymmetric } from "./eigen.js";
import { norm, requireSquare, scaleColumns, scaleRows, transpose, type Matrix } from "./matrix.js";
import * as lapack from "./backend/lapack.js";
import * as mlMatrix from "./backend/mlMatrix.js";
import { blasFor } from "./backend/openblas.js";
import { multiply } from "./multiply.js";
import { divided, powerNear, scaled } from "./scaling.js";

/**
 * Solves A X = B for A of shape [n, n] and B of shape [n, m], by LU with partial pivoting. There is deliberately no
 * matrix inverse; solve the system instead.
 *
 * @throws RangeError if the shapes do not fit, a value is not finite, or A is singular: with rows and columns scaled to
 * a largest entry near 1, round-off of A alone may make it so
 */
export function solve(a: Matrix, b: Matrix): Matrix {
  const blas = blasFor((a.rows ** 2 * (a.rows / 3 + b.cols)) / 4);
  return solved(a, b, (A, B) => (blas ? lapack.solve(blas, A, B) : mlMatrix.solve(A, B)));
}

/** The reference implementation of `solve`, in plain code. */
export function solveReference(a: Matrix, b: Matrix): Matrix {
  return solved(a, b, mlMatrix.solve);
}

function solved(a: Matrix, b: Matrix, decompose: typeof mlMatrix.solve): Matrix {
  requireSystem("solve", a, b);
  if (a.rows === 0) return b;
  const rows = largestOfRows(a).map(balance); // powers of two: nothing is rounded
  const A = scaleRows(a, rows);
  const cols = largestOfRows(transpose(A)).map(balance);
  const { x, reciprocalCondition } = decompose(scaleColumns(A, cols), scaleRows(b, rows));
  if (!x || !(reciprocalCondition >= Number.EPSILON) || !Number.isFinite(norm(x)))
    throw new RangeError(
      `solve: the matrix is singular${x ? " up to round-off" : ""}; for least squares or a pseudo-inverse use svd`,
    );
  return scaleRows(x, cols);
}

const balance = (largest: number): number => (largest === 0 ? 1 : powerNear(1 / largest));

function largestOfRows(a: Matrix): Float64Array {
  const largest = new Float64Array(a.rows);
  for (let i = 0, at = 0; i < a.rows; i++)
    for (let j = 0; j < a.cols; j++, at++) largest[i] = Math.max(largest[i], Math.abs(a.values[at]));
  return largest;
}

function requireSystem(where: string, a: Matrix, b: Matrix): void {
  requireSquare(where, a);
  if (a.rows !== b.rows)
    throw new RangeError(`${where}: A is ${a.rows} × ${a.cols} and B has ${b.rows} rows, expected ${a.rows} rows in B`);
  requireFinite(where, a);
  requireFinite(where, b);
}

/**
 * Factors A = L Lᵀ, L lower triangular, for A symmetric and positive definite.
 *
 * @throws RangeError if A is not square, symmetric and finite, or not positive definite
 */
export function cholesky(a: Matrix): Matrix {
  const blas = blasFor(a.rows ** 3 / 12);
  return factored(a, (near) => (blas ? lapack.cholesky(blas, near) : mlMatrix.cholesky(near)));
}

/** The reference implementation of `cholesky`, in plain code. */
export function choleskyReference(a: Matrix): Matrix {
  return factored(a, mlMatrix.cholesky);
}

function factored(a: Matrix, decompose: (near: Matrix) => Matrix | undefined): Matrix {
  const { near, factor } = scaled(a, requireSymmetric("cholesky", a));
  const L = requireFactor("cholesky", decompose(near));
  return { ...L, values: divided(L.values, Math.sqrt(factor)) };
}

/**
 * Solves A X = B for A of shape [n, n], symmetric and positive definite, and B of shape [n, m], by Cholesky's
 * factorisation in JavaScript: the same bits with every library or none.
 *
 * @throws RangeError if the shapes do not fit, a value is not finite, or A is not symmetric and positive definite
 */
export function solvePositive(a: Matrix, b: Matrix): Matrix {
  requireSymmetric("solvePositive", a);
  requireSystem("solvePositive", a, b);
  return requireFactor("solvePositive", mlMatrix.solvePositive(a, b));
}

function requireFactor(where: string, L: Matrix | undefined): Matrix {
  if (!L || !Number.isFinite(norm(L)))
    throw new RangeError(
      `${where}: the matrix is not positive definite; use eigen, or squareRoot for a semidefinite one`,
    );
  return L;
}

/**
 * The symmetric positive semidefinite S with S S = A, for A of the same kind. Eigenvalues below 0 by round-off count as
 * 0.
 *
 * @throws RangeError if A is not square, symmetric and finite, or an eigenvalue is below -1e-10 of the largest
 */
export function squareRoot(a: Matrix): Matrix {
  requireSymmetric("squareRoot", a);
  const { values, vectors } = eigen(a);
  const least = values[values.length - 1];
  if (least < 0 && !(least >= -1e-10 * values[0]))
    throw new RangeError(`squareRoot: the matrix has the eigenvalue ${least}, expected at least 0`);
  return multiply(
    scaleColumns(
      vectors,
      values.map((value) => Math.sqrt(Math.max(value, 0))),
    ),
    vectors,
    { transposeB: true },
  );
}
