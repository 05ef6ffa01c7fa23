import { matrix, row, type Matrix } from "../../math/matrix.js";
import { largestDifference } from "../../math/stats.js";
import { normal, type Source } from "../../math/random.js";
import {
  mostLikelyPath,
  straightGuess,
  type MostLikelyPath,
  type MostLikelyPathOptions,
  type PathProblem,
} from "./mostLikelyPath.js";

/** One local minimum of the action. */
export interface ActionMinimum extends MostLikelyPath {
  /** the starts that led to it, by their numbers */
  readonly starts: readonly number[];
}

/**
 * Finds a minimum of the action from each start and returns the different ones, that of the least action first. Two are
 * the same where no coordinate of a point differs by more than a thousandth of what the ends and the starts cover.
 *
 * @throws RangeError if there are no starts, or as mostLikelyPath does
 */
export function actionMinima(
  problem: PathProblem,
  starts: readonly Matrix[],
  options: Omit<MostLikelyPathOptions, "guess"> = {},
): ActionMinimum[] {
  if (starts.length === 0) throw new RangeError("actionMinima: no starts, expected at least one");
  const origin = Float64Array.from(problem.from);
  const reach = ({ rows, values }: Matrix) =>
    largestDifference(
      values,
      Float64Array.from(values, (_, i) => origin[i % (values.length / rows)]),
    );
  const near = 1e-3 * Math.max(largestDifference(problem.from, problem.to), ...starts.map(reach));
  const found: (MostLikelyPath & { starts: number[] })[] = [];
  starts.forEach((guess, number) => {
    const path = mostLikelyPath(problem, { ...options, guess });
    const same = found.find(({ points }) => largestDifference(points.values, path.points.values) <= near);
    if (same) same.starts.push(number);
    else found.push({ ...path, starts: [number] });
  });
  return found.sort((a, b) => a.action - b.action);
}

/**
 * A start that visits points on its way, at equal times between the ends, and stays at each for the share `rest` of
 * that time.
 *
 * @throws RangeError if a point is not of the ends' dimension, or the share is not from 0 to below 1
 */
export function throughPoints(
  problem: Omit<PathProblem, "lagrangian">,
  visits: readonly ArrayLike<number>[],
  { rest = 0 } = {},
): Matrix {
  const { times, from, to } = problem;
  const [N, legs] = [times.length - 1, visits.length + 1];
  const stops = [from, ...visits, to];
  const points = matrix(N + 1, from.length);
  if (!(rest >= 0 && rest < 1))
    throw new RangeError(`throughPoints: rest is ${rest}, expected a share from 0 to below 1`);
  const other = stops.find((stop) => stop.length !== from.length);
  if (other)
    throw new RangeError(
      `throughPoints: a point of ${other.length} coordinates, expected ${from.length} like the ends`,
    );
  for (let k = 0; k <= N; k++) {
    const leg = Math.min(legs - 1, Math.floor((legs * k) / N));
    const along = (legs * k) / N - leg;
    // a stop takes half of its rest before it is reached and half after
    const share = Math.min(1, Math.max(0, (along - rest / 2) / (1 - rest)));
    row(points, k).forEach((_, j, own) => (own[j] = stops[leg][j] + share * (stops[leg + 1][j] - stops[leg][j])));
  }
  return points;
}

/** Starts that are the straight one and smooth random bends about it, `size` wide, shape of each [N + 1, d]. */
export function bentStarts(
  problem: Omit<PathProblem, "lagrangian">,
  count: number,
  { size, source, waves = 3 }: { readonly size: number; readonly source: Source; readonly waves?: number },
): Matrix[] {
  const N = problem.times.length - 1;
  return Array.from({ length: count }, () => {
    const points = straightGuess(problem);
    const bends = normal(source, waves, points.cols);
    for (let k = 0; k <= N; k++)
      for (let wave = 0; wave < waves; wave++)
        row(points, k).forEach(
          (_, j, own) =>
            (own[j] += (size * Math.sin(((wave + 1) * Math.PI * k) / N) * row(bends, wave)[j]) / (wave + 1)),
        );
    return points;
  });
}
