import { requireFinite } from "./eigen.js";
import { matrix, type Matrix } from "./matrix.js";
import { nativeAvailable } from "./backend/binding.js";
import * as mlMatrix from "./backend/mlMatrix.js";
import * as native from "./backend/native.js";

/*
 * Spectra without vectors, of many matrices of one shape at once: a stack holds them one below the other, shape [count
 * · n, d]. One by one, to hand over small matrices would cost more than to decompose them.
 */

/** Entries from which the native decompositions are faster. */
const NATIVE_FROM = 600;

const worthNative = ({ values }: Matrix): boolean => values.length >= NATIVE_FROM && nativeAvailable();

/**
 * The eigenvalues, decreasing, of the symmetric matrices in a stack, shape [count · n, n]; shape [count, n]. Of each
 * matrix only the lower half is read.
 *
 * @throws RangeError if the number of rows is not a multiple of that of the columns, or a value is not finite
 */
export function stackedEigenvalues(stack: Matrix): Matrix {
  requireStack("stackedEigenvalues", stack, stack.cols);
  return decreasing(
    stack,
    stack.cols,
    stack.cols,
    worthNative(stack)
      ? native.stackedEigenvalues(stack)
      : each(stack, stack.cols, (a) => mlMatrix.eigen(mirrored(a)).values),
  );
}

/**
 * The singular values, decreasing, of the matrices of n rows in a stack, shape [count · n, d]; shape [count, min(n,
 * d)].
 *
 * @throws RangeError if the number of rows is not a multiple of n, or a value is not finite
 */
export function stackedSingularValues(stack: Matrix, n: number): Matrix {
  requireStack("stackedSingularValues", stack, n);
  return decreasing(
    stack,
    n,
    Math.min(n, stack.cols),
    worthNative(stack) ? native.stackedSingularValues(stack, n) : each(stack, n, (a) => mlMatrix.svd(a).values),
  );
}

/**
 * The squares of the singular values, decreasing, several times as fast: eigenvalues of AᵀA or AAᵀ, wrong by round-off
 * of the largest. A comparison with the largest needs no more.
 *
 * @throws RangeError as stackedSingularValues does
 */
export function stackedSquaredSingularValues(stack: Matrix, n: number): Matrix {
  requireStack("stackedSquaredSingularValues", stack, n);
  return decreasing(
    stack,
    n,
    Math.min(n, stack.cols),
    worthNative(stack)
      ? native.stackedSquaredSingularValues(stack, n).map((value) => Math.max(value, 0))
      : each(stack, n, (a) => mlMatrix.svd(a).values.map((value) => value ** 2)),
  );
}

function each(stack: Matrix, n: number, spectrum: (a: Matrix) => Float64Array): Float64Array {
  const size = n * stack.cols;
  const spectra = Array.from({ length: stack.rows / n }, (_, i) =>
    spectrum(matrix(n, stack.cols, stack.values.subarray(i * size, (i + 1) * size))),
  );
  const all = new Float64Array(spectra.reduce((sum, { length }) => sum + length, 0));
  spectra.forEach((values, i) => all.set(values, i * values.length));
  return all;
}

function decreasing(stack: Matrix, n: number, size: number, values: Float64Array): Matrix {
  const spectra = matrix(stack.rows / n, size, values);
  for (let i = 0; i < spectra.rows; i++)
    values
      .subarray(i * size, (i + 1) * size)
      .sort()
      .reverse();
  return spectra;
}

/** The lower half on both sides. */
function mirrored({ rows, cols, values }: Matrix): Matrix {
  const a = matrix(rows, cols, values.slice());
  for (let i = 0; i < rows; i++) for (let j = 0; j < i; j++) a.values[j * cols + i] = a.values[i * cols + j];
  return a;
}

function requireStack(where: string, stack: Matrix, n: number): void {
  if (!(Number.isSafeInteger(n) && n > 0 && stack.cols > 0 && stack.rows % n === 0))
    throw new RangeError(
      `${where}: a stack of ${stack.rows} rows and ${stack.cols} columns, expected a multiple of ${n} rows and at least one column`,
    );
  requireFinite(where, stack);
}
