import { addScaled, identity, matrix, relativeError, transpose, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { normal, type Source } from "../../math/random.js";
import { rowRange } from "../../math/rowBlocks.js";
import { mean } from "../../math/stats.js";
import { fitPotential, sampledEnergy } from "./galerkin.js";
import { helmholtzLinear } from "./linear.js";

/** The gradient part found from some number of samples, over several repetitions. */
export interface GalerkinError {
  readonly samples: number;
  /** the root mean square of the relative errors of M */
  readonly error: number;
  /** the largest |E ∇φ · r| / E |f|² on the samples */
  readonly product: number;
  /** the largest E |∇φ|² / E |f|² on the samples */
  readonly share: number;
}

/**
 * Finds the gradient part M x of the field A x of N(0, root · rootᵀ) from samples, by Galerkin's method with quadratic
 * test functions, and compares it with the exact one, at several numbers of samples. Each source is a repetition; the
 * samples of a smaller number are the first of those of a larger. A and root of shape [d, d].
 *
 * @throws RangeError if the shapes differ, or there are not more samples than dimensions
 */
export function galerkinConvergence(
  A: Matrix,
  root: Matrix,
  counts: readonly number[],
  sources: readonly Source[],
): GalerkinError[] {
  const d = A.cols;
  const exact = helmholtzLinear(A, multiply(root, root, { transposeB: true })).gradient;
  const repetitions = sources.map((source) => {
    const all = multiply(normal(source, Math.max(...counts), d), root, { transposeB: true });
    return counts.map((count) => {
      const x = rowRange(all, 0, count);
      const f = multiply(x, A, { transposeB: true });
      const potential = fitPotential(x, f);
      const { product, field, gradient } = sampledEnergy(f, potential.gradient(x, 0));
      const slope = addScaled(potential.gradient(identity(d), 0), -1, potential.gradient(matrix(d, d), 0));
      return {
        error: relativeError(transpose(slope), exact),
        product: Math.abs(product.value) / field.value,
        share: gradient.value / field.value,
      };
    });
  });
  return counts.map((samples, i) => {
    const runs = repetitions.map((repetition) => repetition[i]);
    return {
      samples,
      error: Math.sqrt(mean(runs.map(({ error }) => error ** 2))),
      product: Math.max(...runs.map(({ product }) => product)),
      share: Math.max(...runs.map(({ share }) => share)),
    };
  });
}
