import { addScaled, requireSameShape, rowDots, scaleRows, type Matrix } from "../../math/matrix.js";
import { last } from "../../math/ode.js";

/** Trajectories in the planes of their ends, each in its own. */
export interface EndPlane {
  /** the coordinate along x_0 / ‖x_0‖ at each moment, shape [n] */
  readonly along: readonly Float64Array[];
  /** the coordinate at right angles to it, on the side of x_T, shape [n] */
  readonly across: readonly Float64Array[];
  /** the share of Σ_t ‖x_t‖² outside of the plane, shape [n] */
  readonly outside: Float64Array;
}

/**
 * Projects trajectories on the planes through 0, x_0 and x_T (arXiv 2303.02490).
 *
 * @param path the states of n trajectories, shape [n, d] each, from x_T to x_0
 * @throws RangeError if there are fewer than 3 states, or if x_0 and x_T of a trajectory are on one line through 0 and
 * span no plane, as always in one dimension
 */
export function endPlane(path: readonly Matrix[]): EndPlane {
  if (path.length < 3) throw new RangeError(`endPlane: ${path.length} states, expected at least 3`);
  path.forEach((x) => requireSameShape("endPlane", path[0], x));
  const { noise, end } = axes(path);
  const along = path.map((x) => rowDots(x, end));
  const across = path.map((x) => rowDots(x, noise));
  const outside = Float64Array.from({ length: end.rows }, (_, n) => {
    let [off, all] = [0, 0];
    path.forEach((x, t) => {
      let size = 0;
      for (let j = 0, at = n * x.cols; j < x.cols; j++, at++) size += x.values[at] ** 2;
      all += size;
      off += Math.max(size - along[t][n] ** 2 - across[t][n] ** 2, 0); // which round-off can leave below 0
    });
    return off / all;
  });
  return { along, across, outside };
}

/** Unit vectors of the planes: x_0, and what of x_T is at right angles to it. */
function axes(path: readonly Matrix[]): { readonly end: Matrix; readonly noise: Matrix } {
  const end = unit(last(path), "x_0");
  const start = unit(path[0], "x_T");
  const rest = addScaled(start, -1, scaleRows(end, rowDots(start, end)));
  const left = rowDots(rest, rest);
  const flat = left.findIndex((square) => !(square > 1e-12));
  if (flat >= 0)
    throw new RangeError(
      `endPlane: x_0 and x_T of trajectory ${flat} are on one line through 0, expected two states that span a plane`,
    );
  return {
    end,
    noise: scaleRows(
      rest,
      left.map((square) => 1 / Math.sqrt(square)),
    ),
  };
}

function unit(x: Matrix, name: string): Matrix {
  const squares = rowDots(x, x);
  const zero = squares.findIndex((square) => !(square > 0));
  if (zero >= 0)
    throw new RangeError(`endPlane: ${name} of trajectory ${zero} is 0, expected two states that span a plane`);
  return scaleRows(
    x,
    squares.map((square) => 1 / Math.sqrt(square)),
  );
}
