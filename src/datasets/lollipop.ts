import { matrix, type Matrix } from "../math/matrix.js";
import { choice, type Source } from "../math/random.js";
import { requireCount, requirePositive } from "./points.js";

/** Points of a disc, a segment and a point, sets of 2, 1 and 0 dimensions, in the plane. */
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
 * A set of three intrinsic dimensions in the plane, as in arXiv 2406.03537: the disc of radius 1 around (3, 3) with
 * probability 4/7, the stick from its edge to (1.5, 1.5) with 2/7, and the point (0, 0) with 1/7; uniform on each.
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

/** The lollipop as points of unequal weight. */
export interface LollipopGrid extends Lollipop {
  /** the probability that each point stands for, of sum 1; shape [n] */
  readonly weights: Float64Array;
}

/**
 * The lollipop on a grid: the middles of equal pieces of the stick and of pieces of nearly equal area of the disc, in
 * rings, none larger than the spacing on any side, so that as many Gaussians are the noised lollipop, once the noise is
 * wider than that.
 *
 * @throws RangeError if the spacing is not positive
 */
export function lollipopGrid(spacing: number): LollipopGrid {
  requirePositive("lollipopGrid", "spacing", spacing);
  const length = Math.SQRT2 * (EDGE - 1.5);
  const [pieces, rings] = [Math.ceil(length / spacing), Math.ceil(1 / spacing)];
  const points = [0, 0];
  const dimensions = [0];
  const weights = [PARTS[0]];
  for (let i = 0; i < pieces; i++) {
    const place = 1.5 + ((EDGE - 1.5) * (i + 0.5)) / pieces;
    points.push(place, place);
    dimensions.push(1);
    weights.push(PARTS[1] / pieces);
  }
  for (let r = 0; r < rings; r++) {
    const radius = (r + 0.5) / rings;
    const count = Math.ceil((2 * Math.PI * radius) / spacing);
    for (let i = 0; i < count; i++) {
      const angle = (2 * Math.PI * (i + (r % 2) / 2)) / count;
      points.push(3 + radius * Math.cos(angle), 3 + radius * Math.sin(angle));
      dimensions.push(2);
      weights.push((PARTS[2] * (2 * r + 1)) / rings ** 2 / count); // the ring's share of the area
    }
  }
  return {
    points: matrix(weights.length, 2, Float64Array.from(points)),
    dimensions: Uint8Array.from(dimensions),
    weights: Float64Array.from(weights),
  };
}
