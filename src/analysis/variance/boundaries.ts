import type { Matrix } from "../../math/matrix.js";
import type { ProxyShareMap } from "./proxyScore.js";

/** How much of the proxy variance's share lies on the boundaries between the basins of training points. */
export interface BoundaryShare {
  readonly t: number;
  /** the part of Σ f over the grid that lies there */
  readonly share: number;
  /** the part of the grid's area that lies there: what f constant over the plane would give */
  readonly area: number;
  /** share over area */
  readonly enrichment: number;
}

/**
 * Sums f over the boundaries of the training points' Voronoi cells: grid points that are within the margin of the
 * bisector of their two nearest training points, equal ones counted once. Distances are those of x_t / α, α given by
 * `scale` for each time.
 *
 * @throws RangeError if there are less than two different points, or the margin is not positive
 */
export function boundaryShares(
  { points, x, y, times, shares }: ProxyShareMap,
  scale: (t: number) => number,
  margin = 0.1,
): BoundaryShare[] {
  if (!(margin > 0)) throw new RangeError(`boundaryShares: the margin is ${margin}, expected a positive number`);
  const cells = distinct(points);
  if (cells.length < 2)
    throw new RangeError("boundaryShares: fewer than two different training points, expected basins with a boundary");
  return times.map((t, k) => {
    let [inside, total, area] = [0, 0, 0];
    for (let j = 0, at = 0; j < y.length; j++)
      for (let i = 0; i < x.length; i++, at++) {
        const f = shares[k].values[at];
        total += f;
        if (!isBoundary(cells, x[i] / scale(t), y[j] / scale(t), margin)) continue;
        inside += f;
        area++;
      }
    const whole = x.length * y.length;
    return { t, share: inside / total, area: area / whole, enrichment: inside / total / (area / whole) };
  });
}

/** Lays the enrichment out by time, for a table. */
export function byTime(shares: readonly BoundaryShare[]): Record<string, number> {
  return Object.fromEntries(shares.map(({ t, enrichment }) => [`t = ${t}`, enrichment]));
}

type Point = readonly [x: number, y: number];

/** The rows of points of the plane, equal ones once. */
function distinct({ rows, values }: Matrix): Point[] {
  const all = Array.from({ length: rows }, (_, i): Point => [values[2 * i], values[2 * i + 1]]);
  return [...new Map(all.map((point) => [point.join(), point])).values()];
}

/** Whether the bisector of the two points nearest to (x, y) is within the margin. */
function isBoundary(points: readonly Point[], x: number, y: number, margin: number): boolean {
  const distance = ([a, b]: Point) => Math.hypot(x - a, y - b);
  const [first, second] = [...points].sort((a, b) => distance(a) - distance(b));
  const apart = Math.hypot(first[0] - second[0], first[1] - second[1]);
  return distance(second) ** 2 - distance(first) ** 2 < 2 * apart * margin;
}
