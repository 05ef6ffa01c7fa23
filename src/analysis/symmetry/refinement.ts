import { matrix, row, type Matrix } from "../../math/matrix.js";
import { observedOrder } from "../../math/ode.js";
import { clockTimes, mostLikelyPath, type Clock, type MostLikelyPath, type PathProblem } from "./mostLikelyPath.js";

/** One row of a refinement. */
export interface RefinementRow {
  readonly N: number;
  readonly action: number;
  /** of the action to that of the row before, and of the points both have; nothing in the first row */
  readonly actionChange?: number;
  readonly pathChange?: number;
  /** relative gradient at which it ended */
  readonly gradient: number;
  readonly iterations: number;
}

/** A path with finer and finer steps. */
export interface Refinement {
  readonly rows: readonly RefinementRow[];
  /** of the changes of the action in the step size: 2 of the midpoint's rule, 1 of the left one's */
  readonly order: number;
  /** the action at step 0, by Richardson's extrapolation of the last two rows with the rule's order */
  readonly limit: number;
  /** the finest path */
  readonly path: MostLikelyPath;
}

/**
 * Finds a most likely path with N, 2N, 4N … steps, each from the one before, and reports how far they agree.
 *
 * @throws RangeError with fewer than three doublings, or as mostLikelyPath does
 */
export function refinement(
  problem: Omit<PathProblem, "times">,
  { from, to, N, doublings = 3, clock, guess }: RefinementOptions,
): Refinement {
  if (!(doublings >= 2)) throw new RangeError(`refinement: ${doublings} doublings, expected at least 2`);
  const rows: RefinementRow[] = [];
  let last: MostLikelyPath | undefined;
  for (let level = 0; level <= doublings; level++) {
    const times = clockTimes(from, to, N * 2 ** level, clock);
    const path: MostLikelyPath = mostLikelyPath(
      { ...problem, times },
      { guess: last ? halved(last.points) : guess },
    );
    const { action, gradient, iterations } = path;
    rows.push({
      N: N * 2 ** level,
      action,
      ...(last && { actionChange: action - last.action, pathChange: largestChange(last.points, path.points) }),
      gradient,
      iterations,
    });
    last = path;
  }
  const changes = rows.slice(1).map(({ actionChange }) => Math.abs(actionChange!));
  const ratio = problem.rule === "left" ? 1 : 3;
  const [{ action, actionChange }] = rows.slice(-1);
  return {
    rows,
    order: observedOrder(
      rows.slice(1).map((one) => 1 / one.N),
      changes,
    ),
    limit: action + actionChange! / ratio,
    path: last!,
  };
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
