import { matrix } from "../math/matrix.js";
import { choice, type Source } from "../math/random.js";
import { requireCount } from "./points.js";
import type { Matrix } from "../math/matrix.js";

export interface Lollipop {
  /** shape [n, 2] */
  readonly points: Matrix;
  /** intrinsic dimension where each point lies: 2 candy, 1 stick, 0 dot; shape [n] */
  readonly dimensions: Uint8Array;
}

/** Probabilities of dot, stick and candy. */
const PARTS = [1 / 7, 2 / 7, 4 / 7];
const EDGE = 3 - Math.SQRT1_2;

/**
 * A set of three intrinsic dimensions in the plane, as in arXiv 2406.03537: the disc of radius 1 around (3, 3) with probability 4/7,
 * the stick from its edge to (1.5, 1.5) with 2/7, and the point (0, 0) with 1/7; uniform on each.
 *
 * @throws RangeError if count is not a positive integer
 */
export function lollipop(count: number, source: Source): Lollipop {
  requireCount("lollipop", "count", count);
  const dimensions = Uint8Array.from(choice(source, count, PARTS));
  const points = matrix(count, 2);
  dimensions.forEach((dimension, i) => {
    if (dimension === 1) points.values.fill(1.5 + (EDGE - 1.5) * source.uniform(), 2 * i, 2 * i + 2);
    if (dimension === 2) {
      const [radius, angle] = [Math.sqrt(source.uniform()), 2 * Math.PI * source.uniform()];
      points.values.set([3 + radius * Math.cos(angle), 3 + radius * Math.sin(angle)], 2 * i);
    }
  });
  return { points, dimensions };
}
