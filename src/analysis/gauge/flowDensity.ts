import type { Distribution, VectorField } from "../../diffusion/distribution.js";
import { flowLogDensity } from "../../diffusion/likelihood.js";
import type { Matrix } from "../../math/matrix.js";
import { observedOrder, type Convergence } from "../../math/ode.js";
import { fieldAsymmetry } from "./asymmetry.js";
import { addFields } from "./fields.js";

/** Settings of flowDensityConvergence. */
export interface FlowDensityOptions {
  readonly sigmaMin: number;
  readonly sigmaMax: number;
  /** of Runge and Kutta's method of order 4, in equal ratios of σ; two numbers or more */
  readonly steps: readonly number[];
}

/**
 * Measures how well the flow of a field knows the density: the largest |log p_flow - log p| over the points x, shape
 * [n, d], at σ_min, when the flow begins with the right density at σ_max, for each number of steps. An exact field's
 * error falls with the order of the method; that of a field which changes the density stays.
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

/** The error of the density that the flow of a score with a field added carries. */
export interface CarriedDensity {
  readonly field: string;
  /** of the Jacobian, NAsym: 0 of a gradient */
  readonly asymmetry: number;
  /** the exponent of the error in the step */
  readonly order: number;
  /** with the most steps, the largest |log p_flow - log p| */
  readonly error: number;
  /** the numbers of steps, and the same error with each */
  readonly steps: readonly number[];
  readonly errors: readonly number[];
}

/**
 * Returns flowDensityConvergence of the distribution's score alone, under the name `none`, and with each field added.
 * The asymmetry is measured at the points x at another level.
 *
 * @throws RangeError as flowDensityConvergence does
 */
export function carriedDensities(
  p: Distribution,
  added: Readonly<Record<string, VectorField>>,
  x: Matrix,
  { asymmetryAt = 0.5, ...options }: FlowDensityOptions & { readonly asymmetryAt?: number },
): CarriedDensity[] {
  const fields = { none: p, ...Object.fromEntries(Object.entries(added).map(([name, r]) => [name, addFields(p, r)])) };
  return Object.entries<VectorField>(fields).map(([field, f]) => {
    const { error, order } = flowDensityConvergence(p, f, x, options);
    return {
      field,
      asymmetry: fieldAsymmetry(f, x, asymmetryAt).relative,
      order,
      error: error[error.length - 1],
      steps: options.steps,
      errors: error,
    };
  });
}
