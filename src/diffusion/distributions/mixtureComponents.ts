import { matrix, rowDots, squaredLengths, takeRows, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { scoreOperator, spectrumTrace, type GaussianParameters, type Spectrum } from "./gaussianSpectrum.js";
import type { Posterior } from "./posterior.js";

/** Returns Σ_k r_k f(Σ_k) (x - μ_k) at the points of a posterior. */
export function mixComponents(p: Posterior, f: (g: GaussianParameters) => Spectrum): Matrix {
  const d = p.x.cols;
  const sum = matrix(p.x.rows, d);
  forEachActive(p, (g, k, rows, r) => {
    const form = f(g);
    const part = inSpace(
      g,
      form,
      pick(p.features[k], rows),
      form.isotropic === 0 ? undefined : centred(p.x, rows, g.mean),
    );
    for (let i = 0, at = 0; i < rows.length; i++) {
      const share = r[i];
      const to = rows[i] * d;
      for (let j = 0; j < d; j++, at++) sum.values[to + j] += share * part.values[at];
    }
  });
  return sum;
}

/** Returns J v = Σ_k r_k (J_k v + s_k (s_k · v)) - s (s · v), for a vector of every point. */
export function jacobianProducts(p: Posterior, sigma: number, v: Matrix): Matrix {
  const s = matrix(v.rows, v.cols);
  const Jv = matrix(v.rows, v.cols);
  forEachActive(p, (g, k, rows, r) => {
    const f = scoreOperator(g, sigma);
    const vk = takeRows(v, rows);
    const sk = inSpace(g, f, pick(p.features[k], rows), centred(p.x, rows, g.mean));
    const Jkv = inSpace(g, f, multiply(vk, g.U), vk);
    const along = rowDots(sk, vk);
    const d = s.cols;
    rows.forEach((n, i) => {
      for (let j = 0; j < d; j++) {
        s.values[n * d + j] += r[i] * sk.values[i * d + j];
        Jv.values[n * d + j] += r[i] * (Jkv.values[i * d + j] + along[i] * sk.values[i * d + j]);
      }
    });
  });
  const along = rowDots(s, v);
  for (let n = 0, i = 0; n < s.rows; n++) for (let j = 0; j < s.cols; j++, i++) Jv.values[i] -= along[n] * s.values[i];
  return Jv;
}

/** Returns ∇ · s = Σ_k r_k (tr J_k + |s_k|²) - |s|² of the score s at the points of a posterior. */
export function divergences(
  { mixture: { components }, responsibilities, squaredScores }: Posterior,
  s: Matrix,
  sigma: number,
): Float64Array {
  const K = components.length;
  const traces = components.map((g) => spectrumTrace(g, scoreOperator(g, sigma)));
  return squaredLengths(s).map((square, n) => {
    let sum = -square;
    for (let k = 0; k < K; k++) {
      const r = responsibilities.values[n * K + k];
      if (r > 0) sum += r * (traces[k] + squaredScores.values[n * K + k]);
    }
    return sum;
  });
}

/** Visits every component with the points that it is responsible for; the others cost nothing. */
function forEachActive(
  { mixture: { components }, responsibilities: { values, rows: count } }: Posterior,
  visit: (g: GaussianParameters, k: number, rows: Uint32Array, r: Float64Array) => void,
): void {
  const K = components.length;
  components.forEach((g, k) => {
    const [all, r] = [new Uint32Array(count), new Float64Array(count)];
    let active = 0;
    for (let n = 0; n < count; n++) {
      if (!(values[n * K + k] > 0)) continue;
      all[active] = n;
      r[active++] = values[n * K + k];
    }
    if (active > 0) visit(g, k, all.subarray(0, active), r);
  });
}

/** The given rows; all of them are m itself. */
function pick(m: Matrix, rows: Uint32Array): Matrix {
  return rows.length === m.rows ? m : takeRows(m, rows);
}

/** f(Σ) y of every row, of its coordinates c = Uᵀ y and, where f does not vanish outside them, y. */
function inSpace(g: GaussianParameters, { isotropic, lowRank }: Spectrum, c: Matrix, y?: Matrix): Matrix {
  const scaled = matrix(c.rows, c.cols);
  for (let n = 0, i = 0; n < c.rows; n++)
    for (let j = 0; j < c.cols; j++, i++) scaled.values[i] = lowRank[j] * c.values[i];
  const result = multiply(scaled, g.U, { transposeB: true });
  if (y && isotropic !== 0) for (let i = 0; i < y.values.length; i++) result.values[i] += isotropic * y.values[i];
  return result;
}

function centred(x: Matrix, rows: Uint32Array, mean: Float64Array): Matrix {
  const taken = takeRows(x, rows);
  for (let n = 0, i = 0; n < taken.rows; n++) for (let j = 0; j < taken.cols; j++, i++) taken.values[i] -= mean[j];
  return taken;
}
