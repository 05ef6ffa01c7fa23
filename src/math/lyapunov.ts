import { matrix, requireColumns, requireSquare, type Matrix } from "./matrix.js";
import { solve } from "./solve.js";

/**
 * Solves the continuous Lyapunov equation A X + X Aᵀ = Q for matrices of shape [d, d], as d² linear equations: for
 * small d. The covariance of the stationary law of dx = -B x dt + √2 dW is `solveLyapunov(B, 2 I)` where every eigenvalue of B has
 * a positive real part; else there is no such law, and the solution is no covariance.
 *
 * @throws RangeError if A is not square, Q has another shape, or A has two eigenvalues of sum 0
 */
export function solveLyapunov(A: Matrix, Q: Matrix): Matrix {
  requireSquare("solveLyapunov", A);
  requireSquare("solveLyapunov", Q);
  requireColumns("solveLyapunov", "Q", Q, A.cols);
  const d = A.rows;
  const system = matrix(d * d, d * d);
  for (let i = 0; i < d; i++)
    for (let j = 0; j < d; j++)
      for (let k = 0; k < d; k++) {
        const equation = (i * d + j) * d * d; // (A X)_ij + (X Aᵀ)_ij
        system.values[equation + k * d + j] += A.values[i * d + k];
        system.values[equation + i * d + k] += A.values[j * d + k];
      }
  return matrix(d, d, solve(system, matrix(d * d, 1, Q.values)).values);
}
