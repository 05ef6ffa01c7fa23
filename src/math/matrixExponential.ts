import { addScaled, identity, requireSquare, scale, type Matrix } from "./matrix.js";
import { multiply } from "./multiply.js";

/** Terms of Taylor's series; of a matrix of norm ¼ what is left out is below 10⁻²¹. */
const TERMS = 14;

/**
 * Returns e^A by scaling and squaring (Moler and Van Loan 2003, method 3): Taylor's series of A / 2^m, of norm ¼ at
 * most, squared m times. The error is relative to the largest entry, and grows with ‖A‖ as round-off does.
 *
 * @throws RangeError if A is not square or holds a value that is not finite
 */
export function matrixExponential(A: Matrix): Matrix {
  requireSquare("matrixExponential", A);
  const largest = rowNorm(A);
  if (!Number.isFinite(largest))
    throw new RangeError(`matrixExponential: the norm of A is ${largest}, expected entries that are finite`);
  const squarings = largest > 0.25 ? Math.ceil(Math.log2(4 * largest)) : 0;
  const small = scale(A, 2 ** -squarings);
  const I = identity(A.rows);
  let power = I;
  for (let term = TERMS; term >= 1; term--) power = addScaled(I, 1 / term, multiply(small, power));
  for (let i = 0; i < squarings; i++) power = multiply(power, power);
  return power;
}

/** The largest sum of the sizes in a row. */
function rowNorm({ rows, cols, values }: Matrix): number {
  let largest = 0;
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < cols; j++) sum += Math.abs(values[i * cols + j]);
    largest = sum > largest || Number.isNaN(sum) ? sum : largest;
  }
  return largest;
}
