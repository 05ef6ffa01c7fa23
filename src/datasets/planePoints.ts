import { matrixFromRows, type Matrix } from "../math/matrix.js";

/**
 * The four sets of six training points in the plane of Vastola's Fig. 1 (arXiv 2504.12532), each of shape [6, 2]: the
 * corners of a hexagon, points on a line, a line bent into a corner, and scattered points.
 */
export function planePointSets(): Readonly<Record<"polygon" | "line" | "blend" | "random", Matrix>> {
  const paired = (x: readonly number[], y: readonly number[]) => matrixFromRows(x.map((value, i) => [value, y[i]]));
  const sixths = [0, 1, 2, 3, 4, 5];
  const steps = sixths.map((i) => -1 + (2 * i) / 5);
  return {
    polygon: matrixFromRows(sixths.map((i) => [Math.cos((i * Math.PI) / 3), Math.sin((i * Math.PI) / 3)])),
    line: paired(steps, steps),
    blend: paired([-1, -1, -1, 0, 0.5, 1], [-1, 0, 1, -1, -1, -1]),
    random: paired([-1, -0.9, -0.3, 0.1, 0.2, 0.9], [-1, 1, 0.2, -0.1, -0.1, 0.7]),
  };
}

/** Four points on the unit circle at right angles, turned by an angle in radians (Fig. 3 there), shape [4, 2]. */
export function squareCorners(angle = 0): Matrix {
  return matrixFromRows(
    [0, 1, 2, 3].map((i) => [Math.cos(angle + (i * Math.PI) / 2), Math.sin(angle + (i * Math.PI) / 2)]),
  );
}
