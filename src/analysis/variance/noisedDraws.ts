import { addScaled, matrix, row, takeRows, type Matrix } from "../../math/matrix.js";
import { normal, type Source } from "../../math/random.js";
import { normalQuantile } from "../../math/special.js";
import type { EmpiricalDistribution } from "../../diffusion/distributions/empirical.js";

/** Draws (y, σ, z) of denoising score matching, K of each of N data points: draw i is of point i mod N. */
export interface NoisedDraws {
  /** x_0, shape [K N, d] */
  readonly clean: Matrix;
  /** x = x_0 + σ z, shape [K N, d] */
  readonly noised: Matrix;
  /** shape [K N] */
  readonly sigmas: Float64Array;
  /** E[x_0 | x] of the data's empirical distribution, shape [K N, d] */
  readonly posteriorMean: Matrix;
}

/** The law of a training's noise levels, ln σ ~ N(P_mean, P_std²), and how often each data point is drawn. */
export interface DrawOptions {
  readonly pMean: number;
  readonly pStd: number;
  /** K */
  readonly copies: number;
  /** the number of noise levels in the place of all, each the median of an equal part of the law; default 64 */
  readonly levels?: number;
  readonly source: Source;
}

/**
 * Draws what a training sees.
 *
 * @throws RangeError if copies or levels is not a positive integer, P_mean is not finite or P_std negative
 */
export function noisedDraws(
  data: EmpiricalDistribution,
  { pMean, pStd, copies, levels = 64, source }: DrawOptions,
): NoisedDraws {
  for (const [name, value] of Object.entries({ copies, levels }))
    if (!(Number.isSafeInteger(value) && value > 0))
      throw new RangeError(`noisedDraws: ${name} is ${value}, expected a positive integer`);
  if (!(Number.isFinite(pMean) && pStd >= 0 && pStd < Infinity))
    throw new RangeError(
      `noisedDraws: ln σ has the mean ${pMean} and the deviation ${pStd}, expected a number and one of at least 0`,
    );
  const { points } = data;
  const P = copies * points.rows;
  const clean = takeRows(
    points,
    Uint32Array.from({ length: P }, (_, i) => i % points.rows),
  );
  const level = Uint32Array.from({ length: P }, () => source.integer(levels));
  const known = Float64Array.from({ length: levels }, (_, l) =>
    Math.exp(pMean + pStd * normalQuantile((l + 0.5) / levels)),
  );
  const sigmas = Float64Array.from(level, (l) => known[l]);
  const z = normal(source, P, points.cols);
  for (let i = 0; i < P; i++) for (let j = 0; j < z.cols; j++) z.values[i * z.cols + j] *= sigmas[i];
  const noised = addScaled(clean, 1, z);
  const posteriorMean = matrix(P, points.cols);
  known.forEach((sigma, l) => {
    const rows = Uint32Array.from(level.keys()).filter((i) => level[i] === l);
    const means = data.denoiser(takeRows(noised, rows), sigma);
    rows.forEach((i, at) => row(posteriorMean, i).set(row(means, at)));
  });
  return { clean, noised, sigmas, posteriorMean };
}
