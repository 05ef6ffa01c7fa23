import { logSumExpRows } from "../../math/logSumExp.js";
import { addToRows, matrix, squaredLengths, type Matrix } from "../../math/matrix.js";
import { multiply, multiplyInto } from "../../math/multiply.js";
import { negligible } from "./blocks.js";
import { logDeterminant, scoreOperator, requireRegular, type GaussianParameters } from "./gaussianSpectrum.js";
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

/** One component at n noised points. */
interface ComponentAt {
  /** Uᵀ (x - μ), shape [n, r] */
  readonly features: Matrix;
  /** shape [n] */
  readonly logDensity: Float64Array;
  /** |s|², shape [n] */
  readonly squaredScore: Float64Array;
}

/** Returns a component at points of which y holds x - μ. */
export function componentAt(g: GaussianParameters, y: Matrix, sigma: number): ComponentAt {
  const { isotropic, lowRank } = scoreOperator(g, sigma);
  const features = multiply(y, g.U);
  // what the eigenvectors leave of a point, itself: ‖y‖² less its part in their span would be rounded at the size of ‖y‖²
  const beyond = isotropic === 0 ? undefined : squaredLengths(outside(y, g.U, features));
  const inverse = lowRank.map((value) => -(value + isotropic)); // 1 / (λ + σ²)
  const constant = -0.5 * (y.cols * Math.log(2 * Math.PI) + logDeterminant(g, sigma));
  const [logDensity, squaredScore] = [new Float64Array(y.rows), new Float64Array(y.rows)];
  for (let n = 0, i = 0; n < y.rows; n++) {
    let [squares, scores] = beyond ? [-isotropic * beyond[n], isotropic ** 2 * beyond[n]] : [0, 0];
    for (let j = 0; j < inverse.length; j++, i++) {
      const value = features.values[i];
      const weighted = value * inverse[j];
      squares += value * weighted;
      scores += weighted * weighted;
    }
    logDensity[n] = constant - 0.5 * squares;
    squaredScore[n] = scores;
  }
  return { features, logDensity, squaredScore };
}

/** y - U c of every row. */
function outside(y: Matrix, U: Matrix, c: Matrix): Matrix {
  const rest = matrix(y.rows, y.cols, y.values.slice());
  multiplyInto(rest, c, U, { transposeB: true, alpha: -1, beta: 1 });
  return rest;
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
      const { features, logDensity, squaredScore } = componentAt(g, addToRows(x, g.mean, -1), sigma);
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
