import { requireSigma } from "../../diffusion/score.js";
import { normalCdf } from "../../math/special.js";
import type { LineMixture } from "../independence/sources.js";

/**
 * Returns the masses of a mixture at noise level σ in cells with the given inner edges, shape [edges + 1].
 *
 * @throws RangeError if σ is no noise level, the edges do not increase, or a component has no mean or no width there
 */
export function lineMasses(
  { weights, means, variances }: LineMixture,
  edges: ArrayLike<number>,
  sigma = 0,
): Float64Array {
  requireSigma("lineMasses", sigma);
  for (let j = 1; j < edges.length; j++)
    if (!(edges[j] > edges[j - 1]))
      throw new RangeError(`lineMasses: edge ${j} is ${edges[j]} after ${edges[j - 1]}, expected a higher one`);
  const masses = new Float64Array(edges.length + 1);
  weights.forEach((weight, k) => {
    const spread = Math.sqrt(variances[k] + sigma * sigma);
    if (!(spread > 0 && Number.isFinite(means[k])))
      throw new RangeError(
        `lineMasses: component ${k} has mean ${means[k]} and variance ${variances[k]} at σ = ${sigma}, expected a density`,
      );
    const at = [-Infinity, ...Array.from(edges, (edge) => (edge - means[k]) / spread), Infinity];
    // From the side on which both are tails, so that small masses keep their digits.
    for (let j = 0; j < masses.length; j++)
      masses[j] +=
        weight * (at[j] > 0 ? normalCdf(-at[j]) - normalCdf(-at[j + 1]) : normalCdf(at[j + 1]) - normalCdf(at[j]));
  });
  return masses;
}
