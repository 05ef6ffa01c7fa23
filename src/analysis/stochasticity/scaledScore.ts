import { fromDenoiser, type VectorField } from "../../diffusion/distribution.js";
import { addScaled } from "../../math/matrix.js";

/**
 * Returns the field of (1 + δ) s, by the denoiser x + (1 + δ) (D - x): an error of the model of a known size, too much
 * denoised at every step for δ > 0.
 *
 * @throws RangeError if δ is not finite
 */
export function scaledScore(
  { dimension, denoiser }: Pick<VectorField, "dimension" | "denoiser">,
  delta: number,
): VectorField {
  if (!Number.isFinite(delta)) throw new RangeError(`scaledScore: δ is ${delta}, expected a finite number`);
  return fromDenoiser(dimension, (x, sigma) => addScaled(x, 1 + delta, addScaled(denoiser(x, sigma), -1, x)));
}
