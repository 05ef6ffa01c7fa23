import { DType, flagAttribute, typeAttribute, type Attribute } from "./binding.js";
import type { Eigen, ProductOptions, Qr, Svd } from "../decompositions.js";
import { matrix, type Matrix } from "../matrix.js";
import { matMul, run } from "./ops.js";
import { uploadMatrix } from "./residency.js";
import { download, execute, tidy, upload, type Tensor } from "./tensors.js";

/*
 * Dense float64 linear algebra by TensorFlow's operations, in the order and signs of the library. Arguments are checked
 * by the functions that choose between these and those of `mlMatrix`.
 */

/** A · B with either transposed. */
export function multiply(a: Matrix, b: Matrix, options: ProductOptions = {}): Matrix {
  const values = tidy(() => doubles(matMul(uploadMatrix(a), uploadMatrix(b), options)));
  return matrix(options.transposeA ? a.cols : a.rows, options.transposeB ? b.rows : b.cols, values);
}

/** Eigenvalues and eigenvectors of a symmetric matrix. */
export function eigen(a: Matrix): Eigen {
  const [values, vectors] = factors("SelfAdjointEigV2", [flagAttribute("compute_v", true)], [a], 2);
  return { values, vectors: matrix(a.rows, a.cols, vectors) };
}

/** The thin singular value decomposition. */
export function svd(a: Matrix): Svd {
  const size = Math.min(a.rows, a.cols);
  const [values, U, V] = factors(
    "Svd",
    [flagAttribute("compute_uv", true), flagAttribute("full_matrices", false)],
    [a],
    3,
  );
  return { U: matrix(a.rows, size, U), values, V: matrix(a.cols, size, V) };
}

/** Thin Q R = A, A with at least as many rows as columns. */
export function qr(a: Matrix): Qr {
  const [Q, R] = factors("Qr", [flagAttribute("full_matrices", false)], [a], 2);
  return { Q: matrix(a.rows, a.cols, Q), R: matrix(a.cols, a.cols, R) };
}

/** X with A X = B, A square, or undefined if a pivot is 0. */
export function solve(a: Matrix, b: Matrix): Matrix | undefined {
  try {
    return matrix(b.rows, b.cols, factors("MatrixSolve", [flagAttribute("adjoint", false)], [a, b])[0]);
  } catch (error) {
    if (/not invertible/.test((error as Error).message)) return undefined;
    throw error;
  }
}

/** Lower L with A = L Lᵀ, A symmetric; NaN where A is not positive definite. */
export function cholesky(a: Matrix): Matrix {
  return matrix(a.rows, a.cols, factors("Cholesky", [], [a])[0]);
}

/** The eigenvalues, increasing, of square symmetric matrices one below the other, one after the other. */
export function stackedEigenvalues(stack: Matrix): Float64Array {
  return tidy(() => doubles(spectrum(uploadStack(stack, stack.cols))));
}

/** The singular values, decreasing, of matrices of n rows one below the other, one after the other. */
export function stackedSingularValues(stack: Matrix, n: number): Float64Array {
  return tidy(() => {
    const attributes = [flagAttribute("compute_uv", false), flagAttribute("full_matrices", false)];
    return doubles(outputs("Svd", attributes, [uploadStack(stack, n)], 3)[0]);
  });
}

/** Their squares, increasing, as eigenvalues of the smaller of AᵀA and AAᵀ. */
export function stackedSquaredSingularValues(stack: Matrix, n: number): Float64Array {
  return tidy(() => {
    const a = uploadStack(stack, n);
    const tall = n > stack.cols;
    return doubles(
      spectrum(run("BatchMatMulV2", [a, a], [flagAttribute("adj_x", tall), flagAttribute("adj_y", !tall)])),
    );
  });
}

/** Runs one operation on matrices and returns its results. */
const factors = (name: string, attributes: readonly Attribute[], matrices: readonly Matrix[], count = 1) =>
  tidy(() =>
    outputs(
      name,
      attributes,
      matrices.map((m) => uploadMatrix(m)),
      count,
    ).map(doubles),
  );

const outputs = (name: string, attributes: readonly Attribute[], inputs: readonly Tensor[], count: number): Tensor[] =>
  execute(name, [typeAttribute("T", DType.float64), ...attributes], inputs, count);

const spectrum = (stack: Tensor): Tensor =>
  outputs("SelfAdjointEigV2", [flagAttribute("compute_v", false)], [stack], 2)[0];

const uploadStack = ({ rows, cols, values }: Matrix, n: number): Tensor =>
  upload(values, [rows / n, n, cols], "float64");

const doubles = (tensor: Tensor): Float64Array => download(tensor) as Float64Array;
