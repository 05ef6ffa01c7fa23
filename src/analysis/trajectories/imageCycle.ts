import type { VectorField } from "../../diffusion/distribution.js";
import { addScaled, requireSameShape, scale, type Matrix } from "../../math/matrix.js";

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
