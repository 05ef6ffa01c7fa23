import { estimateMean, type Estimate } from "../../math/estimate.js";
import { matrix, takeRows, type Matrix } from "../../math/matrix.js";
import type { Field } from "../../math/ode.js";
import { fillNormal, type Source } from "../../math/random.js";
import { integrateSde, type DiffusionCoefficient, type SdeMethod } from "../../math/sde.js";
import { requirePassage, type BoundedDrift } from "./passage.js";

/** States of many paths at some times. */
export interface PathEnsemble {
  /** shape [m] */
  readonly times: Float64Array;
  /** the states at each time, shape [m][n, d] */
  readonly states: readonly Matrix[];
}

/** Settings of simulatePaths. */
export interface SimulationOptions {
  readonly source: Source;
  readonly count: number;
  /** the state where all paths begin, shape [d] */
  readonly from: ArrayLike<number>;
  /** all times of the integration */
  readonly times: Float64Array;
  /** by default Euler and Maruyama's */
  readonly method?: SdeMethod;
  /** keeps the states of every so many times, and the last ones; all without it */
  readonly every?: number;
}

/**
 * Simulates paths of dx = f dt + g dW from one state.
 *
 * @throws RangeError if `every` is not a positive integer, or as integrateSde does
 */
export function simulatePaths(
  { drift, diffusion }: { readonly drift: Field; readonly diffusion: DiffusionCoefficient },
  { source, count, from, times, every = 1, method }: SimulationOptions,
): PathEnsemble {
  if (!(Number.isSafeInteger(every) && every > 0))
    throw new RangeError(`simulatePaths: every is ${every}, expected a positive integer`);
  const d = from.length;
  const start = matrix(count, d);
  for (let n = 0; n < count; n++) start.values.set(from, n * d);
  const kept: { t: number; state: Matrix }[] = [];
  let place = 0;
  for (const state of integrateSde(drift, diffusion, start, times, source, method)) {
    if (place % every === 0 || place === times.length - 1) kept.push({ t: times[place], state });
    place++;
  }
  return { times: Float64Array.from(kept, ({ t }) => t), states: kept.map(({ state }) => state) };
}

/**
 * The paths of an ensemble that end within a distance of a state: the distribution between two states. None, where no
 * path does.
 *
 * @throws RangeError if the state is not of the paths' dimension
 */
export function pathsEndingAt({ times, states }: PathEnsemble, end: ArrayLike<number>, within: number): PathEnsemble {
  const last = states[states.length - 1];
  const d = last.cols;
  if (end.length !== d)
    throw new RangeError(`pathsEndingAt: an end of ${end.length} coordinates, expected ${d} like the paths`);
  const chosen = Array.from({ length: last.rows }, (_, n) => n).filter(
    (n) => Math.hypot(...Array.from(end, (value, j) => last.values[n * d + j] - value)) <= within,
  );
  return { times, states: states.map((state) => takeRows(state, chosen)) };
}

/** A bridge at one time beside that of Brownian motion. */
export interface BridgeComparison {
  readonly t: number;
  /** share of the clock that has passed */
  readonly share: number;
  /** the mean distance from the straight line between the ends of each path, in its own standard deviation */
  readonly deviation: Estimate;
  /** the mean square of that distance, which is 1 of Brownian motion */
  readonly square: Estimate;
}

/**
 * Compares paths of one dimension between fixed ends with Brownian bridges in a clock: with each path's own straight
 * line from its first to its last state, over which Brownian motion of variance 2 ∫ D dt = `clock` has N(0, V s (1 -
 * s)), V the whole variance and s the share of it that has passed.
 *
 * @throws RangeError if there are fewer than two paths, or they are not of one dimension
 */
export function bridgeComparison({ times, states }: PathEnsemble, clock: (t: number) => number): BridgeComparison[] {
  const [first, last] = [states[0], states[states.length - 1]];
  requirePaths("bridgeComparison", first);
  const whole = clock(times[times.length - 1]) - clock(times[0]);
  return Array.from(times.subarray(1, -1), (t, i) => {
    const share = (clock(t) - clock(times[0])) / whole;
    const sd = Math.sqrt(Math.abs(whole) * share * (1 - share));
    const away = states[i + 1].values.map(
      (value, n) => (value - first.values[n] - share * (last.values[n] - first.values[n])) / sd,
    );
    return { t, share, deviation: estimateMean(away), square: estimateMean(away.map((one) => one * one)) };
  });
}

/** Throws unless there are paths enough for a mean with its error, of one dimension. */
export function requirePaths(where: string, { rows, cols }: Matrix): void {
  if (rows < 2 || cols !== 1)
    throw new RangeError(
      `${where}: ${rows} paths of ${cols} dimensions, expected two or more of one; simulate more of them, or condition them less`,
    );
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
 *
 * @throws RangeError if a path begins beyond a bound, dt or the steps are not positive, or the model's numbers make none
 */
export function passagePaths(
  { v, sigma, lower, upper }: BoundedDrift,
  { source, count, from, dt, steps, window: [first, last] }: PassageOptions,
): PathEnsemble {
  requirePassage("passagePaths", { v, sigma, lower, upper }, from, dt);
  if (!(Number.isSafeInteger(steps) && steps > 0))
    throw new RangeError(`passagePaths: ${steps} steps, expected a positive integer`);
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
  };
}
