import { dot, matrix, requireSameShape, row, type Matrix } from "../../math/matrix.js";

/** How much of the last state is not yet in the states before it, at each moment, shape [n, moments]. */
export interface Determination {
  /** ‖x_0 - P x_0‖² / ‖x_0‖², P onto the span of x_T and x_t */
  readonly fromState: Matrix;
  /** the same, P onto the span of all states from x_T to x_t */
  readonly fromPast: Matrix;
}

/** Below this share of its square what is left of a vector is round-off, and no direction. */
const ROUND_OFF = 1e-20;

/**
 * Measures how early the end x_0 of a trajectory is determined: what of it lies outside of the span of x_T and x_t, and
 * of all states up to x_t (arXiv 2303.02490).
 *
 * @param path the states of n trajectories, shape [n, d] each, from x_T to x_0
 * @throws RangeError if there are fewer than 2 states
 */
export function endpointDetermination(path: readonly Matrix[]): Determination {
  if (path.length < 2) throw new RangeError(`endpointDetermination: ${path.length} states, expected at least 2`);
  path.forEach((x) => requireSameShape("endpointDetermination", path[0], x));
  const { rows: n } = path[0];
  const [fromState, fromPast] = [matrix(n, path.length), matrix(n, path.length)];
  for (let k = 0; k < n; k++) {
    const states = path.map((x) => row(x, k));
    const end = states[states.length - 1];
    const all = dot(end, end);
    const first = direction(states[0], []);
    const past: Float64Array[] = [];
    let left = all;
    states.forEach((state, t) => {
      const next = direction(state, past);
      if (next) {
        past.push(next);
        left -= dot(next, end) ** 2;
      }
      const turn = direction(state, first ? [first] : []);
      const pair = [first, turn].flatMap((axis) => (axis ? [dot(axis, end) ** 2] : []));
      row(fromState, k)[t] = Math.max(1 - pair.reduce((sum, square) => sum + square, 0) / all, 0);
      row(fromPast, k)[t] = Math.max(left / all, 0);
    });
  }
  return { fromState, fromPast };
}

/** The unit vector of what of x is at right angles to orthonormal axes (Gram and Schmidt, twice); none if x is in their span. */
function direction(x: Float64Array, axes: readonly Float64Array[]): Float64Array | undefined {
  const rest = x.slice();
  for (let turn = 0; turn < 2; turn++)
    for (const axis of axes) {
      const along = dot(axis, rest);
      for (let j = 0; j < rest.length; j++) rest[j] -= along * axis[j];
    }
  const square = dot(rest, rest);
  return square > ROUND_OFF * dot(x, x) ? rest.map((value) => value / Math.sqrt(square)) : undefined;
}
