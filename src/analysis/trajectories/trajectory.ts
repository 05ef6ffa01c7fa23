import type { VectorField } from "../../diffusion/distribution.js";
import type { Flow } from "../../diffusion/flow.js";
import { sample, requireLevels } from "../../diffusion/sampling/sampler.js";
import { dpmSolver, type Solver } from "../../diffusion/sampling/solver.js";
import type { Matrix } from "../../math/matrix.js";
import type { ButcherTableau } from "../../math/ode.js";

/** The ways of n points from noise to data, with what the denoiser makes of every state. */
export interface Trajectory {
  /** decreasing, the last one 0 for a way down to the data */
  readonly sigmas: Float64Array;
  /** x_σ at each level, shape [n, d] */
  readonly states: readonly Matrix[];
  /** D(x_σ, σ) at each level, shape [n, d]; at σ = 0 the state */
  readonly denoised: readonly Matrix[];
}

/**
 * Follows the probability flow of a field from the states x, shape [n, d], at the first level down to the last: by its
 * closed form where it has one, else by a sampler, whose evaluations are kept.
 *
 * @throws RangeError as sample does
 */
export function followTrajectory(
  field: Pick<VectorField, "denoiser"> & { readonly flow?: Flow },
  x: Matrix,
  sigmas: Float64Array,
  method: ButcherTableau | Solver = dpmSolver(),
): Trajectory {
  const { flow } = field;
  if (flow) {
    requireLevels("followTrajectory", sigmas);
    const states = Array.from(sigmas, (sigma, i) => (i === 0 ? x : flow(x, sigmas[0], sigma)));
    return { sigmas, states, denoised: states.map((state, i) => denoisedAt(field, state, sigmas[i])) };
  }
  const known = new WeakMap<Matrix, Matrix>(); // a sampler denoises most of the very states that it yields
  const denoiser = (at: Matrix, sigma: number) => {
    const denoised = field.denoiser(at, sigma);
    known.set(at, denoised);
    return denoised;
  };
  const states = [...sample({ denoiser }, x, sigmas, method)];
  return {
    sigmas,
    states,
    denoised: states.map((state, i) => known.get(state) ?? denoisedAt(field, state, sigmas[i])),
  };
}

const denoisedAt = ({ denoiser }: Pick<VectorField, "denoiser">, x: Matrix, sigma: number) =>
  sigma === 0 ? x : denoiser(x, sigma);
