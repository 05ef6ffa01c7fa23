import { requireFinite } from "./eigen.js";
import { matrix, type Matrix } from "./matrix.js";
import { nativeAvailable } from "./backend/binding.js";
import * as mlMatrix from "./backend/mlMatrix.js";
import * as native from "./backend/native.js";
import type { Qr } from "./decompositions.js";
import { normal, type Source } from "./random.js";

/** Entries from which the native decomposition is faster. */
const NATIVE_FROM = 600;

/**
 * Decomposes A, shape [n, d], n ≥ d, into thin Q R; unique where A has rank d.
 *
 * @throws RangeError if A has more columns than rows, or holds a value that is not finite
 */
export function qr(a: Matrix): Qr {
  requireTall(a);
  return signed(a.rows * a.cols >= NATIVE_FROM && nativeAvailable() ? native.qr(a) : mlMatrix.qr(a));
}

/** The reference implementation of `qr`, without TensorFlow: Householder's. */
export function qrReference(a: Matrix): Qr {
  requireTall(a);
  return signed(mlMatrix.qr(a));
}

/**
 * A matrix uniform over the orthogonal group (Haar), shape [d, d]: Q of a matrix of normal draws (Mezzadri,
 * math-ph/0609050).
 */
export function randomOrthogonal(source: Source, d: number): Matrix {
  return qr(normal(source, d, d)).Q;
}

function requireTall(a: Matrix): void {
  if (!(a.rows >= a.cols && a.cols > 0))
    throw new RangeError(
      `qr: the matrix is ${a.rows} × ${a.cols}, expected at least ${Math.max(a.cols, 1)} rows and one column`,
    );
  requireFinite("qr", a);
}

function signed({ Q, R }: Qr): Qr {
  const signs = Float64Array.from({ length: R.rows }, (_, k) => (R.values[k * R.cols + k] < 0 ? -1 : 1));
  return {
    Q: matrix(
      Q.rows,
      Q.cols,
      Q.values.map((value, index) => signs[index % Q.cols] * value),
    ),
    R: matrix(
      R.rows,
      R.cols,
      R.values.map((value, index) => signs[Math.floor(index / R.cols)] * value),
    ),
  };
}
