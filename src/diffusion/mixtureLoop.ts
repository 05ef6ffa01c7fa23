import { matrix, type Matrix } from "../math/matrix.js";
import { logDeterminant, precision, type Gaussian } from "./gaussian.js";
import type { ScoreAndDivergence } from "./jacobian.js";
import type { GaussianMixture } from "./mixture.js";

/** Multiplications a point up to which a loop over points beats products of matrices. */
const LOOP_UP_TO = 1024;

/** Whether points have so few dimensions that `loopedMixture` is the faster way. */
export function isSmall({ components }: GaussianMixture): boolean {
  return components.reduce((sum, { lambda, mean }) => sum + (lambda.length + 1) * mean.length, 0) <= LOOP_UP_TO;
}

/** What of a component stays the same at one noise level. */
interface Level {
  readonly g: Gaussian;
  /** log w_k + the logarithm of the density's constant */
  readonly constant: number;
  /** -1 / (rest + σ²), 0 at full rank */
  readonly outside: number;
  /** -1 / (λ_j + σ²) - outside, shape [r] */
  readonly gains: Float64Array;
  /** tr J_k */
  readonly trace: number;
}

/** s = Σ_k r_k s_k and ∇ · s = Σ_k r_k (tr J_k + |s_k|²) - |s|² in one loop over the points, without a matrix in between. */
export function loopedMixture({ weights, components }: GaussianMixture, x: Matrix, sigma: number): ScoreAndDivergence {
  const [d, K] = [x.cols, components.length];
  const levels = components.map((g, k): Level => {
    const { outside, gains } = precision(g, sigma);
    return { g, outside, gains, trace: gains.reduce((sum, gain) => sum + gain, outside * d), constant: Math.log(weights[k]) - 0.5 * (d * Math.log(2 * Math.PI) + logDeterminant(g, sigma)) };
  });
  const score = matrix(x.rows, d), divergence = new Float64Array(x.rows);
  const scores = new Float64Array(K * d), logs = new Float64Array(K), spreads = new Float64Array(K);

  for (let n = 0, at = 0; n < x.rows; n++, at += d) {
    let largest = -Infinity;
    for (let k = 0, to = 0; k < K; k++, to += d) {
      const { g: { mean, U: { values: U }, lambda }, constant, outside, gains, trace } = levels[k];
      const r = lambda.length;
      for (let i = 0; i < d; i++) scores[to + i] = outside === 0 ? 0 : outside * (x.values[at + i] - mean[i]);
      for (let j = 0; j < r; j++) {
        let c = 0;
        for (let i = 0; i < d; i++) c += U[i * r + j] * (x.values[at + i] - mean[i]);
        c *= gains[j];
        for (let i = 0; i < d; i++) scores[to + i] += c * U[i * r + j];
      }
      let [exponent, square] = [0, 0]; // (x - μ)ᵀ s_k, |s_k|²
      for (let i = 0; i < d; i++) {
        const s = scores[to + i];
        exponent += (x.values[at + i] - mean[i]) * s;
        square += s * s;
      }
      spreads[k] = trace + square;
      logs[k] = constant + 0.5 * exponent;
      if (logs[k] > largest) largest = logs[k];
    }
    let [total, spread] = [0, 0];
    for (let k = 0, from = 0; k < K; k++, from += d) {
      const share = Math.exp(logs[k] - largest);
      if (share === 0) continue;
      total += share;
      spread += share * spreads[k];
      for (let i = 0; i < d; i++) score.values[at + i] += share * scores[from + i];
    }
    let square = 0;
    for (let i = 0; i < d; i++) {
      const s = (score.values[at + i] /= total);
      square += s * s;
    }
    divergence[n] = spread / total - square;
  }
  return { score, divergence };
}
