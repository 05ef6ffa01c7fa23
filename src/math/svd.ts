import { leadingSigns, requireFinite } from "./eigen.js";
import { matrix, transposeInto, type Matrix } from "./matrix.js";
import * as lapack from "./backend/lapack.js";
import * as mlMatrix from "./backend/mlMatrix.js";
import { blasFor } from "./backend/openblas.js";
import type { Svd, SvdRows } from "./decompositions.js";
import { room } from "./room.js";
import { divided, scaled } from "./scaling.js";

/**
 * Decomposes A, shape [n, d], into thin U diag(s) Vᵀ, signs independent of the implementation.
 *
 * @throws RangeError if A is empty or holds a value that is not finite
 */
export function svd(a: Matrix): Svd {
  const blas = blasFor((a.rows * a.cols * Math.min(a.rows, a.cols)) / 4);
  return signed(a, (near) => (blas ? lapack.svd(blas, near) : mlMatrix.svd(near)));
}

/** The reference implementation of `svd`, in plain code. */
export function svdReference(a: Matrix): Svd {
  return signed(a, mlMatrix.svd);
}

function signed(a: Matrix, decompose: (near: Matrix) => SvdRows): Svd {
  if (a.rows * a.cols === 0)
    throw new RangeError(`svd: the matrix is ${a.rows} × ${a.cols}, expected at least one entry`);
  const { near, factor } = scaled(a, requireFinite("svd", a));
  const { U, values, Vt } = decompose(near);
  const signs = leadingSigns(U);
  for (let i = 0, at = 0; i < U.rows; i++) for (let k = 0; k < U.cols; k++, at++) U.values[at] *= signs[k];
  const V = transposeInto(matrix(Vt.cols, Vt.rows, room(Vt.values.length)), Vt, signs);
  return { U, values: divided(values, factor), V };
}
