import type { Matrix } from "./matrix.js";

/** Transposes in the place of the factors of a matrix product. */
export interface ProductOptions {
  /** Aᵀ instead of A */
  readonly transposeA?: boolean;
  /** Bᵀ instead of B */
  readonly transposeB?: boolean;
}

/** The factor of a product, and of what it is added to. */
export interface AccumulateOptions extends ProductOptions {
  /** 1 without it */
  readonly alpha?: number;
  /** 0 without it, and what the result holds is not read */
  readonly beta?: number;
}

/** A = V diag(λ) Vᵀ of a symmetric matrix. */
export interface Eigen {
  /** λ, shape [n], decreasing */
  readonly values: Float64Array;
  /** V, shape [n, n], orthogonal; column k belongs to λ_k, and its entry of largest magnitude is positive */
  readonly vectors: Matrix;
}

/** The same as a backend gives it: in any order, and with any signs. */
export interface EigenRows {
  /** λ, shape [n] */
  readonly values: Float64Array;
  /** Vᵀ, shape [n, n]: row k belongs to λ_k */
  readonly vectors: Matrix;
}

/** Eigenvalues of a square matrix, symmetric or not. */
export interface ComplexEigenvalues {
  /** real parts, shape [n] */
  readonly real: Float64Array;
  /** imaginary parts, shape [n] */
  readonly imaginary: Float64Array;
}

/** A = U diag(s) Vᵀ, thin. */
export interface Svd {
  /** shape [n, k], k = min(n, d), orthonormal columns; the entry of largest magnitude of each is positive */
  readonly U: Matrix;
  /** s, shape [k], decreasing, at least 0 */
  readonly values: Float64Array;
  /** shape [d, k], orthonormal columns */
  readonly V: Matrix;
}

/** The same as a backend gives it, with any signs. */
export interface SvdRows {
  readonly U: Matrix;
  readonly values: Float64Array;
  /** Vᵀ, shape [k, d] */
  readonly Vt: Matrix;
}

/**
 * A = Q R, thin: Q with orthonormal columns, shape [n, d]; R upper triangular with a diagonal of at least 0, shape [d,
 * d].
 */
export interface Qr {
  readonly Q: Matrix;
  readonly R: Matrix;
}
