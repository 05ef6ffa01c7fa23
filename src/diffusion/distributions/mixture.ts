import {
  addScaled,
  matrix,
  matrixFromRows,
  requireSameShape,
  rowDots,
  splitColumn,
  squaredLengths,
  takeRows,
  withColumn,
  type Matrix,
} from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { nativeAvailable } from "../../math/native.js";
import { BLOCK_NUMBERS, overRows, rowRange } from "./blocks.js";
import {
  isFullRank,
  scoreOperator,
  requireRegular,
  shrinkage,
  spectrum,
  spectrumTrace,
  type Gaussian,
  type Spectrum,
} from "./gaussian.js";
import type { Divergence, JacobianProduct, ScoreAndDivergence } from "../jacobian.js";
import { isSmall, loopedMixture } from "./mixtureLoop.js";
import { nativeMixed } from "./mixtureNative.js";
import { centresOf, posterior, type Posterior } from "./posterior.js";
import { requirePoints, type Denoiser, type LogDensity, type Score } from "../score.js";

/** Σ_k w_k N(μ_k, Σ_k) in d dimensions; the components may differ in rank. */
export interface GaussianMixture {
  /** w, shape [K], positive, of sum 1 */
  readonly weights: Float64Array;
  readonly components: readonly Gaussian[];
}

/**
 * The mixture of the given weights and components.
 *
 * @throws RangeError if there is no component, their number is not that of the weights, they differ in dimension, or
 * the weights are not positive with sum 1
 */
export function gaussianMixture(weights: ArrayLike<number>, components: readonly Gaussian[]): GaussianMixture {
  if (components.length === 0 || components.length !== weights.length)
    throw new RangeError(
      `gaussianMixture: ${weights.length} weights and ${components.length} components, expected one weight for each of at least one component`,
    );
  requireWeights("gaussianMixture", weights);
  const d = components[0].mean.length;
  components.forEach(({ mean }, k) => {
    if (mean.length !== d)
      throw new RangeError(
        `gaussianMixture: component ${k} has ${mean.length} dimensions, expected ${d} like component 0`,
      );
  });
  return { weights: Float64Array.from(weights), components };
}

/** @throws RangeError if a weight is not positive, or their sum is not 1 to the round-off of a long sum */
export function requireWeights(where: string, weights: ArrayLike<number>): void {
  let sum = 0;
  for (let k = 0; k < weights.length; k++) {
    if (!(weights[k] > 0 && weights[k] < Infinity))
      throw new RangeError(`${where}: weight ${k} is ${weights[k]}, expected a positive number`);
    sum += weights[k];
  }
  if (!(Math.abs(sum - 1) <= 1e-9))
    throw new RangeError(`${where}: the weights sum to ${sum}, expected 1; divide them by their sum`);
}

/**
 * s = Σ_k r_k s_k, the components' scores by their responsibilities. The score throws as those of the components do.
 */
export function mixtureScore(m: GaussianMixture): Score {
  if (isSmall(m)) {
    const both = mixtureScoreAndDivergence(m, "mixtureScore");
    return (x, sigma) => both(x, sigma).score;
  }
  const plain = evaluator("mixtureScore", m, (p, sigma) => mixed(p, (g) => scoreOperator(g, sigma), false));
  return natively(
    "mixtureScore",
    m,
    plain,
    (centres, x, sigma) => nativeMixed(m, centres, x, sigma, (g) => scoreOperator(g, sigma)).sum,
  );
}

/**
 * D = Σ_k r_k D_k, the components' denoisers by their responsibilities. At σ = 0 it needs components that are not
 * singular.
 */
export function mixtureDenoiser(m: GaussianMixture): Denoiser {
  const gains = (g: Gaussian, sigma: number) => spectrum(g, (lambda) => shrinkage(lambda, sigma));
  const plain = evaluator("mixtureDenoiser", m, (p, sigma) => mixed(p, (g) => gains(g, sigma), true));
  const means = matrixFromRows(m.components.map(({ mean }) => mean));
  return natively("mixtureDenoiser", m, plain, (centres, x, sigma) => {
    const { sum, responsibilities } = nativeMixed(m, centres, x, sigma, (g) => gains(g, sigma));
    return addScaled(sum, 1, multiply(responsibilities, means));
  });
}

/**
 * The score and its divergence together, as likelihoods need them, for about the cost of one.
 * It throws as the components' scores do.
 */
export function mixtureScoreAndDivergence(
  m: GaussianMixture,
  where = "mixtureScoreAndDivergence",
): (x: Matrix, sigma: number) => ScoreAndDivergence {
  const d = m.components[0].mean.length;
  if (isSmall(m))
    return (x, sigma) => {
      for (const g of m.components) requireRegular(where, "density", g, sigma);
      requirePoints(where, "x", x, d);
      return loopedMixture(m, x, sigma);
    };
  // side by side, one column more than the score has
  const evaluate = evaluator(
    where,
    m,
    (p, sigma) => {
      const score = mixed(p, (g) => scoreOperator(g, sigma), false);
      return withColumn(score, divergences(m, p, score, sigma));
    },
    d + 1,
  );
  return (x, sigma) => {
    const [score, divergence] = splitColumn(evaluate(x, sigma));
    return { score, divergence };
  };
}

/** log p = log Σ_k w_k N(x; μ_k, Σ_k + σ²I), finite however far x is. It throws as the components' densities do. */
export function mixtureLogDensity(m: GaussianMixture): LogDensity {
  const evaluate = evaluator("mixtureLogDensity", m, ({ logDensity }) => matrix(logDensity.length, 1, logDensity), 1);
  return (x, sigma) => evaluate(x, sigma).values;
}

/** r_k = w_k N(x; μ_k, Σ_k + σ²I) / p, the probability that x came from component k, shape [n, K]; rows sum to 1. */
export function mixtureResponsibilities(m: GaussianMixture): (x: Matrix, sigma: number) => Matrix {
  return evaluator("mixtureResponsibilities", m, ({ responsibilities }) => responsibilities, m.weights.length);
}

/** J v = Σ_k r_k (J_k v + s_k (s_k · v)) - s (s · v). */
export function mixtureJacobianProduct(m: GaussianMixture): JacobianProduct {
  return (x, sigma, v) => {
    requireSameShape("mixtureJacobianProduct", x, v);
    requirePoints("mixtureJacobianProduct", "v", v, x.cols);
    return evaluator("mixtureJacobianProduct", m, (p, _, from) => {
      const part = rowRange(v, from, from + p.x.rows);
      const s = matrix(part.rows, part.cols);
      const Jv = matrix(part.rows, part.cols);
      forEachActive(p, (g, k, rows, r) => {
        const f = scoreOperator(g, sigma);
        const vk = takeRows(part, rows);
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
      const along = rowDots(s, part);
      for (let n = 0, i = 0; n < s.rows; n++)
        for (let j = 0; j < s.cols; j++, i++) Jv.values[i] -= along[n] * s.values[i];
      return Jv;
    })(x, sigma);
  };
}

/** ∇ · s = Σ_k r_k (tr J_k + |s_k|²) - |s|². */
export function mixtureDivergence(m: GaussianMixture): Divergence {
  const both = mixtureScoreAndDivergence(m, "mixtureDivergence");
  return (x, sigma) => both(x, sigma).divergence;
}

function divergences(
  { components }: GaussianMixture,
  { responsibilities, squaredScores }: Posterior,
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

/** Multiplications a component from which products stay native. */
const NATIVE_FROM = 100_000;

/** Points that are taken at once natively. */
const POINTS = 1024;

/** `plain`, or natively where there is enough to multiply and every component has full rank. */
function natively(
  where: string,
  m: GaussianMixture,
  plain: Score,
  f: (centres: readonly Float64Array[], x: Matrix, sigma: number) => Matrix,
): Score {
  const d = m.components[0].mean.length;
  if (!m.components.every(isFullRank)) return plain;
  let centres: Float64Array[] | undefined;
  return (x, sigma) => {
    const fast = x.rows * d * d >= NATIVE_FROM && nativeAvailable();
    if (!fast) return plain(x, sigma);
    for (const g of m.components) requireRegular(where, "density", g, sigma);
    requirePoints(where, "x", x, d);
    centres ??= centresOf(m);
    return overRows(x, POINTS, d, (part) => f(centres!, part, sigma));
  };
}

/** What f makes of the posterior of the rows of x, so many rows at a time that their features fit into a block. */
function evaluator(
  where: string,
  m: GaussianMixture,
  f: (p: Posterior, sigma: number, from: number) => Matrix,
  cols = m.components[0].mean.length,
) {
  const of = posterior(where, m);
  const numbers = m.components.reduce((sum, { lambda }) => sum + lambda.length + 2, 0);
  const size = Math.max(1, Math.floor(BLOCK_NUMBERS / numbers));
  return (x: Matrix, sigma: number): Matrix => overRows(x, size, cols, (part, from) => f(of(part, sigma), sigma, from));
}

/** Σ_k r_k [f(Σ_k) (x - μ_k) + μ_k, this one if asked]. */
function mixed(p: Posterior, f: (g: Gaussian) => Spectrum, addMeans: boolean): Matrix {
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
      if (addMeans) for (let j = 0; j < d; j++) sum.values[to + j] += share * g.mean[j];
      for (let j = 0; j < d; j++, at++) sum.values[to + j] += share * part.values[at];
    }
  });
  return sum;
}

/** Visits every component with the points that it is responsible for; the others cost nothing. */
function forEachActive(
  { mixture: { components }, responsibilities: { values, rows: count } }: Posterior,
  visit: (g: Gaussian, k: number, rows: Uint32Array, r: Float64Array) => void,
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
function inSpace(g: Gaussian, { isotropic: outside, lowRank: gains }: Spectrum, c: Matrix, y?: Matrix): Matrix {
  const scaled = matrix(c.rows, c.cols);
  for (let n = 0, i = 0; n < c.rows; n++)
    for (let j = 0; j < c.cols; j++, i++) scaled.values[i] = gains[j] * c.values[i];
  const result = multiply(scaled, g.U, { transposeB: true });
  if (y && outside !== 0) for (let i = 0; i < y.values.length; i++) result.values[i] += outside * y.values[i];
  return result;
}

function centred(x: Matrix, rows: Uint32Array, mean: Float64Array): Matrix {
  const taken = takeRows(x, rows);
  for (let n = 0, i = 0; n < taken.rows; n++) for (let j = 0; j < taken.cols; j++, i++) taken.values[i] -= mean[j];
  return taken;
}
