import type { VectorField } from "../../diffusion/distribution.js";
import { requirePositive } from "../../diffusion/score.js";
import { estimateMean, type Estimate } from "../../math/estimate.js";
import { addScaled, scale, squaredLengths, type Matrix } from "../../math/matrix.js";

/** The cost of an error of the score in denoising score matching. */
export interface ExcessLoss {
  readonly error: string;
  /** E |s + e - t|² - E |s - t|² over the same draws, t = -z / σ */
  readonly excess: Estimate;
  /** E |e|², what the excess is in expectation */
  readonly energy: number;
  /** of the excess from the energy, in standard errors of the excess */
  readonly deviation: number;
}

/**
 * Measures by how much each error e, added to the score s of the data, raises the loss of denoising score matching at
 * x_0 + σ z: by E |e|², its gradient part's energy and its gauge part's, for s is the mean of the target t = -z / σ.
 * x_0 and z of shape [n, d].
 *
 * @throws RangeError if σ is not positive, the shapes differ or there are fewer than two points
 */
export function excessLoss(
  p: Pick<VectorField, "score">,
  errors: Readonly<Record<string, Pick<VectorField, "score">>>,
  clean: Matrix,
  z: Matrix,
  sigma: number,
): ExcessLoss[] {
  requirePositive("excessLoss", sigma);
  const x = addScaled(clean, sigma, z);
  const missed = addScaled(p.score(x, sigma), -1, scale(z, -1 / sigma)); // s - t
  const least = squaredLengths(missed);
  return Object.entries(errors).map(([error, { score }]) => {
    const e = score(x, sigma);
    const excess = estimateMean(squaredLengths(addScaled(missed, 1, e)).map((value, n) => value - least[n]));
    const energy = estimateMean(squaredLengths(e)).value;
    return { error, excess, energy, deviation: (excess.value - energy) / excess.standardError };
  });
}
