import type { Distribution, VectorField } from "../../diffusion/distribution.js";
import { requireGamma } from "../../diffusion/sampling/reverse.js";
import { requirePositive } from "../../diffusion/score.js";
import { addScaled, matrixFromRows, scale, type Matrix } from "../../math/matrix.js";

/** The parts of a reverse equation as velocities, for each e by which σ falls, shape [n, d]. */
export interface ReverseVelocities {
  /** σ² ŝ, the probability flow */
  readonly flow: Matrix;
  /** γ σ² ŝ, the drift of the Langevin part, which denoises */
  readonly denoising: Matrix;
  /** -γ σ² ∇ log q, what the noise does to a density q: the velocity that has the same flux */
  readonly noise: Matrix;
  /** the sum of the last two, γ σ² (ŝ - ∇ log q) = γ σ² ∇ log (p / q) of an exact score: 0 where q is p */
  readonly correction: Matrix;
}

/**
 * Returns the parts of dx = -(1 + γ) σ ŝ dσ + √(2γσ) dW at points x while the states have the density q (Karras et al.,
 * arXiv 2206.00364, section 4): what is left of denoising and noise together is the pull of q towards the density whose
 * score the field is.
 *
 * @throws RangeError if σ is not positive or γ is negative or not finite, and as the scores do
 */
export function reverseVelocities(
  field: Pick<VectorField, "score">,
  q: Pick<VectorField, "score">,
  x: Matrix,
  sigma: number,
  gamma = 1,
): ReverseVelocities {
  requirePositive("reverseVelocities", sigma);
  requireGamma("reverseVelocities", gamma);
  const flow = scale(field.score(x, sigma), sigma ** 2);
  const denoising = scale(flow, gamma);
  const noise = scale(q.score(x, sigma), -gamma * sigma ** 2);
  return { flow, denoising, noise, correction: addScaled(denoising, 1, noise) };
}

/** A panel of arrows: velocities where the density of the states is, as currents. */
export interface VelocityPanel {
  readonly title: string;
  readonly arrows: { readonly points: Matrix; readonly vectors: Matrix; readonly weight: Float64Array };
}

/**
 * Returns the two Langevin parts and their sum over a lattice of the plane as panels for `fieldsFigure`, each as the
 * current q v. The flow is the first one but for its factor γ.
 *
 * @throws RangeError as reverseVelocities does
 */
export function velocityPanels(
  field: Pick<VectorField, "score">,
  q: Pick<Distribution, "score" | "logDensity">,
  places: ArrayLike<number>,
  sigma: number,
  gamma = 1,
): VelocityPanel[] {
  const along = Array.from(places);
  const points = matrixFromRows(along.flatMap((y) => along.map((x) => [x, y])));
  const weight = q.logDensity(points, sigma).map(Math.exp);
  const { denoising, noise, correction } = reverseVelocities(field, q, points, sigma, gamma);
  const parts = { "denoising, γσ²ŝ": denoising, "noise, −γσ²∇log q": noise, "both: the correction": correction };
  return Object.entries(parts).map(([title, vectors]) => ({ title, arrows: { points, vectors, weight } }));
}
