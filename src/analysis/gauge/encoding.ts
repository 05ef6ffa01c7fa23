import type { VectorField } from "../../diffusion/distribution.js";
import { inLogSigma, probabilityFlow } from "../../diffusion/flow.js";
import type { Matrix } from "../../math/matrix.js";
import { integrate, last, linspace } from "../../math/ode.js";
import { columnCorrelations } from "../../math/stats.js";

/** Settings of codeCorrelations. */
export interface EncodingOptions {
  /** the noise levels of the data and of the codes */
  readonly from: number;
  readonly to: number;
  /** of Runge and Kutta's method of order 4, in equal ratios of σ */
  readonly steps: number;
}

/**
 * Returns the correlation of the codes of two fields, coordinate by coordinate, shape [d]: data x, shape [n, d], at
 * level `from` are carried up the flow of each to level `to`. Two scores of one density that differ by a gauge field
 * have codes of the same distribution and yet others for each point.
 *
 * @throws RangeError as integrate and columnCorrelations do
 */
export function codeCorrelations(
  f: Pick<VectorField, "score">,
  g: Pick<VectorField, "score">,
  x: Matrix,
  { from, to, steps }: EncodingOptions,
): Float64Array {
  const times = linspace(Math.log(from), Math.log(to), steps);
  const [a, b] = [f, g].map((field) => last(integrate(inLogSigma(probabilityFlow(field)), x, times)));
  return columnCorrelations(a, b);
}
