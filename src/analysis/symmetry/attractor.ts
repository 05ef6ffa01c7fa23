import { onsagerMachlup } from "./lagrangian.js";
import { mostLikelyPath, type MostLikelyPath } from "./mostLikelyPath.js";
import { energies, kinematicAngularMomentum, noetherCharge, rotation } from "./noether.js";
import { extrapolated, refinement } from "./refinement.js";
import { rotatingAttractor } from "./systems.js";
import { row, type Matrix } from "../../math/matrix.js";
import { linspace } from "../../math/ode.js";

/** The exact most likely path of the single attractor dx = -x dt + √2 dW in the plane, from a to b in the time T. */
export interface ExactAttractor {
  /** |x′|² - |x|² */
  readonly E: number;
  /** x y′ - y x′ */
  readonly L: number;
  /** S = |b - a e^{-T}|² / 2 (1 - e^{-2T}), minus the exponent of the transition density */
  readonly S: number;
  /** x(t) = [b sinh t + a sinh (T - t)] / sinh T */
  readonly at: (t: number) => [number, number];
}

type Pair = readonly [number, number];

/** Returns the exact path of the single attractor, with the E and L of Vastola's notebook, without ¼ and ½. */
export function exactAttractor([ax, ay]: Pair, [bx, by]: Pair, T: number): ExactAttractor {
  const [aa, bb, ab] = [ax * ax + ay * ay, bx * bx + by * by, ax * bx + ay * by];
  const [sinh, decay] = [Math.sinh(T), Math.exp(-T)];
  return {
    E: (aa + bb - 2 * ab * Math.cosh(T)) / sinh ** 2,
    L: (ax * by - ay * bx) / sinh,
    S: ((bx - ax * decay) ** 2 + (by - ay * decay) ** 2) / (2 * (1 - decay ** 2)),
    at: (t) => [(bx * Math.sinh(t) + ax * Math.sinh(T - t)) / sinh, (by * Math.sinh(t) + ay * Math.sinh(T - t)) / sinh],
  };
}

/** One transition past the attractor: what is conserved, and by how much the numbers differ from the exact ones. */
export interface AttractorRow {
  readonly omega: number;
  readonly T: number;
  /** without ¼ and ½ */
  readonly E: number;
  readonly L: number;
  readonly S: number;
  /** the largest relative difference of the three from the exact ones, at step 0 by extrapolation; where ω = 0 */
  readonly error?: number;
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
  const exact = exactAttractor(from, to, T);
  const finest = found.paths[found.paths.length - 1];
  return {
    omega,
    T,
    E,
    L,
    S,
    ...(omega === 0 && {
      error: Math.max(
        ...(
          [
            [E, exact.E],
            [L, exact.L],
            [S, exact.S],
          ] as const
        ).map(([a, b]) => Math.abs(a / b - 1)),
      ),
    }),
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

/** The distance of a path from a point: the smallest over its points. */
export function distanceTo({ points }: Pick<MostLikelyPath, "points">, target: ArrayLike<number>): number {
  let least = Infinity;
  for (let k = 0; k < points.rows; k++)
    least = Math.min(least, Math.hypot(...row(points, k).map((value, j) => value - target[j])));
  return least;
}

/** The largest less the smallest value over the mean of the absolute ones: 0 of what is conserved. */
export function relativeSpread(values: Float64Array): number {
  const size = values.reduce((total, value) => total + Math.abs(value), 0) / values.length;
  return (Math.max(...values) - Math.min(...values)) / size;
}
