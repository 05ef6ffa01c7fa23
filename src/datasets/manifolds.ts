import { normal, randomSource } from "../math/random.js";
import { embed, type PointSet } from "./points.js";
import { sphere } from "./sphere.js";

/**
 * Returns 4000 points to train small networks on: "plane", a unit Gaussian on a random plane in 5 dimensions;
 * "circle", the unit circle in a random plane of 3 dimensions; "sphere", the unit 2-sphere in random three of 5
 * dimensions. Always the same ones.
 *
 * @throws RangeError if the name is none of these
 */
export function manifoldPoints(name: "plane" | "circle" | "sphere"): PointSet {
  const [source, turn] = [randomSource(0), randomSource(0, 1)];
  switch (name) {
    case "plane":
      return embed({ points: normal(source, 4000, 2), dimension: 2 }, 5, turn);
    case "circle":
      return embed(sphere(4000, 1, source), 3, turn);
    case "sphere":
      return embed(sphere(4000, 2, source), 5, turn);
    default:
      throw new RangeError(
        `manifoldPoints: the name is ${JSON.stringify(name)}, expected "plane", "circle" or "sphere"`,
      );
  }
}
