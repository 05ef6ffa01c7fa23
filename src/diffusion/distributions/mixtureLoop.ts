import { exponential } from "../../math/exponential.js";
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

/** Whether all components are isotropic and in the plane, which `planeMixture` is for. */
export function isPlane({ components }: MixtureParameters): boolean {
  return components.every(({ lambda, mean }) => lambda.length === 0 && mean.length === 2);
}

/** Returns what `loopedMixture` does, in the plane and for isotropic components: numbers alone, no inner loop. */
export function planeMixture({ weights, components }: MixtureParameters, x: Matrix, sigma: number): ScoreAndDivergence {
  const K = components.length;
  const [left, top, gains] = [new Float64Array(K), new Float64Array(K), new Float64Array(K)];
  const [constants, logs] = [new Float64Array(K), new Float64Array(K)];
  components.forEach(({ mean, residualVariance = 0 }, k) => {
    const variance = residualVariance + sigma ** 2;
    [left[k], top[k], gains[k]] = [mean[0], mean[1], 1 / variance];
    constants[k] = Math.log(weights[k]) - Math.log(2 * Math.PI * variance);
  });
  const points = x.values;
  const score = new Float64Array(points.length);
  const divergence = new Float64Array(x.rows);
  for (let n = 0; n < x.rows; n++) {
    const a = points[2 * n];
    const b = points[2 * n + 1];
    let largest = -Infinity;
    for (let k = 0; k < K; k++) {
      const u = left[k] - a;
      const v = top[k] - b;
      const log = constants[k] - 0.5 * gains[k] * (u * u + v * v);
      logs[k] = log;
      if (log > largest) largest = log;
    }
    let total = 0;
    let across = 0;
    let along = 0;
    for (let k = 0; k < K; k++) {
      const share = exponential(logs[k] - largest);
      logs[k] = share;
      total += share;
      across += share * gains[k] * (left[k] - a);
      along += share * gains[k] * (top[k] - b);
    }
    const factor = 1 / total;
    across *= factor;
    along *= factor;
    let spread = 0;
    for (let k = 0; k < K; k++) {
      const u = gains[k] * (left[k] - a) - across;
      const v = gains[k] * (top[k] - b) - along;
      spread += logs[k] * (u * u + v * v - 2 * gains[k]);
    }
    score[2 * n] = across;
    score[2 * n + 1] = along;
    divergence[n] = spread * factor;
  }
  return { score: matrix(x.rows, 2, score), divergence };
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
      const share = (logs[k] = logs[k] === largest ? 1 : exponential(logs[k] - largest));
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
