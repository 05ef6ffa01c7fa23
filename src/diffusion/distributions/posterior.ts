import { logSumExpRows } from "../../math/logSumExp.js";
import { addToRows, matrix, type Matrix } from "../../math/matrix.js";
import { negligible } from "./blocks.js";
import { noisedAt, requireRegular } from "./gaussianSpectrum.js";
import type { MixtureParameters } from "./mixtureParameters.js";
import { requirePoints } from "../score.js";

/** The posterior over a mixture's components at n noised points, with what scores need. */
export interface Posterior {
  readonly mixture: MixtureParameters;
  readonly x: Matrix;
  /** log p(x; σ), shape [n] */
  readonly logDensity: Float64Array;
  /** r_k, shape [n, K] */
  readonly responsibilities: Matrix;
  /** |s_k|², shape [n, K] */
  readonly squaredScores: Matrix;
  /** U_kᵀ (x - μ_k), one matrix of shape [n, r_k] for each component */
  readonly features: readonly Matrix[];
}

/** Two passes over the eigenvectors are all that a mixture costs: here Uᵀ, in the scores U. */
export function posterior(mixture: MixtureParameters): (where: string, x: Matrix, sigma: number) => Posterior {
  const { weights, components } = mixture;
  const [K, d] = [components.length, components[0].mean.length];
  return (where, x, sigma) => {
    for (const g of components) requireRegular(where, "density", g, sigma);
    requirePoints(where, "x", x, d);
    const logs = matrix(x.rows, K);
    const squaredScores = matrix(x.rows, K);
    const features = components.map((g, k) => {
      const { features, logDensity, squaredScore } = noisedAt(g, addToRows(x, g.mean, -1), sigma);
      const logWeight = Math.log(weights[k]);
      for (let n = 0; n < x.rows; n++) {
        logs.values[n * K + k] = logWeight + logDensity[n];
        squaredScores.values[n * K + k] = squaredScore[n];
      }
      return features;
    });
    return {
      mixture,
      x,
      logDensity: logSumExpRows(logs),
      responsibilities: softmaxInPlace(logs),
      squaredScores,
      features,
    };
  };
}

/** Relative to the largest of a row, so that the sum is 1 also where the logarithms are too large to hold it. */
export function softmaxInPlace(logs: Matrix): Matrix {
  const { rows, cols: K, values: r } = logs;
  const least = negligible(K);
  for (let n = 0; n < rows; n++) {
    const [start, end] = [n * K, (n + 1) * K];
    let largest = -Infinity;
    for (let k = start; k < end; k++) if (r[k] > largest) largest = r[k];
    let sum = 0;
    for (let k = start; k < end; k++) sum += r[k] = r[k] - largest < least ? 0 : Math.exp(r[k] - largest);
    for (let k = start; k < end; k++) r[k] /= sum;
  }
  return logs;
}
