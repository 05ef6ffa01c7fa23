import { onsagerMachlup } from "./lagrangian.js";
import { mostLikelyPath, type MostLikelyPath } from "./mostLikelyPath.js";
import { energies, kinematicAngularMomentum, noetherCharge } from "./noether.js";
import { extrapolated, refinement } from "./refinement.js";
import { rotatingAttractor } from "./systems.js";
import { rotation } from "./transformation.js";
import { row, type Matrix } from "../../math/matrix.js";
import { linspace } from "../../math/ode.js";
import { range } from "../../math/stats.js";

/**
 * The exact most likely path of the attractor dx = (-1 + ω J) x dt + √2 dW in the plane, from a to b in the time T. Seen
 * from axes that turn with ω it is that of ω = 0, to the state b′ that is b turned back by ω T.
 */
export interface ExactAttractor {
  /** |x′|² - |f|², which is (|a|² + |b|² - 2 a · b′ cosh T) / sinh² T + 2 ω L */
  readonly E: number;
  /** x (y′ - f_y) - y (x′ - f_x), which is a × b′ / sinh T */
  readonly L: number;
  /** |b′ - a e^{-T}|² / 2 (1 - e^{-2T}), minus the exponent of the transition density */
  readonly S: number;
  /** [b′ sinh t + a sinh (T - t)] / sinh T, turned by ω t */
  readonly at: (t: number) => [number, number];
}

type Pair = readonly [number, number];

/**
 * Returns the exact path past the attractor, with the E and L of Vastola's notebook, without ¼ and ½.
 *
 * @throws RangeError if T is not positive
 */
export function exactAttractor([ax, ay]: Pair, to: Pair, T: number, omega = 0): ExactAttractor {
  if (!(T > 0)) throw new RangeError(`exactAttractor: T is ${T}, expected a positive time`);
  const [bx, by] = turned(to, -omega * T);
  // in decaying exponentials alone: the hyperbolic functions overflow
  const lost = -Math.expm1(-2 * T);
  const decay = Math.exp(-T);
  const apart = (bx - ax) ** 2 + (by - ay) ** 2;
  const L = (2 * decay * (ax * by - ay * bx)) / lost;
  return {
    E: (4 * decay * (decay * apart - (ax * bx + ay * by) * Math.expm1(-T) ** 2)) / lost ** 2 + 2 * omega * L,
    L,
    S: ((bx - ax * decay) ** 2 + (by - ay * decay) ** 2) / (2 * lost),
    at: (t) => {
      const b = (Math.exp(t - T) * Math.expm1(-2 * t)) / -lost; // sinh t / sinh T
      const a = (Math.exp(-t) * Math.expm1(2 * (t - T))) / -lost;
      return turned([bx * b + ax * a, by * b + ay * a], omega * t);
    },
  };
}

function turned([x, y]: Pair, angle: number): [number, number] {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [cos * x - sin * y, sin * x + cos * y];
}

/** One transition past the attractor: what is conserved, and by how much the numbers differ from the exact ones. */
export interface AttractorRow {
  readonly omega: number;
  readonly T: number;
  /** without ¼ and ½ */
  readonly E: number;
  readonly L: number;
  readonly S: number;
  /** the largest relative difference of the three from the exact ones, absolute from 0, extrapolated */
  readonly error: number;
  /** the largest less the smallest along the finest path, over the mean of the absolute values */
  readonly spreadE: number;
  readonly spreadL: number;
  /** the same of x × x′, which is not canonical */
  readonly spreadKinematic: number;
  /** of the path to the attractor */
  readonly nearest: number;
}

/**
 * Measures energy, angular momentum and action of transitions past an attractor that turns with ω, D = 1, on paths of N,
 * 2N, 4N and 8N steps.
 */
export function attractorRow(from: Pair, to: Pair, T: number, { omega = 0, N = 100 } = {}): AttractorRow {
  const lagrangian = onsagerMachlup(rotatingAttractor({ omega }));
  const found = refinement({ lagrangian, from, to }, { from: 0, to: T, N });
  const canonical = (path: MostLikelyPath) => noetherCharge(lagrangian, rotation(), path);
  const E = extrapolated(found, (path) => 4 * energies(lagrangian, path).mean);
  const L = extrapolated(found, (path) => 2 * canonical(path).mean);
  const S = extrapolated(found, ({ action }) => action);
  const exact = exactAttractor(from, to, T, omega);
  const finest = found.paths[found.paths.length - 1];
  return {
    omega,
    T,
    E,
    L,
    S,
    error: Math.max(
      ...(
        [
          [E, exact.E],
          [L, exact.L],
          [S, exact.S],
        ] as const
      ).map(([a, b]) => Math.abs(a - b) / (Math.abs(b) || 1)),
    ),
    spreadE: relativeSpread(energies(lagrangian, finest).values),
    spreadL: relativeSpread(canonical(finest).values),
    spreadKinematic: relativeSpread(kinematicAngularMomentum(lagrangian, finest).values),
    nearest: distanceTo(finest, [0, 0]),
  };
}

/** One path of a slider, with its label on it and its own title. */
export interface Transition {
  readonly label: string;
  readonly title: string;
  readonly points: Matrix;
}

/** Finds the most likely transitions past the single attractor in several times, for a slider over T. */
export function attractorTransitions(from: Pair, to: Pair, durations: readonly number[]): Transition[] {
  const lagrangian = onsagerMachlup(rotatingAttractor());
  return durations.map((T) => {
    const { E, L } = exactAttractor(from, to, T);
    return {
      label: String(T),
      title: `E = ${E.toPrecision(3)}, L = ${L.toPrecision(3)}`,
      points: mostLikelyPath({ lagrangian, times: linspace(0, T, 100), from, to }).points,
    };
  });
}

/**
 * The distance of a path from a point: the smallest over its points.
 *
 * @throws RangeError if the point is not of the path's dimension
 */
export function distanceTo({ points }: Pick<MostLikelyPath, "points">, target: ArrayLike<number>): number {
  if (target.length !== points.cols)
    throw new RangeError(`distanceTo: a point of ${target.length} coordinates, expected ${points.cols} like the path`);
  let least = Infinity;
  for (let k = 0; k < points.rows; k++)
    least = Math.min(least, Math.hypot(...row(points, k).map((value, j) => value - target[j])));
  return least;
}

/** The largest less the smallest value over the mean of the absolute ones: 0 of what is conserved. */
export function relativeSpread(values: Float64Array): number {
  const size = values.reduce((total, value) => total + Math.abs(value), 0) / values.length;
  return size === 0 ? 0 : range(values) / size;
}
