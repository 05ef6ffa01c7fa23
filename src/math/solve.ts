import { eigen, requireFinite, requireSymmetric } from "./eigen.js";
import { norm, requireSquare, scaleColumns, type Matrix } from "./matrix.js";
import { nativeAvailable } from "./backend/binding.js";
import * as mlMatrix from "./backend/mlMatrix.js";
import * as native from "./backend/native.js";
import { multiply } from "./multiply.js";

/** Multiplications from which the native solution is faster. */
const NATIVE_FROM = 10_000;

/**
 * Solves A X = B for A of shape [n, n] and B of shape [n, m], by LU with partial pivoting. There is deliberately no
 * matrix inverse; solve the system instead.
 *
 * @throws RangeError if the shapes do not fit, a value is not finite, or A is singular
 */
export function solve(a: Matrix, b: Matrix): Matrix {
  requireSystem("solve", a, b);
  const fast = a.rows ** 2 * (a.rows / 3 + b.cols) >= NATIVE_FROM && nativeAvailable();
  return requireSolution(fast ? native.solve(a, b) : mlMatrix.solve(a, b));
}

/** The reference implementation of `solve`, without TensorFlow. */
export function solveReference(a: Matrix, b: Matrix): Matrix {
  requireSystem("solve", a, b);
  return requireSolution(mlMatrix.solve(a, b));
}

function requireSystem(where: string, a: Matrix, b: Matrix): void {
  requireSquare(where, a);
  if (a.rows !== b.rows)
    throw new RangeError(`${where}: A is ${a.rows} × ${a.cols} and B has ${b.rows} rows, expected ${a.rows} rows in B`);
  requireFinite(where, a);
  requireFinite(where, b);
}

function requireSolution(x: Matrix | undefined): Matrix {
  if (!x || !Number.isFinite(norm(x)))
    throw new RangeError("solve: the matrix is singular; for least squares or a pseudo-inverse use svd");
  return x;
}

/**
 * Factors A = L Lᵀ, L lower triangular, for A symmetric and positive definite.
 *
 * @throws RangeError if A is not square, symmetric and finite, or not positive definite
 */
export function cholesky(a: Matrix): Matrix {
  requireSymmetric("cholesky", a);
  const fast = a.rows ** 3 / 3 >= NATIVE_FROM && nativeAvailable();
  return requireFactor("cholesky", fast ? native.cholesky(a) : mlMatrix.cholesky(a));
}

/** The reference implementation of `cholesky`, without TensorFlow. */
export function choleskyReference(a: Matrix): Matrix {
  requireSymmetric("cholesky", a);
  return requireFactor("cholesky", mlMatrix.cholesky(a));
}

/**
 * Solves A X = B for A of shape [n, n], symmetric and positive definite, and B of shape [n, m], by Cholesky's
 * factorisation in JavaScript: the same bits on every thread, with TensorFlow or without.
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
