import { matrix, type Matrix } from "./matrix.js";
import * as lapack from "./backend/lapack.js";
import { blasFor, type Blas } from "./backend/openblas.js";
import { room } from "./room.js";
import type { AccumulateOptions, ProductOptions } from "./decompositions.js";

/** Multiplications from which a call of the library costs less than three loops. */
const NATIVE_FROM = 1500;

/**
 * Multiplies matrices: A · B, or with Aᵀ or Bᵀ in their place, without forming the transpose. A product of a matrix and
 * its own transpose is symmetric to the last bit, and takes half of the work.
 *
 * @throws RangeError if the inner sizes differ
 */
export function multiply(a: Matrix, b: Matrix, options: ProductOptions = {}): Matrix {
  const { rows, inner, cols } = productShape(a, b, options);
  const blas = libraryFor(rows, inner, cols);
  if (!blas) return multiplyReference(a, b, options);
  const product = matrix(rows, cols, room(rows * cols));
  lapack.multiplyInto(blas, product, a, b, options);
  return product;
}

/**
 * Puts α A · B + β C into C, or with Aᵀ or Bᵀ in their place.
 *
 * @throws RangeError if the inner sizes differ, or C has not the shape of the product
 */
export function multiplyInto(c: Matrix, a: Matrix, b: Matrix, options: AccumulateOptions = {}): void {
  const { rows, inner, cols } = productShape(a, b, options);
  if (c.rows !== rows || c.cols !== cols)
    throw new RangeError(`multiplyInto: C is ${c.rows} × ${c.cols}, expected ${rows} × ${cols}`);
  const blas = libraryFor(rows, inner, cols);
  if (blas) return lapack.multiplyInto(blas, c, a, b, options);
  const { alpha = 1, beta = 0 } = options;
  const { values } = multiplyReference(a, b, options);
  for (let i = 0; i < values.length; i++) c.values[i] = alpha * values[i] + (beta === 0 ? 0 : beta * c.values[i]);
}

/**
 * Puts α A Aᵀ into the upper half of C, for `multiplySymmetricInto`: half the work of a product.
 *
 * @throws RangeError if C has not the shape of the product
 */
export function gramInto(c: Matrix, a: Matrix, alpha = 1): void {
  const n = a.rows;
  if (c.rows !== n || c.cols !== n) throw new RangeError(`gramInto: C is ${c.rows} × ${c.cols}, expected ${n} × ${n}`);
  const blas = libraryFor(n, a.cols, n / 2);
  if (blas) return lapack.gramInto(blas, c, a, alpha);
  const { values } = multiplyReference(a, a, { transposeB: true });
  for (let i = 0; i < n; i++) for (let j = i; j < n; j++) c.values[i * n + j] = alpha * values[i * n + j];
}

/**
 * Puts A S into C, for a symmetric S of which the upper half alone is read.
 *
 * @throws RangeError if S is not square or the shapes do not match
 */
export function multiplySymmetricInto(c: Matrix, a: Matrix, s: Matrix): void {
  const d = a.cols;
  if (s.rows !== d || s.cols !== d || c.rows !== a.rows || c.cols !== d)
    throw new RangeError(
      `multiplySymmetricInto: ${a.rows} × ${d} times ${s.rows} × ${s.cols} into ${c.rows} × ${c.cols}, expected ${d} × ${d} and ${a.rows} × ${d}`,
    );
  const blas = libraryFor(a.rows, d, d);
  if (blas) return lapack.multiplySymmetricInto(blas, c, a, s);
  const whole = matrix(d, d);
  for (let i = 0; i < d; i++)
    for (let j = i; j < d; j++) whole.values[i * d + j] = whole.values[j * d + i] = s.values[i * d + j];
  c.values.set(multiplyReference(a, whole).values);
}

/** Every entry of a matrix that multiplies one vector is read from memory: two threads read twice as fast. */
const READING = 4;

function libraryFor(rows: number, inner: number, cols: number): Blas | undefined {
  const work = rows * inner * cols;
  if (work < NATIVE_FROM) return undefined;
  return blasFor(rows === 1 || cols === 1 ? READING * work : work);
}

/** The reference implementation of `multiply`, in plain code: three loops. */
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
