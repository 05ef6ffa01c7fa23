import { eigen } from "../../math/eigen.js";
import { addScaled, matrix, requireColumns, requireSquare, transpose, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";

/** A x = M x + R x with M x = ∇φ and ∇ · (p R x) = 0. */
export interface LinearHelmholtz {
  /** M, symmetric, shape [d, d] */
  readonly gradient: Matrix;
  /** R = A - M, shape [d, d]; R S is antisymmetric */
  readonly gauge: Matrix;
  /** E |A x|² = E |M x|² + E |R x|² */
  readonly energy: { readonly field: number; readonly gradient: number; readonly gauge: number };
}

/**
 * The exact decomposition of a linear field of N(0, S): in the eigenvectors of S, eigenvalues w, M_ij = (w_j A_ij + w_i
 * A_ji) / (w_i + w_j), which solves M S + S M = A S + (A S)ᵀ. It is also the best quadratic potential of any
 * distribution whose second moments are S.
 *
 * @throws RangeError if the shapes differ, or S is not symmetric or has two eigenvalues whose sum is not positive
 */
export function helmholtzLinear(A: Matrix, S: Matrix): LinearHelmholtz {
  requireSquare("helmholtzLinear", A);
  requireColumns("helmholtzLinear", "S", S, A.cols);
  const M = symmetricPart(multiply(A, S), S);
  const R = addScaled(A, -1, M);
  const energy = (B: Matrix) => multiply(B, S).values.reduce((sum, value, i) => sum + value * B.values[i], 0); // tr B S Bᵀ
  return { gradient: M, gauge: R, energy: { field: energy(A), gradient: energy(M), gauge: energy(R) } };
}

/** The symmetric M with M S + S M = B + Bᵀ, for B = E f xᵀ and S = E x xᵀ the one with the least E |f - M x|². */
export function symmetricPart(B: Matrix, S: Matrix): Matrix {
  const { values: w, vectors: V } = eigen(S);
  const d = w.length;
  if (!(w[d - 1] + w[Math.max(0, d - 2)] > 0))
    throw new RangeError(
      `helmholtzLinear: S has the eigenvalues ${w[Math.max(0, d - 2)]} and ${w[d - 1]}, expected positive ones; add the noise σ² I`,
    );
  const inBasis = multiply(multiply(V, addScaled(B, 1, transpose(B)), { transposeA: true }), V);
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) inBasis.values[i * d + j] /= w[i] + w[j];
  const M = multiply(multiply(V, inBasis), V, { transposeB: true });
  return matrix(
    d,
    d,
    M.values.map((value, i) => (value + M.values[(i % d) * d + Math.floor(i / d)]) / 2),
  ); // exactly symmetric
}
