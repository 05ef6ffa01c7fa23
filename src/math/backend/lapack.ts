import type { AccumulateOptions, ComplexEigenvalues, EigenRows, Qr, SvdRows } from "../decompositions.js";
import { matrix, transpose, transposeInto, type Matrix } from "../matrix.js";
import { copied, room, sharedRoom } from "../room.js";
import type { Argument, Blas } from "./openblas.js";

/*
 * Dense linear algebra by LAPACK, which counts by columns: to it, every matrix here is its transpose. Arguments are
 * checked by the functions that choose between these and those of `mlMatrix`.
 */

const signatures = {
  dgemm: "cciiidaiaidai",
  dgemv: "ciidaiaidai",
  dsyrk: "cciidaidai",
  dsymm: "cciidaiaidai",
  dsyevd: "cciaiaaiaix",
  dgesdd: "ciiaiaaiaiaiax",
  dgeqrf: "iiaiaaix",
  dorgqr: "iiiaiaaix",
  dgetrf: "iiaiax",
  dtrsm: "cccciidaiai",
  dgecon: "ciaidaaax",
  dpotrf: "ciaix",
  dgeev: "cciaiaaaiaiaix",
};

const call = (blas: Blas, name: keyof typeof signatures, ...given: readonly Argument[]): number =>
  blas.routine(name, signatures[name])(...given);

/** A copy that a routine may overwrite. */
function scratchCopy(values: Float64Array): Float64Array {
  const copy = sharedRoom("copy", values.length);
  copy.set(values);
  return copy;
}

const wanted = new Float64Array(1);

/**
 * Runs a routine twice: the first time it tells the size of the workspace that it wants.
 *
 * @throws Error if it finds no solution
 */
function withWorkspace(name: string, run: (work: Float64Array, size: number) => number): void {
  run(wanted, -1);
  const info = run(sharedRoom("work", wanted[0]), wanted[0]);
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
  } else if (inner > 0 && (rows === 1 || cols === 1)) {
    if (beta === 0) values.fill(0); // or what is there might be multiplied by 0
    const [m, vector, transposed] = rows === 1 ? [b, a.values, transposeB] : [a, b.values, !transposeA];
    call(
      ...([blas, "dgemv", transposed ? "T" : "N", m.cols, m.rows, alpha, m.values, m.cols] as const),
      ...([vector, 1, beta, values, 1] as const),
    );
  } else
    call(
      ...([blas, "dgemm", transposeB ? "T" : "N", transposeA ? "T" : "N", cols, rows, inner, alpha] as const),
      ...([b.values, Math.max(b.cols, 1), a.values, Math.max(a.cols, 1), beta, values, cols] as const),
    );
}

/** The upper half of C = α A Aᵀ. */
export function gramInto(blas: Blas, c: Matrix, a: Matrix, alpha: number): void {
  call(blas, "dsyrk", "L", "T", a.rows, a.cols, alpha, a.values, Math.max(a.cols, 1), 0, c.values, Math.max(c.cols, 1));
}

/** C = A S of a symmetric S, of which the upper half is read. */
export function multiplySymmetricInto(blas: Blas, c: Matrix, a: Matrix, s: Matrix): void {
  call(
    ...([blas, "dsymm", "L", "L", c.cols, c.rows, 1, s.values, s.cols] as const),
    ...([a.values, a.cols, 0, c.values, c.cols] as const),
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

/** Eigenvalues and eigenvectors of a symmetric matrix, of which only the lower half is read; the next call takes the room of the vectors. */
export function eigen(blas: Blas, a: Matrix): EigenRows {
  const vectors = matrix(a.rows, a.rows, scratchCopy(a.values));
  return { values: symmetric(blas, "V", vectors.values, a.rows), vectors };
}

/** The eigenvalues of a symmetric matrix, of which only the lower half is read. */
export const symmetricEigenvalues = (blas: Blas, a: Matrix): Float64Array =>
  symmetric(blas, "N", scratchCopy(a.values), a.rows);

/** The eigenvalues, increasing, of a, which is overwritten: with the eigenvectors where the job is V. */
function symmetric(blas: Blas, job: "N" | "V", a: Float64Array, n: number): Float64Array {
  const lambda = new Float64Array(n);
  const integers = new BigInt64Array(job === "N" ? 1 : 3 + 5 * n);
  withWorkspace("eigen", (work, size) =>
    call(blas, "dsyevd", job, "U", n, a, n, lambda, work, size, integers, integers.length),
  );
  return lambda;
}

/** The thin singular value decomposition; the next call takes the room of Vᵀ. */
export function svd(blas: Blas, a: Matrix): SvdRows {
  const k = Math.min(a.rows, a.cols);
  const U = matrix(a.rows, k, room(a.rows * k));
  const Vt = matrix(k, a.cols, sharedRoom("vectors", k * a.cols));
  return { U, values: divideAndConquer(blas, "S", a, Vt.values, U.values), Vt };
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
  const [a, s, integers] = [scratchCopy(values), new Float64Array(k), new BigInt64Array(8 * k)];
  withWorkspace("svd", (work, size) =>
    call(blas, "dgesdd", job, d, n, a, d, s, V, d, U, job === "N" ? 1 : k, work, size, integers),
  );
  return s;
}

/** Thin Q R = A, A with at least as many rows as columns. */
export function qr(blas: Blas, a: Matrix): Qr {
  const [n, d] = [a.rows, a.cols];
  const columns = transposeInto(matrix(d, n, sharedRoom("copy", n * d)), a);
  const factors = new Float64Array(d);
  withWorkspace("qr", (work, size) => call(blas, "dgeqrf", n, d, columns.values, n, factors, work, size));
  const R = transpose(matrix(d, d, leading(columns.values, n, d)));
  for (let i = 1; i < d; i++) R.values.fill(0, i * d, i * d + i);
  withWorkspace("qr", (work, size) => call(blas, "dorgqr", n, d, d, columns.values, n, factors, work, size));
  return { Q: transpose(columns), R };
}

/** The first d of every n numbers, d times. */
function leading(values: Float64Array, n: number, d: number): Float64Array {
  if (n === d) return values;
  const first = room(d * d);
  for (let j = 0; j < d; j++) first.set(values.subarray(j * n, j * n + d), j * d);
  return first;
}

const reciprocal = new Float64Array(1);

/**
 * Puts X with A X = B, A square of a given largest sum of a row, into B, and its factors into A. Returns an estimate of
 * 1 / (‖A‖ ‖A⁻¹‖) in that norm, 0 without X where a pivot is 0.
 */
export function solveInto(blas: Blas, b: Matrix, { rows: n, values: a }: Matrix, largest: number): number {
  const pivots = new BigInt64Array(n);
  if (call(blas, "dgetrf", n, n, a, n, pivots) !== 0) return 0;
  call(blas, "dgecon", "1", n, a, n, largest, reciprocal, sharedRoom("work", 4 * n), new BigInt64Array(n));
  const m = b.cols;
  if (m === 0) return reciprocal[0];
  // To LAPACK, Xᵀ P L U = Bᵀ: nothing is transposed.
  call(blas, "dtrsm", "R", "U", "N", "N", m, n, 1, a, n, b.values, m);
  call(blas, "dtrsm", "R", "L", "N", "U", m, n, 1, a, n, b.values, m);
  for (let i = n - 1; i >= 0; i--) swapRows(b, i, Number(pivots[i]) - 1);
  return reciprocal[0];
}

function swapRows({ cols, values }: Matrix, i: number, k: number): void {
  if (i === k) return;
  for (let j = 0, at = i * cols, to = k * cols; j < cols; j++, at++, to++) {
    const value = values[at];
    values[at] = values[to];
    values[to] = value;
  }
}

/** Lower L with A = L Lᵀ, or undefined if A is not positive definite; only the lower half of A is read. */
export function cholesky(blas: Blas, a: Matrix): Matrix | undefined {
  const n = a.rows;
  const L = matrix(n, n, copied(a.values));
  if (call(blas, "dpotrf", "U", n, L.values, n) !== 0) return undefined;
  for (let i = 0; i < n; i++) L.values.fill(0, i * n + i + 1, (i + 1) * n);
  return L;
}

/** Eigenvalues of a square matrix. */
export function eigenvalues(blas: Blas, a: Matrix): ComplexEigenvalues {
  const n = a.rows;
  const [copy, real, imaginary] = [scratchCopy(a.values), new Float64Array(n), new Float64Array(n)];
  withWorkspace("eigenvalues", (work, size) =>
    call(blas, "dgeev", "N", "N", n, copy, n, real, imaginary, none, 1, none, 1, work, size),
  );
  return { real, imaginary };
}
