import { addScaled, requireSameShape, rowDots, scale, squaredLengths, type Matrix } from "../../math/matrix.js";
import { signs, type Source } from "../../math/random.js";
import type { Estimate } from "../../math/estimate.js";
import type { DifferentiableDenoiser } from "../../diffusion/distribution.js";
import { mean } from "../../math/stats.js";

/** Settings of leastGaugeEnergy. */
export interface GaugeBoundOptions {
  readonly source: Source;
  /** pairs of vectors of random signs for each point */
  readonly probes?: number;
  /** of the central differences for ∇ · A, in units of σ */
  readonly step?: number;
}

/**
 * The gauge energy that a field has at least, from the products of its Jacobian at noised data x = x_0 + σ z, with
 * neither the score nor a fit:
 *
 *     E |r|² ≥ (E ‖A‖²)² / E |∇ · A - A z / σ|²,   A = (J - Jᵀ) / 2
 *
 * r_A = ∇ · A + A s is a gauge field, E f · r_A = -E ‖A‖² by parts, Cauchy and Schwarz's inequality makes E |r|² ≥ (E r
 * · r_A)² / E |r_A|², and as s = E[-z / σ | x], E |r_A|² is at most what stands below. It comes near E |r|² where σ is
 * large beside the data's own width; where the data are wide it is the part of the gauge energy that turns within the
 * noise, about σ² E ‖A‖². x and z of shape [n, d].
 *
 * @throws RangeError if the shapes differ, or there are fewer than two points
 */
export function leastGaugeEnergy(
  { jvp, vjp }: Pick<DifferentiableDenoiser, "jvp" | "vjp">,
  x: Matrix,
  z: Matrix,
  sigma: number,
  { source, probes = 1, step = 0.02 }: GaugeBoundOptions,
): Estimate {
  requireSameShape("leastGaugeEnergy", x, z);
  const n = x.rows;
  if (n < 2) throw new RangeError(`leastGaugeEnergy: ${n} points, expected at least two`);
  const turn = (at: Matrix, v: Matrix) => scale(addScaled(jvp(at, sigma, v), -1, vjp(at, sigma, v)), 0.5); // A v
  const [square, below] = [new Float64Array(n), new Float64Array(n)];
  const Az = scale(turn(x, z), -1 / sigma);
  for (let probe = 0; probe < probes; probe++) {
    const terms = [0, 1].map(() => {
      const v = signs(source, n, x.cols);
      const Av = turn(x, v);
      squaredLengths(Av).forEach((value, i) => (square[i] += value / (2 * probes)));
      const h = step * sigma;
      const change = addScaled(turn(addScaled(x, h, v), v), -1, turn(addScaled(x, -h, v), v));
      return addScaled(Az, 1 / (2 * h), change); // the mean over v is ∇ · A - A z / σ
    });
    rowDots(terms[0], terms[1]).forEach((value, i) => (below[i] += value / probes)); // two probes, so that their own variance is not in it
  }
  const [top, bottom] = [mean(square), mean(below)];
  if (top === 0) return { value: 0, standardError: 0 };
  if (!(bottom > 0))
    throw new RangeError(
      `leastGaugeEnergy: E |∇ · A - A z / σ|² is estimated as ${bottom}, expected a positive number; take more points or probes`,
    );
  const bound = top ** 2 / bottom;
  const scatter = square.reduce((sum, value, i) => sum + (2 * (value / top - 1) - (below[i] / bottom - 1)) ** 2, 0);
  return { value: bound, standardError: bound * Math.sqrt(scatter / (n * (n - 1))) };
}
