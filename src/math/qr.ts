import { requireFinite } from "./eigen.js";
import type { Matrix } from "./matrix.js";
import * as lapack from "./backend/lapack.js";
import * as mlMatrix from "./backend/mlMatrix.js";
import { blasFor } from "./backend/openblas.js";
import type { Qr } from "./decompositions.js";
import { normal, type Source } from "./random.js";
import { scaled } from "./scaling.js";

/**
 * Decomposes A, shape [n, d], n ≥ d, into thin Q R; unique where A has rank d.
 *
 * @throws RangeError if A has more columns than rows, or holds a value that is not finite
 */
export function qr(a: Matrix): Qr {
  const blas = blasFor((a.rows * a.cols ** 2) / 4);
  return signed(a, (near) => (blas ? lapack.qr(blas, near) : mlMatrix.qr(near)));
}

/** The reference implementation of `qr`, in plain code: Householder's. */
export function qrReference(a: Matrix): Qr {
  return signed(a, mlMatrix.qr);
}

/**
 * A matrix uniform over the orthogonal group (Haar), shape [d, d]: Q of a matrix of normal draws (Mezzadri,
 * math-ph/0609050).
 */
export function randomOrthogonal(source: Source, d: number): Matrix {
  return qr(normal(source, d, d)).Q;
}

function signed(a: Matrix, decompose: (near: Matrix) => Qr): Qr {
  if (!(a.rows >= a.cols && a.cols > 0))
    throw new RangeError(
      `qr: the matrix is ${a.rows} × ${a.cols}, expected at least ${Math.max(a.cols, 1)} rows and one column`,
    );
  const { near, factor } = scaled(a, requireFinite("qr", a));
  const { Q, R } = decompose(near);
  const signs = Float64Array.from({ length: R.rows }, (_, k) => (R.values[k * R.cols + k] < 0 ? -1 : 1));
  for (let i = 0, at = 0; i < Q.rows; i++) for (let k = 0; k < Q.cols; k++, at++) Q.values[at] *= signs[k];
  for (let i = 0; i < R.rows; i++)
    for (let k = i, at = i * R.cols + i; k < R.cols; k++, at++) R.values[at] *= signs[i] / factor;
  return { Q, R };
}
