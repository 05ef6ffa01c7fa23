import type { Matrix } from "../../math/matrix.js";
import type { ProxyShareMap } from "./proxyScore.js";

/** How much of the proxy variance's share lies on the boundaries between the basins of training points. */
export interface BoundaryShare {
  readonly t: number;
  /** the part of Σ f over the grid that lies there */
  readonly share: number;
  /** the part of the grid's area that lies there: what f constant over the plane would give */
  readonly area: number;
}

/**
 * Sums f over the boundaries of the training points' Voronoi cells: grid points whose distances to the two nearest
 * training points differ by less than the margin. Distances are those of x_t / α, α given by `scale` for each time.
 */
export function boundaryShares(
  { points, x, y, times, shares }: ProxyShareMap,
  scale: (t: number) => number,
  margin = 0.2,
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
    return { t, share: inside / total, area: area / (x.length * y.length) };
  });
}

function isBoundary(points: Matrix, x: number, y: number, margin: number): boolean {
  let [least, next] = [Infinity, Infinity];
  for (let i = 0; i < points.rows; i++) {
    const distance = Math.hypot(x - points.values[2 * i], y - points.values[2 * i + 1]);
    if (distance < least) [least, next] = [distance, least];
    else if (distance < next) next = distance;
  }
  return next - least < margin;
}
