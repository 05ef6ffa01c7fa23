import {
  CholeskyDecomposition,
  EigenvalueDecomposition,
  LuDecomposition,
  Matrix as MlMatrix,
  QrDecomposition,
  SingularValueDecomposition,
} from "ml-matrix";
import { matrix, transpose, type Matrix } from "../matrix.js";
import type { ComplexEigenvalues, EigenRows, Qr, SvdRows } from "../decompositions.js";

/*
 * Factorisations by ml-matrix, in JavaScript: for machines without a native library, and as the reference of LAPACK. Arguments are checked by the functions that choose between the two.
 */

const to = (m: Matrix): MlMatrix => MlMatrix.from1DArray(m.rows, m.cols, m.values);
const from = (m: MlMatrix): Matrix => matrix(m.rows, m.columns, Float64Array.from(m.to1DArray()));

/** Eigenvalues and eigenvectors of a symmetric matrix, in the library's order and signs. */
export function eigen(a: Matrix): EigenRows {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(to(a), { assumeSymmetric: true });
  return { values: Float64Array.from(realEigenvalues), vectors: transpose(from(eigenvectorMatrix)) };
}

/** Eigenvalues of a square matrix by reduction to Hessenberg's form and QR, in the library's order. */
export function eigenvalues(a: Matrix): ComplexEigenvalues {
  const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(to(a), { assumeSymmetric: false });
  return { real: Float64Array.from(realEigenvalues), imaginary: Float64Array.from(imaginaryEigenvalues) };
}

/** The thin singular value decomposition by Golub and Kahan's method, in the library's signs. */
export function svd(a: Matrix): SvdRows {
  // The library wants at least as many rows as columns.
  if (a.rows < a.cols) {
    const { U, values, Vt } = svd(transpose(a));
    return { U: transpose(Vt), values, Vt: transpose(U) };
  }
  const { leftSingularVectors, diagonal, rightSingularVectors } = new SingularValueDecomposition(to(a));
  return {
    U: from(leftSingularVectors),
    values: Float64Array.from(diagonal),
    Vt: transpose(from(rightSingularVectors)),
  };
}

/** Lower L with A = L Lᵀ, or undefined if A is not positive definite. */
export function cholesky(a: Matrix): Matrix | undefined {
  const decomposition = decompose(a);
  return decomposition.isPositiveDefinite() ? from(decomposition.lowerTriangularMatrix) : undefined;
}

/** X with A X = B by A = L Lᵀ, or undefined if A is not positive definite. */
export function solvePositive(a: Matrix, b: Matrix): Matrix | undefined {
  const decomposition = decompose(a);
  return decomposition.isPositiveDefinite() ? from(decomposition.solve(to(b))) : undefined;
}

function decompose(a: Matrix): CholeskyDecomposition {
  // The library wants symmetry to the last bit; the lower half decides, as natively.
  const symmetric = matrix(
    a.rows,
    a.cols,
    a.values.map((value, index) =>
      index % a.cols > Math.floor(index / a.cols)
        ? a.values[(index % a.cols) * a.cols + Math.floor(index / a.cols)]
        : value,
    ),
  );
  return new CholeskyDecomposition(to(symmetric));
}

/**
 * Puts X with A X = B, by LU with partial pivoting, into B; returns 1 / (‖A‖ ‖A⁻¹‖) in the largest sum of a row, 0
 * without X where a pivot is 0.
 */
export function solveInto(b: Matrix, a: Matrix, largest: number): number {
  const decomposition = new LuDecomposition(to(a));
  if (decomposition.isSingular()) return 0;
  const inverse = decomposition.solve(MlMatrix.identity(a.rows));
  const size = Math.max(...inverse.to2DArray().map((row) => row.reduce((sum, x) => sum + Math.abs(x), 0)));
  b.values.set(from(decomposition.solve(to(b))).values);
  return 1 / (largest * size);
}

/** Thin Q R = A by Householder's method, A with at least as many rows as columns, in the library's signs. */
export function qr(a: Matrix): Qr {
  const { orthogonalMatrix, upperTriangularMatrix } = new QrDecomposition(to(a));
  return { Q: from(orthogonalMatrix), R: from(upperTriangularMatrix) };
}
