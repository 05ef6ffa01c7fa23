import { matrix, row, type Matrix } from "../../math/matrix.js";
import { observedOrder } from "../../math/ode.js";
import { clockTimes, type Clock } from "./clock.js";
import { mostLikelyPath, type MostLikelyPath, type PathProblem } from "./mostLikelyPath.js";

/** One row of a refinement. */
export interface RefinementRow {
  readonly N: number;
  readonly action: number;
  /** from the action of the row before, and of the points that both have; nothing in the first row */
  readonly actionChange?: number;
  readonly pathChange?: number;
  /** relative gradient at which it ended */
  readonly gradient: number;
  readonly iterations: number;
}

/** A most likely path with finer and finer steps. */
export interface Refinement {
  readonly rows: readonly RefinementRow[];
  /**
   * of the changes of the action in the step size: 2 of the midpoint's rule, 1 of the left one's; not a number where a
   * change is round-off, as of a path that every step size has exactly
   */
  readonly order: number;
  /** the coarsest first */
  readonly paths: readonly MostLikelyPath[];
}

/** Settings of refinement. */
export interface RefinementOptions {
  /** the first and the last time */
  readonly from: number;
  readonly to: number;
  /** steps of the coarsest path */
  readonly N: number;
  readonly doublings?: number;
  readonly clock?: Clock;
  /** the coarsest path's start */
  readonly guess?: Matrix;
}

/**
 * Finds a most likely path with N, 2N, 4N … steps, each from the one before, and reports how far they agree.
 *
 * @throws RangeError with fewer than two doublings, or as mostLikelyPath does
 */
export function refinement(
  problem: Omit<PathProblem, "times">,
  { from, to, N, doublings = 3, clock, guess }: RefinementOptions,
): Refinement {
  if (!(doublings >= 2)) throw new RangeError(`refinement: ${doublings} doublings, expected at least 2`);
  const paths: MostLikelyPath[] = [];
  for (let level = 0; level <= doublings; level++) {
    const times = clockTimes(from, to, N * 2 ** level, clock);
    const start = level === 0 ? guess : halved(paths[level - 1].points);
    paths.push(mostLikelyPath({ ...problem, times }, start && { guess: start }));
  }
  const rows = paths.map(({ times, action, gradient, iterations, points }, level): RefinementRow => {
    const before = paths[level - 1];
    return {
      N: times.length - 1,
      action,
      ...(before && {
        actionChange: action - before.action,
        pathChange: largestChange(before.points, points),
      }),
      gradient,
      iterations,
    };
  });
  const finer = rows.slice(1);
  const changes = finer.map(({ actionChange }) => Math.abs(actionChange!));
  const isSeen = finer.every(({ action, N }, i) => changes[i] > N * Number.EPSILON * Math.abs(action));
  const steps = finer.map((one) => 1 / one.N);
  return { rows, order: isSeen ? observedOrder(steps, changes) : NaN, paths };
}

/**
 * Returns a number of a path at step 0, by Romberg's extrapolation over the paths of a refinement: the errors of the
 * midpoint's rule go with even powers of the step, those of the left one with all.
 */
export function extrapolated({ paths }: Pick<Refinement, "paths">, measure: (path: MostLikelyPath) => number): number {
  let values = paths.map(measure);
  const base = paths[0].rule === "left" ? 2 : 4;
  for (let factor = base; values.length > 1; factor *= base)
    values = values.slice(1).map((fine, i) => fine + (fine - values[i]) / (factor - 1));
  return values[0];
}

/** The same points with the middle of each two between them. */
function halved(points: Matrix): Matrix {
  const fine = matrix(2 * points.rows - 1, points.cols);
  for (let k = 0; k < fine.rows; k++) {
    const [a, b] = [row(points, k >> 1), row(points, (k + 1) >> 1)];
    row(fine, k).forEach((_, j, own) => (own[j] = (a[j] + b[j]) / 2));
  }
  return fine;
}

function largestChange(coarse: Matrix, fine: Matrix): number {
  let most = 0;
  for (let k = 0; k < coarse.rows; k++)
    row(coarse, k).forEach((value, j) => (most = Math.max(most, Math.abs(value - row(fine, 2 * k)[j]))));
  return most;
}
