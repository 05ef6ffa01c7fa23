import { leadingSigns, requireFinite } from "./eigen.js";
import { scaleColumns, type Matrix } from "./matrix.js";
import { nativeAvailable } from "./backend/binding.js";
import * as mlMatrix from "./backend/mlMatrix.js";
import * as native from "./backend/native.js";
import type { Svd } from "./decompositions.js";

/** Entries from which the native decomposition is faster; at 24 × 24 both take about 0.3 ms. */
const NATIVE_FROM = 600;

/**
 * Decomposes A, shape [n, d], into thin U diag(s) Vᵀ, signs independent of the implementation.
 *
 * @throws RangeError if A is empty or holds a value that is not finite
 */
export function svd(a: Matrix): Svd {
  requireEntries(a);
  return signed(a.rows * a.cols >= NATIVE_FROM && nativeAvailable() ? native.svd(a) : mlMatrix.svd(a));
}

/** The reference implementation of `svd`, without TensorFlow. */
export function svdReference(a: Matrix): Svd {
  requireEntries(a);
  return signed(mlMatrix.svd(a));
}

function requireEntries(a: Matrix): void {
  if (a.rows * a.cols === 0)
    throw new RangeError(`svd: the matrix is ${a.rows} × ${a.cols}, expected at least one entry`);
  requireFinite("svd", a);
}

function signed({ U, values, V }: Svd): Svd {
  const signs = leadingSigns(U);
  return { U: scaleColumns(U, signs), values, V: scaleColumns(V, signs) };
}
