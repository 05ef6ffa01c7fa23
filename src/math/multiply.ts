import { matrix, type Matrix } from "./matrix.js";
import { nativeAvailable } from "./backend/binding.js";
import * as native from "./backend/native.js";
import type { ProductOptions } from "./decompositions.js";

/** Multiplications above which the native product is faster although its operands are copied there and back. */
const NATIVE_FROM = 60_000;

/**
 * Multiplies matrices: A · B, or with Aᵀ or Bᵀ in their place, without forming the transpose.
 *
 * @throws RangeError if the inner sizes differ
 */
export function multiply(a: Matrix, b: Matrix, options: ProductOptions = {}): Matrix {
  const { rows, inner, cols } = productShape(a, b, options);
  const fast = rows * inner * cols >= NATIVE_FROM && nativeAvailable();
  return fast ? native.multiply(a, b, options) : multiplyReference(a, b, options);
}

/** The reference implementation of `multiply`, without TensorFlow: three loops. */
export function multiplyReference(
  a: Matrix,
  b: Matrix,
  { transposeA = false, transposeB = false }: ProductOptions = {},
): Matrix {
  const { rows, inner, cols } = productShape(a, b, { transposeA, transposeB });
  const product = matrix(rows, cols);
  const [A, B, C] = [a.values, b.values, product.values];
  const [rowStep, innerStep] = transposeA ? [1, a.cols] : [a.cols, 1];
  for (let i = 0; i < rows; i++)
    if (transposeB) {
      for (let j = 0; j < cols; j++) {
        let sum = 0;
        for (let k = 0; k < inner; k++) sum += A[i * rowStep + k * innerStep] * B[j * inner + k];
        C[i * cols + j] = sum;
      }
    } else {
      for (let k = 0; k < inner; k++) {
        const factor = A[i * rowStep + k * innerStep];
        for (let j = 0; j < cols; j++) C[i * cols + j] += factor * B[k * cols + j];
      }
    }
  return product;
}

function productShape(a: Matrix, b: Matrix, { transposeA = false, transposeB = false }: ProductOptions) {
  const [rows, inner] = transposeA ? [a.cols, a.rows] : [a.rows, a.cols];
  const [innerB, cols] = transposeB ? [b.cols, b.rows] : [b.rows, b.cols];
  if (inner !== innerB)
    throw new RangeError(`multiply: ${rows} × ${inner} times ${innerB} × ${cols}, expected equal inner sizes`);
  return { rows, inner, cols };
}
