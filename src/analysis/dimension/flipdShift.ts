import type { VectorField } from "../../diffusion/distribution.js";
import { addScaled, rowDots } from "../../math/matrix.js";
import { addFields } from "../gauge/fields.js";
import type { DimensionEstimator } from "./curve.js";
import { flipd } from "./flipd.js";

/*
 * How FLIPD changes where a field r is added to the score s. They throw as the fields do.
 */

/** Returns the change at every row of x, as `flipd` gives it. */
export function flipdChange(s: VectorField, r: VectorField): DimensionEstimator {
  const [changed, own] = [flipd(addFields(s, r)), flipd(s)];
  return (x, sigma) => {
    const before = own(x, sigma);
    return changed(x, sigma).map((value, n) => value - before[n]);
  };
}

/** Returns the change that is predicted of any field, σ² (‖r‖² + 2 s · r + ∇ · r). */
export function flipdShift(
  { score }: Pick<VectorField, "score">,
  { scoreAndDivergence }: Pick<VectorField, "scoreAndDivergence">,
): DimensionEstimator {
  return (x, sigma) => {
    const { score: r, divergence } = scoreAndDivergence(x, sigma);
    const products = rowDots(r, addScaled(r, 2, score(x, sigma)));
    return products.map((product, n) => sigma ** 2 * (product + divergence[n]));
  };
}
