import { jacobians } from "../../diffusion/jacobian.js";
import { requirePositive } from "../../diffusion/score.js";
import { matrix, type Matrix } from "../../math/matrix.js";
import { stackedEigenvalues } from "../../math/batchedSpectra.js";
import type { DimensionEstimator } from "./curve.js";
import type { VectorField } from "../../diffusion/distribution.js";
import { rowRange } from "../../math/rowBlocks.js";

/** Numbers of the Jacobians held at a time: 32 MB. */
const BLOCK_NUMBERS = 2 ** 22;

/**
 * The number of eigenvalues of σ² J(x, σ) above -½, J the symmetric part of the score's Jacobian, which of a true score
 * is the Hessian of log p: they are -1 across a manifold, and of the size of -k σ² / 2 along one of curvature 1. An
 * integer from 0 to D.
 *
 * The estimator throws RangeError if σ is not positive, and as the product does.
 */
export function jacobianSpectrum(field: Pick<VectorField, "jacobianProduct">): DimensionEstimator {
  const values = scaledHessianSpectrum(field);
  return (x, sigma) => {
    const spectra = values(x, sigma);
    const counts = new Float64Array(x.rows);
    spectra.values.forEach((value, i) => {
      if (value > -0.5) counts[Math.floor(i / x.cols)]++;
    });
    return counts;
  };
}

/**
 * The eigenvalues of the symmetric part of σ² J at every row of x, decreasing, shape [n, D]: D products. It throws as
 * jacobianSpectrum does.
 */
export function scaledHessianSpectrum({
  jacobianProduct,
}: Pick<VectorField, "jacobianProduct">): (x: Matrix, sigma: number) => Matrix {
  return (x, sigma) => {
    requirePositive("jacobianSpectrum", sigma);
    const d = x.cols;
    const spectra = matrix(x.rows, d);
    const size = Math.max(1, Math.floor(BLOCK_NUMBERS / (d * d)));
    for (let from = 0; from < x.rows; from += size) {
      const part = rowRange(x, from, Math.min(from + size, x.rows));
      const stack = matrix(part.rows * d, d);
      jacobians(jacobianProduct, part, sigma).forEach((J, n) =>
        putSymmetric(J, sigma ** 2, stack.values.subarray(n * d * d, (n + 1) * d * d)),
      );
      spectra.values.set(stackedEigenvalues(stack).values, from * d);
    }
    return spectra;
  };
}

/** factor · (J + Jᵀ) / 2 */
function putSymmetric({ rows, cols, values }: Matrix, factor: number, half: Float64Array): void {
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < cols; j++) half[i * cols + j] = (factor / 2) * (values[i * cols + j] + values[j * cols + i]);
}
