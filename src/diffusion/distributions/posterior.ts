import { logSumExpRows } from "../../math/logSumExp.js";
import { matrix, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { cacheOnDevice } from "../../math/native.js";
import { negligible } from "./blocks.js";
import { isFullRank, logDeterminant, scoreOperator, requireRegular } from "./gaussianSpectrum.js";
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

/** Returns U_kᵀ μ_k of every component. */
export function centresOf({ components }: MixtureParameters): Float64Array[] {
  return components.map(({ mean, U }) => multiply(matrix(1, mean.length, mean), cacheOnDevice(U)).values);
}

/**
 * Two passes over the eigenvectors are all that a mixture costs: here Uᵀ, in the scores U. They stay native between
 * calls.
 */
export function posterior(
  mixture: MixtureParameters,
  centres = () => centresOf(mixture),
): (where: string, x: Matrix, sigma: number) => Posterior {
  const { weights, components } = mixture;
  const [K, d] = [components.length, components[0].mean.length];
  return (where, x, sigma) => {
    for (const g of components) requireRegular(where, "density", g, sigma);
    requirePoints(where, "x", x, d);
    const shifts = centres();
    const logs = matrix(x.rows, K);
    const squaredScores = matrix(x.rows, K);
    const features = components.map((g, k) => {
      const c = multiply(x, g.U);
      const { isotropic, lowRank } = scoreOperator(g, sigma);
      const inverse = lowRank.map((value) => -(value + isotropic)); // 1 / (λ + σ²)
      const constant = Math.log(weights[k]) - 0.5 * (d * Math.log(2 * Math.PI) + logDeterminant(g, sigma));
      const full = isFullRank(g);
      for (let n = 0, i = 0; n < x.rows; n++) {
        let [squares, scores, spanned] = [0, 0, 0];
        for (let j = 0; j < inverse.length; j++, i++) {
          const value = (c.values[i] -= shifts[k][j]);
          const weighted = value * inverse[j];
          squares += value * weighted;
          scores += weighted * weighted;
          spanned += value * value;
        }
        if (!full) {
          let length = 0;
          for (let j = 0, at = n * d; j < d; j++, at++) length += (x.values[at] - g.mean[j]) ** 2;
          const beyond = Math.max(length - spanned, 0); // ‖(I - U Uᵀ)(x - μ)‖², which round-off can leave below 0
          squares -= isotropic * beyond;
          scores += isotropic ** 2 * beyond;
        }
        logs.values[n * K + k] = constant - 0.5 * squares;
        squaredScores.values[n * K + k] = scores;
      }
      return c;
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
