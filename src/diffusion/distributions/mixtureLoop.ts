import { matrix, type Matrix } from "../../math/matrix.js";
import { logDeterminant, scoreOperator, spectrumTrace } from "./gaussianSpectrum.js";
import type { ScoreAndDivergence } from "../jacobian.js";
import type { MixtureParameters } from "./mixtureParameters.js";

/** Multiplications a point up to which a loop over points beats products of matrices. */
const LOOP_UP_TO = 1024;

/** Whether points have so few dimensions that `loopedMixture` is the faster way. */
export function isSmall({ components }: MixtureParameters): boolean {
  return components.reduce((sum, { lambda, mean }) => sum + (lambda.length + 1) * mean.length, 0) <= LOOP_UP_TO;
}

/** Returns s = Σ_k r_k s_k and ∇ · s = Σ_k r_k (tr J_k + |s_k - s|²) in one loop over the points, without a matrix in between.
 */
export function loopedMixture(
  { weights, components }: MixtureParameters,
  x: Matrix,
  sigma: number,
): ScoreAndDivergence {
  const [d, K] = [x.cols, components.length];
  const spectra = components.map((g) => scoreOperator(g, sigma));
  const constants = Float64Array.from(
    components,
    (g, k) => Math.log(weights[k]) - 0.5 * (d * Math.log(2 * Math.PI) + logDeterminant(g, sigma)),
  );
  const traces = Float64Array.from(components, (g, k) => spectrumTrace(g, spectra[k]));
  const outsides = Float64Array.from(spectra, ({ isotropic: outside }) => outside);
  const inverses = components.map(({ lambda }) => lambda.map((value) => 1 / (value + sigma ** 2)));
  const score = matrix(x.rows, d),
    divergence = new Float64Array(x.rows);
  const centred = new Float64Array(d),
    scores = new Float64Array(K * d),
    logs = new Float64Array(K),
    coordinates = new Float64Array(d);

  for (let n = 0, at = 0; n < x.rows; n++, at += d) {
    let largest = -Infinity;
    for (let k = 0, to = 0; k < K; k++, to += d) {
      const {
          mean,
          U: { values: U },
        } = components[k],
        gains = inverses[k],
        r = gains.length,
        outside = outsides[k];
      let exponent = 0; // (x - μ)ᵀ s_k
      for (let i = 0; i < d; i++) scores[to + i] = centred[i] = x.values[at + i] - mean[i];
      // first what the eigenvectors leave of x - μ, itself, so that no square is subtracted from another
      for (let j = 0; j < r; j++) {
        let c = 0;
        for (let i = 0; i < d; i++) c += U[i * r + j] * centred[i];
        coordinates[j] = c;
        for (let i = 0; i < d; i++) scores[to + i] -= c * U[i * r + j];
      }
      for (let i = 0; i < d; i++) {
        exponent += outside * scores[to + i] ** 2;
        scores[to + i] *= outside;
      }
      for (let j = 0; j < r; j++) {
        const gained = -gains[j] * coordinates[j];
        exponent += gained * coordinates[j];
        for (let i = 0; i < d; i++) scores[to + i] += gained * U[i * r + j];
      }
      const log = (logs[k] = constants[k] + 0.5 * exponent);
      if (log > largest) largest = log;
    }
    let total = 0;
    for (let k = 0, from = 0; k < K; k++, from += d) {
      const share = (logs[k] = logs[k] === largest ? 1 : Math.exp(logs[k] - largest));
      if (share === 0) continue;
      total += share;
      for (let i = 0; i < d; i++) score.values[at + i] += share * scores[from + i];
    }
    for (let i = 0; i < d; i++) score.values[at + i] /= total;
    let spread = 0;
    for (let k = 0, from = 0; k < K; k++, from += d) {
      if (logs[k] === 0) continue;
      let square = 0;
      for (let i = 0; i < d; i++) square += (scores[from + i] - score.values[at + i]) ** 2;
      spread += logs[k] * (traces[k] + square);
    }
    divergence[n] = spread / total;
  }
  return { score, divergence };
}
