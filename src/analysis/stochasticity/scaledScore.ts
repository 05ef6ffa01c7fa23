import { fromDenoiser, type VectorField } from "../../diffusion/distribution.js";
import { addScaled } from "../../math/matrix.js";

/** A field with the factor 1 + δ by which its score was made wrong. */
export interface ScaledField extends VectorField {
  readonly delta: number;
}

/**
 * Returns the field of (1 + δ) s, by the denoiser x + (1 + δ) (D - x): an error of the model of a known size, too much
 * denoised at every step for δ > 0.
 *
 * @throws RangeError if δ is not finite
 */
export function scaledScore(
  { dimension, denoiser }: Pick<VectorField, "dimension" | "denoiser">,
  delta: number,
): ScaledField {
  if (!Number.isFinite(delta)) throw new RangeError(`scaledScore: δ is ${delta}, expected a finite number`);
  const scaled = fromDenoiser(dimension, (x, sigma) => addScaled(x, 1 + delta, addScaled(denoiser(x, sigma), -1, x)));
  return { ...scaled, delta };
}
