import type { DifferentiableDenoiser, VectorField } from "../../diffusion/distribution.js";
import {
  addScaled,
  addToRows,
  matrix,
  requireSameShape,
  row,
  rowDots,
  squaredLengths,
  type Matrix,
} from "../../math/matrix.js";
import { svd } from "../../math/svd.js";
import { centredPath } from "./dimensionality.js";

/** The principal directions of one path. */
export interface PathDirections {
  /** unit vectors, the one of largest variance first, shape [count, d] */
  readonly components: Matrix;
  /** the share of the path's variance about its mean that the first 1, 2, … hold, shape [count] */
  readonly explained: Float64Array;
}

/**
 * Returns the principal directions of each of n paths for itself, of their endpoint estimates, say, in which they are
 * tangents to the manifold of images by arXiv 2303.02490.
 *
 * @param path of n paths at every time, shape [n, d] each
 * @throws RangeError if there are not more times than components
 */
export function pathDirections(path: readonly Matrix[], count = 3): PathDirections[] {
  if (!(Number.isSafeInteger(count) && count >= 1 && count < path.length))
    throw new RangeError(
      `pathDirections: ${count} components of ${path.length} times, expected an integer from 1 to below their number`,
    );
  return Array.from({ length: path[0].rows }, (_, n) => {
    const { V, values } = svd(centredPath(path, n));
    const total = values.reduce((sum, value) => sum + value * value, 0);
    const components = matrix(count, V.rows);
    const explained = new Float64Array(count);
    for (let k = 0, sum = 0; k < count; k++) {
      row(components, k).forEach((_, p, own) => (own[p] = V.values[p * V.cols + k]));
      explained[k] = (sum += values[k] ** 2) / total;
    }
    return { components, explained };
  });
}

/** Returns component k, from 1, of every path as a row, shape [n, d]. */
export function componentRows(paths: readonly Pick<PathDirections, "components">[], k: number): Matrix {
  const rows = matrix(paths.length, paths[0]?.components.cols ?? 0);
  paths.forEach(({ components }, n) => row(rows, n).set(row(components, k - 1)));
  return rows;
}

/**
 * Returns vᵀ J v / ‖v‖² of the denoiser's Jacobian J = ∂D/∂x at every row of x, shape [n]: 1 along a direction that it
 * takes for a change of the image, 0 along one that it takes for noise.
 *
 * @throws RangeError if the shapes differ, or as the denoiser does
 */
export function denoiserGain(
  { jvp }: Pick<DifferentiableDenoiser, "jvp">,
  x: Matrix,
  sigma: number,
  directions: Matrix,
): Float64Array {
  requireSameShape("denoiserGain", x, directions);
  const squares = squaredLengths(directions);
  return rowDots(directions, jvp(x, sigma, directions)).map((product, n) => product / squares[n]);
}

/**
 * Returns the images D(x + a v, σ) of one point x along several directions v: for each a one of them a direction, shape
 * [directions, d].
 *
 * @param x shape [1, d]
 * @param directions shape [directions, d]
 * @throws RangeError if x is not one row of as many columns, or as the denoiser does
 */
export function imageVariations(
  { denoiser }: Pick<VectorField, "denoiser">,
  x: Matrix,
  directions: Matrix,
  amounts: readonly number[],
  sigma: number,
): Matrix[] {
  requireSameShape("imageVariations", x, matrix(1, directions.cols));
  const points = addToRows(matrix(directions.rows, directions.cols), row(x, 0));
  return amounts.map((a) => denoiser(addScaled(points, a, directions), sigma));
}
