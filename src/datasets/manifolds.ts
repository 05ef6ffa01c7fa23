import { normal, randomSource } from "../math/random.js";
import { embed, type PointSet } from "./points.js";
import { sphere } from "./sphere.js";

/** A choice of the points of a manifold. */
export interface ManifoldPointsOptions {
  readonly count?: number;
  /** 0 are the points to train on; others are new ones on the same manifold */
  readonly seed?: number;
}

/**
 * Returns points to train small networks on, 4000 unless asked otherwise: "plane", a unit Gaussian on a random plane in
 * 5 dimensions; "circle", the unit circle in a random plane of 3 dimensions; "sphere", the unit 2-sphere in random
 * three of 5 dimensions. Always the same manifolds.
 *
 * @throws RangeError if the name is none of these
 */
export function manifoldPoints(
  name: "plane" | "circle" | "sphere",
  { count = 4000, seed = 0 }: ManifoldPointsOptions = {},
): PointSet {
  const [source, turn] = [randomSource(seed), randomSource(0, 1)];
  switch (name) {
    case "plane":
      return embed({ points: normal(source, count, 2), dimension: 2 }, 5, turn);
    case "circle":
      return embed(sphere(count, 1, source), 3, turn);
    case "sphere":
      return embed(sphere(count, 2, source), 5, turn);
    default:
      throw new RangeError(
        `manifoldPoints: the name is ${JSON.stringify(name)}, expected "plane", "circle" or "sphere"`,
      );
  }
}
