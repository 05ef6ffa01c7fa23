import type { VectorField } from "../../diffusion/distribution.js";
import { matrix, requireSameShape, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { requireBasis, ridgeValues, type RidgeBasis } from "./ridge.js";

/**
 * The test of a gauge field that needs samples of p and no score: r is one if and only if E r · ∇ψ = 0 for all
 * functions ψ. Gives z_ψ = mean / standard error of r · ∇ψ for every function of a basis, shape [m], each nearly N(0,
 * 1) where r is a gauge field. x, samples of p, and r at them are of shape [n, d]; for f - ∇φ it tests whether φ takes
 * all of the gradient out of f.
 *
 * @throws RangeError if the shapes differ, there are fewer than two samples, or r · ∇ψ is the same at all of them
 */
export function weakGaugeTest(x: Matrix, r: Matrix, basis: RidgeBasis): Float64Array {
  requireBasis("weakGaugeTest", basis);
  requireSameShape("weakGaugeTest", x, r);
  if (x.rows < 2) throw new RangeError(`weakGaugeTest: ${x.rows} samples, expected at least two`);
  const products = multiply(r, basis.directions, { transposeB: true });
  const slopes = ridgeValues(basis, x, "slope");
  const m = basis.offsets.length;
  const [sums, squares] = [matrix(1, m).values, matrix(1, m).values];
  for (let n = 0, i = 0; n < x.rows; n++)
    for (let a = 0; a < m; a++, i++) {
      const value = products.values[i] * slopes.values[i];
      sums[a] += value;
      squares[a] += value * value;
    }
  return sums.map((sum, a) => {
    const variance = (squares[a] - (sum * sum) / x.rows) / (x.rows - 1);
    if (!(variance > 0))
      throw new RangeError(
        `weakGaugeTest: r · ∇ψ has the variance ${variance} for function ${a}, expected a positive one`,
      );
    return sum / Math.sqrt(x.rows * variance);
  });
}

/** A field under the weak test. */
export interface WeakTest {
  readonly field: string;
  /** the largest |z| of all test functions */
  readonly largestZ: number;
}

/**
 * Returns the largest |z| of weakGaugeTest for several fields at the samples x of p(·; σ), shape [n, d].
 *
 * @throws RangeError as weakGaugeTest does
 */
export function weakGaugeTests(
  fields: Readonly<Record<string, Pick<VectorField, "score">>>,
  x: Matrix,
  sigma: number,
  basis: RidgeBasis,
): WeakTest[] {
  return Object.entries(fields).map(([field, { score }]) => ({
    field,
    largestZ: weakGaugeTest(x, score(x, sigma), basis).reduce((most, z) => Math.max(most, Math.abs(z)), 0),
  }));
}
