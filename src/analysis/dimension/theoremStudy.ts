import type { VectorField } from "../../diffusion/distribution.js";
import { row, type Matrix } from "../../math/matrix.js";
import { mean } from "../../math/stats.js";
import { exponentialRank, flowCommutators } from "./exponentialRank.js";
import { flowMapTo, type FlowMapOptions } from "./flowMap.js";

/** A field and points of the manifold whose dimension it ought to know. */
export interface TheoremCase {
  readonly field: string;
  readonly on: string;
  readonly k: number;
  readonly p: Pick<VectorField, "score" | "jacobianProduct">;
  readonly x: Matrix;
}

/** What Theorem 2 of Horvat and Pfister (arXiv 2402.03845) supposes and concludes, for one field. */
export interface TheoremRow {
  readonly field: string;
  readonly on: string;
  readonly k: number;
  /** the largest relative commutator of the trajectories at any of the noise levels, and at the last: 0 in the theorem */
  readonly largest: number;
  readonly last: number;
  /** of exp(∇f) at the last of the levels, the average over the points */
  readonly rank: number;
}

/**
 * Follows the flow of each field to its points, from the first noise level to the last, and returns its commutators
 * and the rank at the end.
 *
 * @throws RangeError as flowMap does
 */
export function theoremRows(
  cases: readonly TheoremCase[],
  sigmas: ArrayLike<number>,
  options: FlowMapOptions = {},
): TheoremRow[] {
  return cases.map(({ field, on, k, p, x }) => {
    const found = flowCommutators(p, flowMapTo(p, x, sigmas, options));
    return {
      field,
      on,
      k,
      largest: Math.max(...found.values),
      last: Math.max(...row(found, found.rows - 1)),
      rank: mean(exponentialRank(p)(x, sigmas[sigmas.length - 1])),
    };
  });
}
