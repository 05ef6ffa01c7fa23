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
 * bisector of their two nearest training points. Distances are those of x_t / α, α given by `scale` for each time.
 */
export function boundaryShares(
  { points, x, y, times, shares }: ProxyShareMap,
  scale: (t: number) => number,
  margin = 0.1,
): BoundaryShare[] {
  return times.map((t, k) => {
    let [inside, total, area] = [0, 0, 0];
    for (let j = 0, at = 0; j < y.length; j++)
      for (let i = 0; i < x.length; i++, at++) {
        const f = shares[k].values[at];
        total += f;
        if (!isBoundary(points, x[i] / scale(t), y[j] / scale(t), margin)) continue;
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

/** Whether the bisector of the two training points nearest to (x, y) is within the margin. */
function isBoundary({ rows, values }: Matrix, x: number, y: number, margin: number): boolean {
  const distance = (i: number) => Math.hypot(x - values[2 * i], y - values[2 * i + 1]);
  const [a, b] = Array.from({ length: rows }, (_, i) => i).sort((i, j) => distance(i) - distance(j));
  const apart = Math.hypot(values[2 * a] - values[2 * b], values[2 * a + 1] - values[2 * b + 1]);
  return distance(b) ** 2 - distance(a) ** 2 < 2 * apart * margin;
}
