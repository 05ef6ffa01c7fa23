import { eigen } from "../../math/eigen.js";
import { addScaled, matrix, requireColumns, requireSquare, transpose, type Matrix } from "../../math/matrix.js";
import { solve, squareRoot } from "../../math/solve.js";

/**
 * Returns the Kullback-Leibler divergence of N(0, P) from N(0, S), Σ ½ (μ - 1 - ln μ) over the eigenvalues μ of S⁻¹ P,
 * exact to round-off near 0.
 *
 * @throws RangeError if the shapes differ, or a matrix is not symmetric or not positive definite
 */
export function gaussianKL(P: Matrix, S: Matrix): number {
  requireSquare("gaussianKL", P);
  requireColumns("gaussianKL", "S", S, P.cols);
  const root = squareRoot(S);
  const half = solve(root, P);
  const ratio = solve(root, transpose(half)); // S^{-1/2} P S^{-1/2}
  const { values } = eigen(
    addScaled(
      matrix(
        P.rows,
        P.cols,
        ratio.values.map((value) => value / 2),
      ),
      0.5,
      transpose(ratio),
    ),
  );
  return values.reduce((sum, mu) => {
    if (!(mu > 0)) throw new RangeError(`gaussianKL: S⁻¹ P has the eigenvalue ${mu}, expected positive ones`);
    return sum + 0.5 * (mu - 1 - Math.log1p(mu - 1));
  }, 0);
}
