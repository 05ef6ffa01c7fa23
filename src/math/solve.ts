import { eigen, requireFinite, requireSymmetric } from "./eigen.js";
import { matrix, norm, requireSquare, scaleColumns, scaleRows, trace, type Matrix } from "./matrix.js";
import * as lapack from "./backend/lapack.js";
import * as mlMatrix from "./backend/mlMatrix.js";
import { blasFor } from "./backend/openblas.js";
import { multiply } from "./multiply.js";
import { copied, sharedRoom } from "./room.js";
import { divided, LARGE, powerNear, scaled, SMALL } from "./scaling.js";

/**
 * Solves A X = B for A of shape [n, n] and B of shape [n, m], by LU with partial pivoting. There is deliberately no
 * matrix inverse; solve the system instead.
 *
 * @throws RangeError if the shapes do not fit, a value is not finite, or A is singular: with rows and columns scaled to
 * a largest entry near 1, round-off of A alone may make it so
 */
export function solve(a: Matrix, b: Matrix): Matrix {
  const blas = blasFor((a.rows ** 2 * (a.rows / 3 + b.cols)) / 4);
  return solved(a, b, (...system) => (blas ? lapack.solveInto(blas, ...system) : mlMatrix.solveInto(...system)));
}

/** The reference implementation of `solve`, in plain code. */
export function solveReference(a: Matrix, b: Matrix): Matrix {
  return solved(a, b, mlMatrix.solveInto);
}

function solved(a: Matrix, b: Matrix, solveInto: typeof mlMatrix.solveInto): Matrix {
  requireSystem("solve", a, b);
  if (a.rows === 0) return b;
  const { near, rows, cols, largest } = balanced(a);
  const x = rows ? scaleRows(b, rows) : matrix(b.rows, b.cols, copied(b.values));
  const reciprocalCondition = solveInto(x, near, largest);
  if (cols) for (let i = 0, at = 0; i < x.rows; i++) for (let j = 0; j < x.cols; j++, at++) x.values[at] *= cols[i];
  if (!(reciprocalCondition >= Number.EPSILON) || !Number.isFinite(norm(x)))
    throw new RangeError(
      `solve: the matrix is singular${reciprocalCondition > 0 ? " up to round-off" : ""}; for least squares or a pseudo-inverse use svd`,
    );
  return x;
}

/**
 * A with rows and columns scaled to a largest entry near 1, by powers of two: nothing is rounded. Without the factors
 * where they would all be equal and change no bit of the solution; the largest sum of a row goes with it.
 */
function balanced({ rows: n, values }: Matrix) {
  const rows = new Float64Array(n);
  const cols = new Float64Array(n);
  let largest = 0;
  for (let i = 0, at = 0; i < n; i++) {
    let [most, sum] = [0, 0];
    for (let j = 0; j < n; j++, at++) {
      const size = Math.abs(values[at]);
      if (size > most) most = size;
      sum += size;
    }
    rows[i] = balance(most);
    if (sum > largest) largest = sum;
  }
  for (let i = 0, at = 0; i < n; i++) {
    const factor = rows[i];
    for (let j = 0; j < n; j++, at++) {
      const size = factor * Math.abs(values[at]);
      if (size > cols[j]) cols[j] = size;
    }
  }
  for (let j = 0; j < n; j++) cols[j] = balance(cols[j]);
  const near = matrix(n, n, sharedRoom("system", n * n));
  near.values.set(values);
  const ordinary = largest > SMALL && largest < LARGE;
  if (ordinary && [rows, cols].every((factors) => factors.every((factor) => factor === factors[0])))
    return { near, largest };
  largest = 0;
  for (let i = 0, at = 0; i < n; i++) {
    const factor = rows[i];
    let sum = 0;
    for (let j = 0; j < n; j++, at++) sum += Math.abs((near.values[at] = factor * values[at] * cols[j]));
    if (sum > largest) largest = sum;
  }
  return { near, rows, cols, largest };
}

const balance = (largest: number): number => (largest === 0 ? 1 : powerNear(1 / largest));

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
  const L = decompose(near);
  if (!L || !Number.isFinite(trace(L))) throw notPositive("cholesky");
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
  const x = mlMatrix.solvePositive(a, b);
  if (!x || !Number.isFinite(norm(x))) throw notPositive("solvePositive");
  return x;
}

const notPositive = (where: string): RangeError =>
  new RangeError(`${where}: the matrix is not positive definite; use eigen, or squareRoot for a semidefinite one`);

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
