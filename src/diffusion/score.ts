import { requireColumns, type Matrix } from "../math/matrix.js";

/*
 * THE CONVENTION. Every formula of this project is in it; others' (t, α, β, g) are translated once, where schedules
 * are.
 *
 *     x_σ = x_0 + σ z,  z ~ N(0, I)        the noise level σ is the time
 *     s(x, σ) = ∇ log p(x; σ)              p(·; σ) the density of x_σ
 *     dx/dσ = -σ s(x, σ)                   the probability-flow equation
 *     D(x, σ) = x + σ² s(x, σ)             the denoiser, the mean of x_0 given x_σ = x
 *
 * Karras et al., arXiv 2206.00364; points are the rows of a matrix of shape [n, d].
 */

/** A score s(x, σ) of every row of x, shape [n, d]. */
export type Score = (x: Matrix, sigma: number) => Matrix;

/** A denoiser D(x, σ) of every row of x, shape [n, d]. */
export type Denoiser = (x: Matrix, sigma: number) => Matrix;

/** A log density log p(x; σ) of every row of x, shape [n]. */
export type LogDensity = (x: Matrix, sigma: number) => Float64Array;

/** @throws RangeError if σ is not a finite number of at least 0 */
export function requireSigma(where: string, sigma: number): void {
  if (!(sigma >= 0 && sigma < Infinity))
    throw new RangeError(`${where}: σ is ${sigma}, expected a finite noise level of at least 0`);
}

/** @throws RangeError if n is not a number of draws, or σ not a noise level */
export function requireDraws(where: string, n: number, sigma: number): void {
  if (!(Number.isSafeInteger(n) && n >= 0))
    throw new RangeError(`${where}: n is ${n}, expected an integer of at least 0`);
  requireSigma(where, sigma);
}

/** @throws RangeError if σ is not a finite number above 0 */
export function requirePositive(where: string, sigma: number): void {
  if (!(sigma > 0 && sigma < Infinity))
    throw new RangeError(`${where}: σ is ${sigma}, expected a positive noise level`);
}

/** @throws RangeError if a score or a denoiser did not return a row of x's length for every row of x */
export function requireScores(where: string, x: Matrix, seen: Matrix): void {
  if (seen.rows !== x.rows || seen.cols !== x.cols || seen.values.length !== x.values.length)
    throw new RangeError(
      `${where}: the function returned ${seen.rows} × ${seen.cols} for points of shape ${x.rows} × ${x.cols}, expected the same shape`,
    );
}

/** Points of the dimension d whose coordinates are all finite. */
export function requirePoints(where: string, name: string, x: Matrix, d: number): void {
  requireColumns(where, name, x, d);
  const { values } = x;
  for (let i = 0; i < values.length; i++)
    if (!Number.isFinite(values[i]))
      throw new RangeError(
        `${where}: ${name} holds ${values[i]} in row ${Math.floor(i / d)}, column ${i % d}, expected finite values`,
      );
}
