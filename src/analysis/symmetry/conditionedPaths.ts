import { matrix, takeRows, type Matrix } from "../../math/matrix.js";
import type { Field } from "../../math/ode.js";
import { fillNormal, type Source } from "../../math/random.js";
import { integrateSde, type DiffusionCoefficient } from "../../math/sde.js";
import type { BoundedDrift } from "./passage.js";

/** States of many paths of which a condition has chosen some. */
export interface ConditionedPaths {
  /** shape [m] */
  readonly times: Float64Array;
  /** the states at each time, of the paths that meet the condition, shape [m][n, d] */
  readonly states: readonly Matrix[];
  /** the paths simulated */
  readonly simulated: number;
}

/** Settings of conditionedPaths. */
export interface ConditionedPathsOptions {
  readonly source: Source;
  readonly count: number;
  /** the state where all paths begin, shape [d] */
  readonly from: ArrayLike<number>;
  /** all times of the integration, Euler and Maruyama's */
  readonly times: Float64Array;
  /** the places in `times` at which states are kept; the last is kept always */
  readonly keep: readonly number[];
  /** Tells whether a path that ends at this state is kept. */
  readonly isChosen: (end: Float64Array) => boolean;
}

/**
 * Simulates dx = f dt + g dW from one state and keeps the paths that end where they should: the distribution between
 * two states, without any theory of it.
 *
 * @throws RangeError as integrateSde does
 */
export function conditionedPaths(
  { drift, diffusion }: { readonly drift: Field; readonly diffusion: DiffusionCoefficient },
  { source, count, from, times, keep, isChosen }: ConditionedPathsOptions,
): ConditionedPaths {
  const d = from.length;
  const start = matrix(count, d);
  for (let n = 0; n < count; n++) start.values.set(from, n * d);
  const places = [...keep.filter((place) => place !== times.length - 1), times.length - 1];
  const states: Matrix[] = [];
  let place = 0;
  for (const state of integrateSde(drift, diffusion, start, times, source)) {
    if (places.includes(place)) states.push(state);
    place++;
  }
  const end = states[states.length - 1];
  const chosen = Array.from({ length: count }, (_, n) => n).filter((n) =>
    isChosen(end.values.subarray(n * d, (n + 1) * d)),
  );
  return {
    times: Float64Array.from(places, (at) => times[at]),
    states: states.map((state) => takeRows(state, chosen)),
    simulated: count,
  };
}

/** Draws made at once of a path that may stop at any step. */
const CHUNK = 20;

/** Settings of passagePaths. */
export interface PassageOptions {
  readonly source: Source;
  readonly count: number;
  readonly from: number;
  readonly dt: number;
  readonly steps: number;
  /** the times of a stop at the lower bound that are kept, both ends included */
  readonly window: readonly [number, number];
}

/**
 * Simulates a drift-diffusion model by Euler and Maruyama's method, each path until it is found beyond a bound, where
 * it stays, and keeps those that stop at the lower bound within a window of time: as in Vastola, arXiv 2504.09761, Fig.
 * 1a. A stop at a step stands for a passage in the time before it.
 */
export function passagePaths(
  { v, sigma, lower, upper }: BoundedDrift,
  { source, count, from, dt, steps, window: [first, last] }: PassageOptions,
): ConditionedPaths {
  const kept: Float64Array[] = [];
  const path = new Float64Array(steps + 1);
  const noise = new Float64Array(Math.min(CHUNK, steps));
  const size = sigma * Math.sqrt(dt);
  for (let n = 0; n < count; n++) {
    const own = source.split();
    path[0] = from;
    let stop = -1;
    for (let k = 1; k <= steps; k++) {
      if ((k - 1) % noise.length === 0) fillNormal(own, noise);
      path[k] = path[k - 1] + v * dt + size * noise[(k - 1) % noise.length];
      if (path[k] > lower && path[k] < upper) continue;
      stop = k;
      path.fill(path[k] <= lower ? lower : upper, k);
      break;
    }
    const isIn = stop * dt > first - dt / 4 && stop * dt < last + dt / 4;
    if (stop > 0 && path[stop] === lower && isIn) kept.push(path.slice());
  }
  return {
    times: Float64Array.from({ length: steps + 1 }, (_, k) => k * dt),
    states: Array.from({ length: steps + 1 }, (_, k) =>
      matrix(
        kept.length,
        1,
        Float64Array.from(kept, (own) => own[k]),
      ),
    ),
    simulated: count,
  };
}
