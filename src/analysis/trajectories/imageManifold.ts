import type { DifferentiableDenoiser, VectorField } from "../../diffusion/distribution.js";
import {
  addScaled,
  addToRows,
  matrix,
  requireSameShape,
  row,
  rowDots,
  scale,
  squaredLengths,
  type Matrix,
} from "../../math/matrix.js";
import { columnMeans } from "../../math/stats.js";
import { svd } from "../../math/svd.js";

/** The principal components of one path. */
export interface PathComponents {
  /** unit vectors, the one of largest variance first, shape [count, d] */
  readonly components: Matrix;
  /** the share of the path's variance about its mean that the first 1, 2, … hold, shape [count] */
  readonly explained: Float64Array;
}

/**
 * Returns the principal components of each of n paths for itself, of their endpoint estimates, say, in which they are
 * tangents to the manifold of images by arXiv 2303.02490.
 *
 * @param path of n paths at every time, shape [n, d] each
 * @throws RangeError if there are not more times than components
 */
export function pathComponents(path: readonly Matrix[], count = 3): PathComponents[] {
  if (!(Number.isSafeInteger(count) && count >= 1 && count < path.length))
    throw new RangeError(
      `pathComponents: ${count} components of ${path.length} times, expected an integer from 1 to below their number`,
    );
  return Array.from({ length: path[0].rows }, (_, n) => {
    const states = matrix(path.length, path[0].cols);
    path.forEach((x, t) => row(states, t).set(row(x, n)));
    const { V, values } = svd(addToRows(states, columnMeans(states), -1));
    const total = values.reduce((sum, value) => sum + value * value, 0);
    const components = matrix(count, states.cols);
    const explained = new Float64Array(count);
    for (let k = 0, sum = 0; k < count; k++) {
      row(components, k).forEach((_, p, own) => (own[p] = V.values[p * V.cols + k]));
      explained[k] = (sum += values[k] ** 2) / total;
    }
    return { components, explained };
  });
}

/** Returns component k, from 1, of every path as a row, shape [n, d]. */
export function componentRows(paths: readonly Pick<PathComponents, "components">[], k: number): Matrix {
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
 * Returns the images D(x + a v, σ) for each a, shape [n, d] each: variations of every row of x along its direction.
 *
 * @throws RangeError if the shapes differ, or as the denoiser does
 */
export function imageVariations(
  { denoiser }: Pick<VectorField, "denoiser">,
  x: Matrix,
  directions: Matrix,
  amounts: readonly number[],
  sigma: number,
): Matrix[] {
  requireSameShape("imageVariations", x, directions);
  return amounts.map((a) => denoiser(addScaled(x, a, directions), sigma));
}

/** A state on the circle through an image and its noise. */
export interface CyclePoint {
  /** from the image, in radians */
  readonly angle: number;
  /** x_0 cos φ + x_T sin φ, shape [n, d] */
  readonly state: Matrix;
  /** the endpoint estimate of it, as a state with noise of level |tan φ| */
  readonly denoised: Matrix;
}

/**
 * Returns states x_0 cos φ + x_T sin φ at equal angles once round the circle, in the convention of a
 * variance-preserving process, whose trajectories are nearly its first quarter, from π/2 to 0 (arXiv 2303.02490), with
 * the endpoint estimates of each.
 *
 * @param x0 images, shape [n, d]
 * @param noise of variance 1 a coordinate, from which they were made, shape [n, d]
 * @throws RangeError if the shapes differ, or the angles are not at least 4
 */
export function imageCycle(
  { denoiser }: Pick<VectorField, "denoiser">,
  x0: Matrix,
  noise: Matrix,
  { angles = 12, sigmaMax = 80, sigmaMin = 0.002 } = {},
): CyclePoint[] {
  requireSameShape("imageCycle", x0, noise);
  if (!(Number.isSafeInteger(angles) && angles >= 4))
    throw new RangeError(`imageCycle: ${angles} angles, expected an integer of at least 4`);
  return Array.from({ length: angles }, (_, i) => {
    const angle = (2 * Math.PI * i) / angles;
    const state = addScaled(scale(x0, Math.cos(angle)), Math.sin(angle), noise);
    const sigma = Math.min(Math.max(Math.abs(Math.tan(angle)), sigmaMin), sigmaMax);
    return { angle, state, denoised: denoiser(scale(state, Math.hypot(1, sigma)), sigma) };
  });
}
