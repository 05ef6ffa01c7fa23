import { matrix, requireColumns, type Matrix } from "../../math/matrix.js";

/**
 * Turns each point z of the plane by the angle turn · |z|: a map of N(0, I) onto itself, one of many that are not even
 * linear, so that independent Gaussian codes are as independent and Gaussian after it.
 *
 * @throws RangeError if the points are not in the plane
 */
export function swirl(z: Matrix, turn: number): Matrix {
  requireColumns("swirl", "z", z, 2);
  const turned = matrix(z.rows, 2);
  for (let n = 0; n < z.rows; n++) {
    const [a, b] = [z.values[2 * n], z.values[2 * n + 1]];
    const angle = turn * Math.hypot(a, b);
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    turned.values[2 * n] = c * a - s * b;
    turned.values[2 * n + 1] = s * a + c * b;
  }
  return turned;
}
