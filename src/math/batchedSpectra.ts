import { requireFinite } from "./eigen.js";
import { matrix, norm, type Matrix } from "./matrix.js";
import * as lapack from "./backend/lapack.js";
import * as mlMatrix from "./backend/mlMatrix.js";
import { blasFor } from "./backend/openblas.js";
import { multiply } from "./multiply.js";
import { rowRange } from "./rowBlocks.js";
import { scaled } from "./scaling.js";

/*
 * Spectra without vectors, of many matrices of one shape at once: a stack holds them one below the other, shape [count
 * · n, d].
 */

/**
 * The eigenvalues, decreasing, of the symmetric matrices in a stack, shape [count · n, n]; shape [count, n]. Of each
 * matrix only the lower half is read.
 *
 * @throws RangeError if the number of rows is not a multiple of that of the columns, or a value is not finite
 */
export function stackedEigenvalues(stack: Matrix): Matrix {
  const n = stack.cols;
  return spectra("stackedEigenvalues", stack, n, symmetricEigenvalues);
}

/**
 * The singular values, decreasing, of the matrices of n rows in a stack, shape [count · n, d]; shape [count, min(n,
 * d)].
 *
 * @throws RangeError if the number of rows is not a multiple of n, or a value is not finite
 */
export function stackedSingularValues(stack: Matrix, n: number): Matrix {
  return spectra("stackedSingularValues", stack, n, singularValues);
}

/**
 * The squares of the singular values, decreasing, several times as fast: eigenvalues of AᵀA or AAᵀ, wrong by round-off
 * of the largest. A comparison with the largest needs no more.
 *
 * @throws RangeError as stackedSingularValues does
 */
export function stackedSquaredSingularValues(stack: Matrix, n: number): Matrix {
  return spectra(
    "stackedSquaredSingularValues",
    stack,
    n,
    (a) => {
      const tall = a.rows > a.cols;
      const squares = symmetricEigenvalues(multiply(a, a, { transposeA: tall, transposeB: !tall }));
      return squares.map((value) => Math.max(value, 0));
    },
    2,
  );
}

function symmetricEigenvalues(a: Matrix): Float64Array {
  const blas = blasFor(a.rows ** 3 / 4);
  return blas ? lapack.symmetricEigenvalues(blas, a) : mlMatrix.eigen(mirrored(a)).values;
}

function singularValues(a: Matrix): Float64Array {
  const blas = blasFor((a.rows * a.cols * Math.min(a.rows, a.cols)) / 4);
  return blas ? lapack.singularValues(blas, a) : mlMatrix.svd(a).values;
}

/** The spectrum of every matrix of n rows, of which the values grow as that power of the matrix. */
function spectra(where: string, stack: Matrix, n: number, spectrum: (a: Matrix) => Float64Array, power = 1): Matrix {
  if (!(Number.isSafeInteger(n) && n > 0 && stack.cols > 0 && stack.rows % n === 0))
    throw new RangeError(
      `${where}: a stack of ${stack.rows} rows and ${stack.cols} columns, expected a multiple of ${n} rows and at least one column`,
    );
  requireFinite(where, stack);
  const all = matrix(stack.rows / n, Math.min(n, stack.cols));
  for (let i = 0; i < all.rows; i++) {
    const a = rowRange(stack, i * n, (i + 1) * n);
    const { near, factor } = scaled(a, norm(a));
    const values = spectrum(near).sort().reverse();
    for (let k = 0; k < all.cols; k++) all.values[i * all.cols + k] = values[k] / factor ** power;
  }
  return all;
}

/** The lower half on both sides. */
function mirrored({ rows, cols, values }: Matrix): Matrix {
  const a = matrix(rows, cols, values.slice());
  for (let i = 0; i < rows; i++) for (let j = 0; j < i; j++) a.values[j * cols + i] = a.values[i * cols + j];
  return a;
}
