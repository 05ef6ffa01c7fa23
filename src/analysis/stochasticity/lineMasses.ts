import { normalCdf } from "../../math/special.js";
import type { LineMixture } from "../independence/sources.js";

/** Returns the masses of a mixture at noise level σ in cells with the given inner edges, shape [edges + 1]. */
export function lineMasses(
  { weights, means, variances }: LineMixture,
  edges: ArrayLike<number>,
  sigma = 0,
): Float64Array {
  const masses = new Float64Array(edges.length + 1);
  weights.forEach((weight, k) => {
    const spread = Math.sqrt(variances[k] + sigma * sigma);
    const at = [-Infinity, ...Array.from(edges, (edge) => (edge - means[k]) / spread), Infinity];
    // From the side on which both are tails, so that small masses keep their digits.
    for (let j = 0; j < masses.length; j++)
      masses[j] +=
        weight * (at[j] > 0 ? normalCdf(-at[j]) - normalCdf(-at[j + 1]) : normalCdf(at[j + 1]) - normalCdf(at[j]));
  });
  return masses;
}
