import { scheduledProbabilityFlow } from "../../diffusion/schedule.js";
import { eigen } from "../../math/eigen.js";
import { matrix, scaleColumns, scaleRows, transpose, type Matrix } from "../../math/matrix.js";
import { multiplyReference } from "../../math/multiply.js";
import { euler, integrate, last, linspace } from "../../math/ode.js";
import { normal, type Source } from "../../math/random.js";
import { solvePositive } from "../../math/solve.js";
import { spectralFilter, type Regularisation } from "./spectralFilter.js";
import { featureFamily, type FeatureFamily, type FeatureSpec } from "./features.js";
import type { Objective } from "./denoisingExamples.js";
import { requireProblem, scheduleOf, type TrainingDraws, type TrainingProblem } from "./trainingDraws.js";

/** What a linear model W φ stands for: x̂_0, with the loss |x_0 - x̂_0|² / σ², or s_t, with λ_t = σ_t². */
export type ModelForm = "denoiser" | "score";

/** Settings of a linear model. */
export interface LinearModelOptions {
  readonly form?: ModelForm;
  /** what keeps W finite; default a ridge of 0.1, as the paper's */
  readonly regularisation?: Regularisation;
}

/** A linear model W φ(x_t, t). */
export interface LinearModel {
  readonly problem: TrainingProblem;
  readonly features: FeatureSpec | FeatureFamily;
  readonly form: ModelForm;
  /** W, shape [d, F] */
  readonly weights: Matrix;
}

/**
 * Fits linear models to the same draws by both objectives in closed form: W = A f(Σ), Σ = mean of w φ φᵀ, A = mean of w
 * y φᵀ over the P draws, with target y and weight w, where f(Σ) is (Σ + ridge)⁻¹, or that of gradient flow stopped at a
 * time. In JavaScript alone, so that it gives the same bits on every thread. Without a ridge and with fewer draws than
 * features it is the interpolation of least norm.
 *
 * @throws RangeError if the ridge is negative, or is 0 where neither the features nor the draws are linearly
 *   independent
 */
export function fitLinearModel(
  problem: TrainingProblem,
  features: FeatureSpec | FeatureFamily,
  draws: TrainingDraws,
  { form = "denoiser", regularisation = { ridge: 0.1 } }: LinearModelOptions = {},
): Record<Objective, LinearModel> {
  const { weights, targets } = regression(problem, draws, form);
  const [P, d] = [draws.x.rows, draws.x.cols];
  const roots = weights.map((w) => Math.sqrt(w / P));
  const family = featureFamily(features);
  const G = scaleRows(family.evaluate(draws.x, draws.t), roots); // Σ = Gᵀ G
  const Y = matrix(P, 2 * d); // both targets side by side
  targets.forEach((target, k) => {
    for (let p = 0; p < P; p++)
      for (let j = 0; j < d; j++) Y.values[p * 2 * d + k * d + j] = roots[p] * target.values[p * d + j];
  });
  const kernel = P < family.count && family.kernel?.(draws.x, draws.t);
  const K = kernel && scaleRows(transpose(scaleRows(kernel, roots)), roots); // G Gᵀ
  const W = transpose(filtered(G, Y, regularisation, K || undefined)); // shape [2d, F]
  const model = (k: number): LinearModel => ({
    problem,
    features,
    form,
    weights: matrix(d, G.cols, W.values.slice(k * d * G.cols, (k + 1) * d * G.cols)),
  });
  return { J0: model(0), J1: model(1) };
}

/** The weights and the targets of J0 and J1 that a form of the model is regressed on. */
export function regression(
  problem: TrainingProblem,
  { x, t, sample, posteriorMean, weights }: TrainingDraws,
  form: ModelForm,
): { readonly weights: Float64Array; readonly targets: readonly [Matrix, Matrix] } {
  if (form === "denoiser") return { weights, targets: [posteriorMean, sample] };
  const schedule = scheduleOf(problem);
  const alphas = t.map((time) => schedule.alpha(time));
  const variances = t.map((_, p) => alphas[p] ** 2 / weights[p]); // σ_t² = α² σ²
  const scoreOf = (x0: Matrix): Matrix => ({
    ...x,
    values: x.values.map((value, i) => {
      const p = Math.floor(i / x.cols);
      return (alphas[p] * x0.values[i] - value) / variances[p];
    }),
  });
  return { weights: variances, targets: [scoreOf(posteriorMean), scoreOf(sample)] };
}

/** f(Gᵀ G) Gᵀ Y = Gᵀ f(G Gᵀ) Y, shape [F, m], through the smaller of the two; K is G Gᵀ where it is known. */
function filtered(G: Matrix, Y: Matrix, regularisation: Regularisation, K?: Matrix): Matrix {
  if (G.rows < G.cols)
    return multiplyReference(G, filter(K ?? gram(transpose(G)), Y, regularisation), { transposeA: true });
  return filter(gram(G), multiplyReference(G, Y, { transposeA: true }), regularisation);
}

/** f(S) B */
function filter(S: Matrix, B: Matrix, regularisation: Regularisation): Matrix {
  if ("ridge" in regularisation) return solveRidge(S, B, regularisation.ridge);
  const { values, vectors } = eigen(S);
  const f = Float64Array.from(values, spectralFilter(regularisation).value);
  return multiplyReference(scaleColumns(vectors, f), multiplyReference(vectors, B, { transposeA: true }));
}

/** Gᵀ G, the upper half computed, of the numbers that are not 0: local features are mostly 0. */
function gram({ rows, cols, values }: Matrix): Matrix {
  const S = matrix(cols, cols);
  const [columns, numbers] = [new Uint32Array(cols), new Float64Array(cols)];
  for (let n = 0; n < rows; n++) {
    let count = 0;
    for (let j = 0; j < cols; j++) {
      const value = values[n * cols + j];
      if (value === 0) continue;
      columns[count] = j;
      numbers[count++] = value;
    }
    for (let i = 0; i < count; i++) {
      const [start, one] = [columns[i] * cols, numbers[i]];
      for (let j = i; j < count; j++) S.values[start + columns[j]] += one * numbers[j];
    }
  }
  for (let i = 0; i < cols; i++) for (let j = 0; j < i; j++) S.values[i * cols + j] = S.values[j * cols + i];
  return S;
}

function solveRidge(S: Matrix, B: Matrix, ridge: number): Matrix {
  if (!(ridge >= 0 && ridge < Infinity))
    throw new RangeError(`fitLinearModel: the ridge is ${ridge}, expected a number of at least 0`);
  for (let i = 0; i < S.rows; i++) S.values[i * S.cols + i] += ridge;
  try {
    return solvePositive(S, B);
  } catch (cause) {
    throw new RangeError(
      `fitLinearModel: Σ is singular with the ridge ${ridge}, expected a larger one, or draws at which the features are finite and linearly independent`,
      { cause },
    );
  }
}

/** Settings of the denoiser of a linear model. */
export interface LinearDenoiserOptions {
  /** bounds that x_t is brought within first: beyond the features nothing is known, and the value at the edge is kept */
  readonly clamp?: readonly [number, number];
}

/**
 * Returns x̂_0(x_t, t) of a linear model.
 *
 * @throws RangeError if the bounds are not in order
 */
export function linearDenoiser(
  { problem, features, form, weights }: LinearModel,
  { clamp }: LinearDenoiserOptions = {},
): (x: Matrix, t: number) => Matrix {
  if (clamp && !(clamp[0] <= clamp[1]))
    throw new RangeError(
      `linearDenoiser: x_t is clamped from ${clamp[0]} to ${clamp[1]}, expected a lower and an upper bound`,
    );
  const family = featureFamily(features);
  const schedule = scheduleOf(problem);
  const output = (x: Matrix, t: number): Matrix => {
    if (!family.factors)
      return multiplyReference(family.evaluate(x, new Float64Array(x.rows).fill(t)), weights, { transposeB: true });
    return multiplyReference(family.factors.space(x), folded(weights, family.factors.time(t)), { transposeB: true });
  };
  return (x, t) => {
    const within = clamp ? { ...x, values: x.values.map((value) => Math.min(Math.max(value, clamp[0]), clamp[1])) } : x;
    const y = output(within, t);
    if (form === "denoiser") return y;
    const alpha = schedule.alpha(t);
    const variance = (alpha * schedule.noiseLevel(t)) ** 2;
    return { ...y, values: y.values.map((s, i) => (x.values[i] + variance * s) / alpha) };
  };
}

/** W τ, shape [d, F / length of τ] */
function folded(W: Matrix, tau: Float64Array): Matrix {
  const at = matrix(W.rows, W.cols / tau.length);
  for (let i = 0; i < W.values.length; i++) at.values[Math.floor(i / tau.length)] += W.values[i] * tau[i % tau.length];
  return at;
}

/** Settings of sampleFlow. */
export interface FlowSamplingOptions {
  readonly count: number;
  /** equal steps of Euler's method from the last time to the first; default 30, as the paper's */
  readonly steps?: number;
  readonly source: Source;
}

/**
 * Samples by the probability flow of a denoiser x̂_0(x_t, t), from N(0, σ_T² I) at the last time, shape [count, d].
 *
 * @throws RangeError if the problem is none to draw from, steps is not a positive integer, or a state is not finite
 */
export function sampleFlow(
  problem: TrainingProblem,
  denoiser: (x: Matrix, t: number) => Matrix,
  { count, steps = 30, source }: FlowSamplingOptions,
): Matrix {
  const schedule = scheduleOf(problem);
  const [from, to] = requireProblem("sampleFlow", problem);
  const deviation = schedule.alpha(to) * schedule.noiseLevel(to);
  const start = normal(source, count, problem.points.cols);
  for (let i = 0; i < start.values.length; i++) start.values[i] *= deviation;
  return last(integrate(scheduledProbabilityFlow(schedule, denoiser), start, linspace(to, from, steps), euler));
}
