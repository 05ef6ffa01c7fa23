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

/** Numbers of a component in the plane: μ, 1 / v, -½ / v and the constant of its log density. */
const NUMBERS = 5;
const plane = new Float64Array((NUMBERS * LOOP_UP_TO) / 2);

/** The components' shares in one point. */
const shares = new Float64Array(plane.length);

/** So much above the reference's logarithm another's takes its place: sums of shares stay in range. */
const BEYOND = 64;

/**
 * Returns what `loopedMixture` does, in the plane and for isotropic components: numbers alone, and two loops over the
 * components of a point. Shares are relative to the first component, or to a later one that is e⁶⁴ times as probable.
 */
export function planeMixture(
  m: MixtureParameters,
  x: Matrix,
  sigma: number,
  room?: ScoreAndDivergence,
): ScoreAndDivergence {
  const p = plane; // the engine reads a local name faster than one of the module
  const q = shares;
  const end = NUMBERS * m.components.length;
  for (let k = 0, at = 0; at < end; k++, at += NUMBERS) {
    const { mean, residualVariance = 0 } = m.components[k];
    const variance = residualVariance + sigma ** 2;
    p[at] = mean[0];
    p[at + 1] = mean[1];
    p[at + 2] = 1 / variance;
    p[at + 3] = -0.5 / variance;
    p[at + 4] = Math.log(m.weights[k]) - Math.log(2 * Math.PI * variance);
  }
  const points = x.values;
  const fits = room?.score.values.length === points.length && room.divergence.length === x.rows;
  const score = fits ? room.score.values : new Float64Array(points.length);
  const divergence = fits ? room.divergence : new Float64Array(x.rows);
  for (let n = 0; n < x.rows; n++) {
    const a = points[2 * n];
    const b = points[2 * n + 1];
    let u = p[0] - a;
    let v = p[1] - b;
    let reference = p[4] + p[3] * (u * u + v * v);
    let total = (q[0] = 1);
    let across = p[2] * u;
    let along = p[2] * v;
    for (let k = NUMBERS; k < end; k += NUMBERS) {
      u = p[k] - a;
      v = p[k + 1] - b;
      const log = p[k + 4] + p[k + 3] * (u * u + v * v);
      if (log - reference > BEYOND) {
        const factor = Math.exp(reference - log);
        for (let j = 0; j < k; j += NUMBERS) q[j] *= factor;
        total *= factor;
        across *= factor;
        along *= factor;
        reference = log;
      }
      const share = exponential(log - reference);
      const gain = share * p[k + 2];
      q[k] = share;
      total += share;
      across += gain * u;
      along += gain * v;
    }
    const factor = 1 / total;
    across *= factor;
    along *= factor;
    let spread = 0;
    for (let k = 0; k < end; k += NUMBERS) {
      const gain = p[k + 2];
      u = gain * (p[k] - a) - across;
      v = gain * (p[k + 1] - b) - along;
      spread += q[k] * (u * u + v * v - 2 * gain);
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
