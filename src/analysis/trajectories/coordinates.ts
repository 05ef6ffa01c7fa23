import { addScaled, scale, type Matrix } from "../../math/matrix.js";
import { incrementsOf } from "./increments.js";
import type { Trajectory } from "./trajectory.js";

/** The coordinates that a trajectory has: states, steps between them, and the two halves of a state. */
export const coordinateNames = ["state", "increment", "noise", "endpoint"] as const;

/** One of the coordinates of a trajectory. */
export type CoordinateName = (typeof coordinateNames)[number];

/**
 * The states of n points in one process or the other: "VP", variance-preserving, x_t = α_t x_σ with α_t = 1/√(1 + σ²),
 * or "EDM", x_σ itself, whose noise is not divided.
 */
export type Scaling = "VP" | "EDM";

/** A trajectory in each of its coordinates, one matrix of shape [n, d] for each moment. */
export type TrajectoryCoordinates = Readonly<Record<CoordinateName, readonly Matrix[]>>;

/** Returns α_t = 1/√(1 + σ²) of noise levels: what a variance-preserving process multiplies the data with. */
export function preservedScale(sigmas: ArrayLike<number>): Float64Array {
  return Float64Array.from(sigmas, (sigma) => 1 / Math.sqrt(1 + sigma ** 2));
}

/** Returns the states of a trajectory, as they are or scaled so that data and noise have a variance of 1 together. */
export function scaledStates(
  { sigmas, states }: Pick<Trajectory, "sigmas" | "states">,
  scaling: Scaling = "VP",
): Matrix[] {
  const alphas = preservedScale(sigmas);
  return states.map((state, i) => (scaling === "VP" ? scale(state, alphas[i]) : state));
}

/**
 * Returns a trajectory in all its coordinates (arXiv 2303.02490): the state, its increments, the estimate ε = (x_σ - D)
 * / σ of the noise and the estimate D = x̂_0 of the endpoint. The last two are the same in both processes, and taken at
 * the levels above 0.
 */
export function trajectoryCoordinates(trajectory: Trajectory, scaling: Scaling = "VP"): TrajectoryCoordinates {
  const { sigmas, states, denoised } = trajectory;
  const state = scaledStates(trajectory, scaling);
  const noisy = states.flatMap((_, i) => (sigmas[i] > 0 ? [i] : []));
  return {
    state,
    increment: incrementsOf(state),
    noise: noisy.map((i) => scale(addScaled(states[i], -1, denoised[i]), 1 / sigmas[i])),
    endpoint: noisy.map((i) => denoised[i]),
  };
}
