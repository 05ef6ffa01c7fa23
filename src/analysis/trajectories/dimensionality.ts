import { eigen } from "../../math/eigen.js";
import { estimateMean, type Estimate } from "../../math/estimate.js";
import { addToRows, column, dot, matrix, requireSameShape, row, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { columnMeans } from "../../math/stats.js";
import { coordinateNames, type CoordinateName, type TrajectoryCoordinates } from "./coordinates.js";

/** The principal components of n paths, each taken for itself. */
export interface PathComponents {
  /** the share of a path's variance about its own mean along its axes, decreasing, shape [n, moments] */
  readonly shares: Matrix;
  /** (Σ λ)² / Σ λ², from 1 for a straight line to the number of equal axes, shape [n] */
  readonly participation: Float64Array;
}

/**
 * Decomposes the variance of paths, of each about its own mean over the moments, by principal components.
 *
 * @param path the points of n paths at each moment, shape [n, d]
 * @throws RangeError if there are fewer than 2 moments, or a path stays where it is and has no variance
 */
export function pathComponents(path: readonly Matrix[]): PathComponents {
  if (path.length < 2) throw new RangeError(`pathComponents: ${path.length} moments, expected at least 2`);
  path.forEach((x) => requireSameShape("pathComponents", path[0], x));
  const n = path[0].rows;
  const shares = matrix(n, path.length);
  const participation = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const centred = centredPath(path, k);
    const { values } = eigen(multiply(centred, centred, { transposeB: true })); // of the covariance, and zeros
    const variances = values.map((value) => Math.max(value, 0)); // which round-off can leave below 0
    const total = variances.reduce((sum, value) => sum + value, 0);
    const size = path.reduce((sum, x) => sum + dot(row(x, k), row(x, k)), 0);
    if (!(total > 1e-24 * size))
      throw new RangeError(`pathComponents: path ${k} stays where it is, expected one with variance`);
    row(shares, k).set(variances.map((value) => value / total));
    participation[k] = total ** 2 / variances.reduce((sum, value) => sum + value ** 2, 0);
  }
  return { shares, participation };
}

/** Returns path k of several less its own mean over the moments, shape [moments, d]. */
export function centredPath(path: readonly Matrix[], k: number): Matrix {
  const points = matrix(path.length, path[0].cols);
  path.forEach((x, t) => row(points, t).set(row(x, k)));
  return addToRows(points, columnMeans(points), -1);
}

/** Returns what the first 1, 2, … axes of each path hold together, shape [n, moments]. */
export function cumulativeShares({ shares }: Pick<PathComponents, "shares">): Matrix {
  const sums = matrix(shares.rows, shares.cols);
  for (let k = 0; k < shares.rows; k++) {
    let sum = 0;
    row(sums, k).set(row(shares, k).map((share) => (sum += share)));
  }
  return sums;
}

/**
 * Returns how many axes of each path it takes to hold a share of its variance, shape [n].
 *
 * @throws RangeError if the share is not above 0 and below 1
 */
export function componentsFor(components: Pick<PathComponents, "shares">, share: number): Float64Array {
  if (!(share > 0 && share < 1))
    throw new RangeError(`componentsFor: the share is ${share}, expected one above 0 and below 1`);
  const sums = cumulativeShares(components);
  return Float64Array.from({ length: sums.rows }, (_, k) => row(sums, k).findIndex((sum) => sum >= share) + 1);
}

/**
 * Returns the share of its variance that the first axes of each path hold, shape [n].
 *
 * @throws RangeError as pathComponents does, or if there are not as many axes as moments
 */
export function heldShares(path: readonly Matrix[], axes: number): Float64Array {
  return column(cumulativeShares(pathComponents(path)), axes - 1);
}

/** What is left by the first 1, 2, … axes in each coordinate, the mean over the paths, shape [moments]. */
export type RemainingShares = Readonly<Partial<Record<CoordinateName, Float64Array>>>;

/** Measures what the first 1, 2, … axes of single paths leave of their variance, in the coordinates that are given. */
export function remainingShares(coordinates: Partial<TrajectoryCoordinates>): RemainingShares {
  const left = (path: readonly Matrix[]) =>
    columnMeans(cumulativeShares(pathComponents(path))).map((held) => Math.max(1 - held, 0));
  return Object.fromEntries(Object.entries(coordinates).map(([name, path]) => [name, left(path)]));
}

/** The dimension of paths in one coordinate: means over the paths with their standard errors. */
export interface DimensionRow {
  readonly coordinate: CoordinateName;
  /** the shares of the first axis and of the first two */
  readonly first: Estimate;
  readonly firstTwo: Estimate;
  readonly participation: Estimate;
  /** the numbers of axes for 90, 99 and 99.9 % of the variance */
  readonly for90: Estimate;
  readonly for99: Estimate;
  readonly for999: Estimate;
}

/** Measures the dimension of trajectories in each of their coordinates. */
export function dimensionRows(coordinates: TrajectoryCoordinates): DimensionRow[] {
  return coordinateNames.map((coordinate) => ({ coordinate, ...pathDimension(coordinates[coordinate]) }));
}

/** Measures the dimension of paths. */
export function pathDimension(path: readonly Matrix[]): Omit<DimensionRow, "coordinate"> {
  const components = pathComponents(path);
  const sums = cumulativeShares(components);
  return {
    first: estimateMean(column(sums, 0)),
    firstTwo: estimateMean(column(sums, 1)),
    participation: estimateMean(components.participation),
    for90: estimateMean(componentsFor(components, 0.9)),
    for99: estimateMean(componentsFor(components, 0.99)),
    for999: estimateMean(componentsFor(components, 0.999)),
  };
}
