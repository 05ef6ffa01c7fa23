import { eigen } from "../../math/eigen.js";
import { addToRows, matrix, requireSameShape, row, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { columnMeans } from "../../math/stats.js";

/** The shape of trajectories from x_T to x_0, each taken for itself. */
export interface TrajectoryShape {
  /**
   * the share of a trajectory's variance about its own mean that its first 1, 2, … principal axes hold, shape [n, axes]
   */
  readonly explained: Matrix;
  /** the share of Σ_t ‖x_t‖² outside the plane of x_0 and x_T, shape [n] */
  readonly outsidePlane: Float64Array;
  /**
   * the greatest ‖x_t - α_t x_0 - √(1 - α_t²) x_T‖² / ‖x_t‖² along the way, shape [n]: how far it is from a rotation in
   * that plane
   */
  readonly offRotation: Float64Array;
}

/**
 * Measures how flat trajectories of a variance-preserving process are, and how nearly a rotation from x_T to x_0 (arXiv
 * 2303.02490). In the convention of this library, where the noise grows instead of the data shrinking, the same states
 * are √(1 + σ²) = 1 / α times as large: there any trajectory is straight but for the end, and nothing is learned from
 * that.
 *
 * @param path the states x_t of n trajectories, shape [n, d] each, from x_T to x_0
 * @param alphas α_t of every state, from 0 to 1
 * @throws RangeError if there are fewer than 3 states, not as many α as states, or not as many axes, if an α is not from 0 to 1, or if x_0 and x_T
 * of a trajectory are on one line through 0 and span no plane, as always in one dimension
 */
export function trajectoryShape(path: readonly Matrix[], alphas: ArrayLike<number>, axes = 4): TrajectoryShape {
  if (path.length < 3) throw new RangeError(`trajectoryShape: ${path.length} states, expected at least 3`);
  if (alphas.length !== path.length)
    throw new RangeError(`trajectoryShape: ${alphas.length} values of α for ${path.length} states, expected one each`);
  const bad = Array.from(alphas).findIndex((alpha) => !(alpha >= 0 && alpha <= 1));
  if (bad >= 0) throw new RangeError(`trajectoryShape: α[${bad}] is ${alphas[bad]}, expected a number from 0 to 1`);
  if (!(Number.isSafeInteger(axes) && axes >= 1 && axes <= path.length))
    throw new RangeError(
      `trajectoryShape: ${axes} axes of ${path.length} states, expected an integer from 1 to their number`,
    );
  path.forEach((x) => requireSameShape("trajectoryShape", path[0], x));
  const { rows: n, cols: d } = path[0];
  const shape = { explained: matrix(n, axes), outsidePlane: new Float64Array(n), offRotation: new Float64Array(n) };
  for (let k = 0; k < n; k++) {
    const states = matrix(path.length, d);
    path.forEach((x, t) => row(states, t).set(row(x, k)));
    const centred = addToRows(states, columnMeans(states), -1);
    const { values: variances } = eigen(multiply(centred, centred, { transposeB: true })); // those of the covariance, and zeros
    const total = variances.reduce((sum, value) => sum + value, 0);
    for (let a = 0, sum = 0; a < axes; a++) row(shape.explained, k)[a] = (sum += variances[a]) / total;

    const dots = multiply(states, states, { transposeB: true }).values;
    const dot = (s: number, t: number) => dots[s * path.length + t];
    const end = path.length - 1;
    const [aa, ab, bb] = [dot(0, 0), dot(0, end), dot(end, end)];
    const area = aa * bb - ab ** 2;
    if (!(area > 1e-12 * aa * bb))
      throw new RangeError(
        `trajectoryShape: x_0 and x_T of trajectory ${k} are on one line through 0, expected two states that span a plane`,
      );
    let [outside, all] = [0, 0];
    for (let t = 0; t < path.length; t++) {
      const [size, onT, on0] = [dot(t, t), dot(t, 0), dot(t, end)];
      const inside = (bb * onT ** 2 - 2 * ab * onT * on0 + aa * on0 ** 2) / area;
      outside += Math.max(size - inside, 0); // which round-off can leave below 0
      all += size;
      const [toEnd, toNoise] = [alphas[t], Math.sqrt(Math.max(1 - alphas[t] ** 2, 0))];
      const off =
        size + toEnd ** 2 * bb + toNoise ** 2 * aa - 2 * toEnd * on0 - 2 * toNoise * onT + 2 * toEnd * toNoise * ab;
      shape.offRotation[k] = Math.max(shape.offRotation[k], off / size);
    }
    shape.outsidePlane[k] = outside / all;
  }
  return shape;
}
