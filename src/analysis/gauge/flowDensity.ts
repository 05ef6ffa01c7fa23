import type { Distribution, VectorField } from "../../diffusion/distribution.js";
import { flowLogDensity } from "../../diffusion/likelihood.js";
import type { Matrix } from "../../math/matrix.js";
import { observedOrder, type Convergence } from "../../math/ode.js";

/** Settings of flowDensityConvergence. */
export interface FlowDensityOptions {
  readonly sigmaMin: number;
  readonly sigmaMax: number;
  /** of Runge and Kutta's method of order 4, in equal ratios of σ; two numbers or more */
  readonly steps: readonly number[];
}

/**
 * How well the flow of a field knows the density: the largest |log p_flow - log p| over the points x, shape [n, d], at
 * σ_min, when the flow begins with the right density at σ_max, for each number of steps. An exact field's error falls
 * with the order of the method; that of a field which changes the density stays.
 *
 * @throws RangeError if the levels are not 0 < σ_min < σ_max, fewer than two numbers of steps are given, or a state is
 * not finite
 */
export function flowDensityConvergence(
  truth: Pick<Distribution, "logDensity">,
  field: Pick<VectorField, "scoreAndDivergence">,
  x: Matrix,
  { sigmaMin, sigmaMax, steps }: FlowDensityOptions,
): Convergence {
  const exact = truth.logDensity(x, sigmaMin);
  const h = steps.map((count) => Math.log(sigmaMax / sigmaMin) / count);
  const error = steps.map((count) => {
    const seen = flowLogDensity(field, { steps: count, sigmaMax, prior: truth })(x, sigmaMin);
    return seen.reduce((most, log, n) => Math.max(most, Math.abs(log - exact[n])), 0);
  });
  return { h, error, order: observedOrder(h, error) };
}
