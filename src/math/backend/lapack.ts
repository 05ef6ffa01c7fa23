import type { AccumulateOptions, ComplexEigenvalues, EigenRows, Qr, Svd } from "../decompositions.js";
import { matrix, transpose, type Matrix } from "../matrix.js";
import type { Argument, Blas } from "./openblas.js";

/*
 * Dense linear algebra by LAPACK, which counts by columns: to it, every matrix here is its transpose. Arguments are
 * checked by the functions that choose between these and those of `mlMatrix`.
 */

const signatures = {
  dgemm: "cciiidaiaidai",
  dsyrk: "cciidaidai",
  dsyevd: "cciaiaaiaix",
  dgesdd: "ciiaiaaiaiaiax",
  dgeqrf: "iiaiaaix",
  dorgqr: "iiiaiaaix",
  dgetrf: "iiaiax",
  dgetrs: "ciiaiaaix",
  dgecon: "ciaidaaax",
  dpotrf: "ciaix",
  dgeev: "cciaiaaaiaiaix",
};

const call = (blas: Blas, name: keyof typeof signatures, ...given: readonly Argument[]): number =>
  blas.routine(name, signatures[name])(...given);

/**
 * Runs a routine twice: the first time it tells the size of the workspace that it wants.
 *
 * @throws Error if it finds no solution
 */
function withWorkspace(name: string, run: (work: Float64Array, size: number) => number): void {
  const size = new Float64Array(1);
  run(size, -1);
  const info = run(new Float64Array(size[0]), size[0]);
  if (info !== 0)
    throw new Error(`${name}: the iteration does not converge (info ${info}); the matrix may be scaled badly`);
}

/** C = α op(A) op(B) + β C, C of the product's shape. */
export function multiplyInto(
  blas: Blas,
  { rows, cols, values }: Matrix,
  a: Matrix,
  b: Matrix,
  { transposeA = false, transposeB = false, alpha = 1, beta = 0 }: AccumulateOptions,
): void {
  if (values.length === 0) return;
  const inner = transposeA ? a.rows : a.cols;
  if (a.values === b.values && a.rows === b.rows && transposeA !== transposeB && beta === 0) {
    call(blas, "dsyrk", "U", transposeA ? "N" : "T", rows, inner, alpha, a.values, a.cols, beta, values, rows);
    mirror(values, rows);
  } else
    call(
      ...([blas, "dgemm", transposeB ? "T" : "N", transposeA ? "T" : "N", cols, rows, inner, alpha] as const),
      ...([b.values, Math.max(b.cols, 1), a.values, Math.max(a.cols, 1), beta, values, cols] as const),
    );
}

/** Puts the lower half of a square matrix on both sides, in parts that a cache holds. */
function mirror(values: Float64Array, n: number): void {
  const size = 32;
  for (let top = 0; top < n; top += size)
    for (let left = 0; left <= top; left += size)
      for (let i = top; i < Math.min(top + size, n); i++)
        for (let j = left; j < Math.min(left + size, i); j++) values[j * n + i] = values[i * n + j];
}

/** Eigenvalues and eigenvectors of a symmetric matrix, of which only the lower half is read. */
export function eigen(blas: Blas, a: Matrix): EigenRows {
  const vectors = matrix(a.rows, a.rows, a.values.slice());
  return { values: symmetric(blas, "V", vectors.values, a.rows), vectors };
}

/** The eigenvalues of a symmetric matrix, of which only the lower half is read. */
export const symmetricEigenvalues = (blas: Blas, a: Matrix): Float64Array =>
  symmetric(blas, "N", a.values.slice(), a.rows);

/** The eigenvalues, increasing, of a, which is overwritten: with the eigenvectors where the job is V. */
function symmetric(blas: Blas, job: "N" | "V", a: Float64Array, n: number): Float64Array {
  const lambda = new Float64Array(n);
  const integers = new BigInt64Array(job === "N" ? 1 : 3 + 5 * n);
  withWorkspace("eigen", (work, size) =>
    call(blas, "dsyevd", job, "U", n, a, n, lambda, work, size, integers, integers.length),
  );
  return lambda;
}

/** The thin singular value decomposition. */
export function svd(blas: Blas, a: Matrix): Svd {
  const k = Math.min(a.rows, a.cols);
  const [U, V] = [matrix(a.rows, k), matrix(k, a.cols)];
  const values = divideAndConquer(blas, "S", a, V.values, U.values);
  return { U, values, V: transpose(V) };
}

const none = new Float64Array(1);

/** The singular values, decreasing. */
export const singularValues = (blas: Blas, a: Matrix): Float64Array => divideAndConquer(blas, "N", a, none, none);

/** The same, and where the job is S V, shape [k, d], and U, shape [n, k]. */
function divideAndConquer(
  blas: Blas,
  job: "N" | "S",
  { rows: n, cols: d, values }: Matrix,
  V: Float64Array,
  U: Float64Array,
): Float64Array {
  const k = Math.min(n, d);
  const [a, s, integers] = [values.slice(), new Float64Array(k), new BigInt64Array(8 * k)];
  withWorkspace("svd", (work, size) =>
    call(blas, "dgesdd", job, d, n, a, d, s, V, d, U, job === "N" ? 1 : k, work, size, integers),
  );
  return s;
}

/** Thin Q R = A, A with at least as many rows as columns. */
export function qr(blas: Blas, a: Matrix): Qr {
  const [n, d] = [a.rows, a.cols];
  const columns = transpose(a);
  const factors = new Float64Array(d);
  withWorkspace("qr", (work, size) => call(blas, "dgeqrf", n, d, columns.values, n, factors, work, size));
  const R = matrix(d, d);
  for (let i = 0; i < d; i++) for (let j = i; j < d; j++) R.values[i * d + j] = columns.values[j * n + i];
  withWorkspace("qr", (work, size) => call(blas, "dorgqr", n, d, d, columns.values, n, factors, work, size));
  return { Q: transpose(columns), R };
}

/**
 * X with A X = B, A square, and an estimate of 1 / (‖A‖ ‖A⁻¹‖) in the 1-norm of Aᵀ; without X where a pivot is 0.
 */
export function solve(blas: Blas, a: Matrix, b: Matrix): { readonly x?: Matrix; readonly reciprocalCondition: number } {
  const n = a.rows;
  const factors = a.values.slice();
  const pivots = new BigInt64Array(n);
  if (call(blas, "dgetrf", n, n, factors, n, pivots) !== 0) return { reciprocalCondition: 0 };
  let size = 0;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += Math.abs(a.values[i * n + j]);
    size = Math.max(size, sum);
  }
  const reciprocal = new Float64Array(1);
  call(blas, "dgecon", "1", n, factors, n, size, reciprocal, new Float64Array(4 * n), new BigInt64Array(n));
  const columns = transpose(b);
  call(blas, "dgetrs", "T", n, b.cols, factors, n, pivots, columns.values, n);
  return { x: transpose(columns), reciprocalCondition: reciprocal[0] };
}

/** Lower L with A = L Lᵀ, or undefined if A is not positive definite; only the lower half of A is read. */
export function cholesky(blas: Blas, a: Matrix): Matrix | undefined {
  const n = a.rows;
  const L = matrix(n, n, a.values.slice());
  if (call(blas, "dpotrf", "U", n, L.values, n) !== 0) return undefined;
  for (let i = 0; i < n; i++) L.values.fill(0, i * n + i + 1, (i + 1) * n);
  return L;
}

/** Eigenvalues of a square matrix. */
export function eigenvalues(blas: Blas, a: Matrix): ComplexEigenvalues {
  const n = a.rows;
  const [copy, real, imaginary] = [a.values.slice(), new Float64Array(n), new Float64Array(n)];
  withWorkspace("eigenvalues", (work, size) =>
    call(blas, "dgeev", "N", "N", n, copy, n, real, imaginary, none, 1, none, 1, work, size),
  );
  return { real, imaginary };
}
