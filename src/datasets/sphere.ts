import { matrix, norm, row } from "../math/matrix.js";
import { normal, type Source } from "../math/random.js";
import { embed, requireCount, requirePositive, type PointSet } from "./points.js";

/**
 * Returns `count` points on the circle of the given radius around 0 in the plane, intrinsic dimension 1:
 * uniform at random with a source, without one at equal distances, beginning on the first axis.
 *
 * @throws RangeError if count is not a positive integer or the radius is not positive
 */
export function ring(count: number, { radius = 1, source }: { radius?: number; source?: Source } = {}): PointSet {
  requireCount("ring", "count", count);
  requirePositive("ring", "radius", radius);
  const points = matrix(count, 2);
  for (let i = 0; i < count; i++) {
    const angle = 2 * Math.PI * (source ? source.uniform() : i / count);
    points.values.set([radius * Math.cos(angle), radius * Math.sin(angle)], 2 * i);
  }
  return { points, dimension: 1 };
}

/**
 * Draws `count` points uniform on the k-sphere of the given radius around 0, in the first k + 1 of `ambient`
 * dimensions.
 *
 * @throws RangeError if count or k is not a positive integer, the radius is not positive, or there are fewer than k + 1
 * dimensions
 */
export function sphere(count: number, k: number, source: Source, { ambient = k + 1, radius = 1 } = {}): PointSet {
  requireCount("sphere", "count", count);
  requireCount("sphere", "k", k);
  requirePositive("sphere", "radius", radius);
  const points = normal(source, count, k + 1);
  for (let i = 0; i < count; i++) {
    const point = row(points, i);
    const length = norm({ rows: 1, cols: k + 1, values: point });
    point.forEach((x, j) => (point[j] = (radius * x) / length));
  }
  return embed({ points, dimension: k }, ambient);
}
