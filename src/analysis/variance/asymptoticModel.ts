import { eigen } from "../../math/eigen.js";
import { addScaled, matrix, scaleColumns, scaleRows, transpose, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { normal, type Source } from "../../math/random.js";
import { featureFamily, type FeatureFamily, type FeatureSpec } from "./features.js";
import { inputQuadrature, type InputNodes, type InputSlice } from "./inputQuadrature.js";
import type { LinearModel, LinearModelOptions, ModelForm } from "./linearModel.js";
import { spectralFilter, type Regularisation } from "./spectralFilter.js";
import { scheduleOf, type TrainingProblem } from "./trainingDraws.js";

/**
 * The law of a linear model's weights for many draws, Ŵ ~ N(W*, (noise + inputs) / P): by the noisy target of J1 both
 * parts, by the exact one of J0 the second alone.
 */
export interface AsymptoticModel extends LinearModel {
  /** of W*, what infinitely many draws give */
  readonly weights: Matrix;
  /** what the target's own noise adds, Σ⁻¹ E[w² Cov(y | z) φ φᵀ] Σ⁻¹ without a ridge, shape [d F, d F] */
  readonly noise: Matrix;
  /**
   * what the draw of the inputs leaves where the features cannot represent the mean, or are held back, shape [d F, d F]
   */
  readonly inputs: Matrix;
}

/** Settings of asymptoticModel. */
export interface AsymptoticOptions extends LinearModelOptions {
  readonly nodes?: InputNodes;
}

/**
 * Computes the law of the weights W = A f(Σ) of a linear model fitted to P draws, for large P, by quadrature over the
 * inputs: the limit W* and, from the first-order change of A and of f(Σ) with the draws, the sandwich covariance.
 * Without a ridge and with features that hold the posterior mean it is Prop. 5.1 of Vastola (arXiv 2504.12532), with
 * early stopping that of lazy training (Prop. 5.2); the change of f(Σ), which they leave out, is in `inputs`.
 *
 * @throws RangeError as the features and the quadrature do, or if the ridge is 0 and Σ is singular to round-off
 */
export function asymptoticModel(
  problem: TrainingProblem,
  features: FeatureSpec | FeatureFamily,
  { form = "denoiser", regularisation = { ridge: 0.1 }, nodes }: AsymptoticOptions = {},
): AsymptoticModel {
  const family = featureFamily(features);
  const [F, d] = [family.count, problem.points.cols];
  const { sigma, A } = populationMoments(problem, family, form, nodes);
  const { values, vectors } = eigen(sigma);
  requireRegular("asymptoticModel", values, regularisation);
  const filter = spectralFilter(regularisation);
  const f = Float64Array.from(values, (lambda) => filter.value(Math.max(lambda, 0)));
  const differences = matrix(F, F); // of f, in the eigenbasis
  for (let i = 0; i < F; i++)
    for (let j = 0; j < F; j++)
      differences.values[i * F + j] = filter.difference(Math.max(values[i], 0), Math.max(values[j], 0));
  const a = multiply(A, vectors); // A in the eigenbasis, shape [d, F]
  const parts = { noise: matrix(d * F, d * F), inputs: matrix(d * F, d * F) };
  const centre = new Float64Array(d * F);
  for (const slice of inputQuadrature(problem, nodes)) {
    const psi = multiply(family.evaluate(slice.x, new Float64Array(slice.x.rows).fill(slice.t)), vectors);
    accumulate(parts, centre, psi, { slice, ...target(problem, slice, form), f, differences, a });
  }
  for (let i = 0; i < d * F; i++)
    for (let j = 0; j < d * F; j++) parts.inputs.values[i * d * F + j] -= centre[i] * centre[j];
  const turn = (part: Matrix) => turned(part, vectors, d);
  return {
    problem,
    features,
    form,
    weights: multiply(scaleColumns(a, f), vectors, { transposeB: true }),
    noise: turn(parts.noise),
    inputs: turn(parts.inputs),
  };
}

/**
 * What infinitely many draws make of a linear model with each ridge, W* = A (Σ + ridge)⁻¹: the bias of the features and
 * of the ridge without any variance.
 *
 * @throws RangeError as asymptoticModel does
 */
export function limitModels(
  problem: TrainingProblem,
  features: FeatureSpec | FeatureFamily,
  ridges: readonly number[],
  { form = "denoiser", nodes }: Pick<AsymptoticOptions, "form" | "nodes"> = {},
): LinearModel[] {
  const { sigma, A } = populationMoments(problem, featureFamily(features), form, nodes);
  const { values, vectors } = eigen(sigma);
  const a = multiply(A, vectors);
  return ridges.map((ridge) => {
    requireRegular("limitModels", values, { ridge });
    const f = values.map((lambda) => spectralFilter({ ridge }).value(Math.max(lambda, 0)));
    return { problem, features, form, weights: multiply(scaleColumns(a, f), vectors, { transposeB: true }) };
  });
}

/** Σ = E[w φ φᵀ], shape [F, F], and A = E[w y φᵀ], shape [d, F], over the inputs. */
function populationMoments(problem: TrainingProblem, family: FeatureFamily, form: ModelForm, nodes?: InputNodes) {
  let [sigma, A] = [matrix(family.count, family.count), matrix(problem.points.cols, family.count)];
  for (const slice of inputQuadrature(problem, nodes)) {
    const phi = family.evaluate(slice.x, new Float64Array(slice.x.rows).fill(slice.t));
    const { weight, mean } = target(problem, slice, form);
    const weighted = scaleRows(
      phi,
      slice.weights.map((w) => w * weight),
    );
    sigma = addScaled(sigma, 1, multiply(weighted, phi, { transposeA: true }));
    A = addScaled(A, 1, multiply(mean, weighted, { transposeA: true }));
  }
  return { sigma: symmetric(sigma), A };
}

interface SliceTerms {
  readonly slice: InputSlice;
  readonly weight: number;
  readonly mean: Matrix;
  readonly covariance: (n: number, i: number, j: number) => number;
  readonly f: Float64Array;
  readonly differences: Matrix;
  readonly a: Matrix;
}

/**
 * Adds the part of one time. A draw (z, y) of weight w changes the weights in the eigenbasis by w ψ_k (y f_k + h_k) / P,
 * h_k = Σ_i a_i f[λ_i, λ_k] ψ_i; its mean square is that of the noise of y and that of its mean.
 */
function accumulate(
  parts: { noise: Matrix; inputs: Matrix },
  centre: Float64Array,
  psi: Matrix,
  { slice, weight, mean, covariance, f, differences, a }: SliceTerms,
): void {
  const [n, F, d] = [psi.rows, psi.cols, mean.cols];
  const changes = Array.from({ length: d }, (_, i) => {
    const h = multiply(scaleColumns(psi, a.values.subarray(i * F, (i + 1) * F)), differences);
    const change = matrix(n, F);
    for (let k = 0, at = 0; k < n; k++) {
      const probability = slice.weights[k];
      for (let j = 0; j < F; j++, at++) {
        change.values[at] = weight * psi.values[at] * (mean.values[k * d + i] * f[j] + h.values[at]);
        centre[i * F + j] += probability * change.values[at];
      }
    }
    return change;
  });
  const pulls = scaleColumns(psi, f);
  for (let i = 0; i < d; i++)
    for (let j = 0; j <= i; j++) {
      const noisy = scaleRows(
        pulls,
        slice.weights.map((w, k) => w * weight ** 2 * covariance(k, i, j)),
      );
      addBlock(parts.noise, i, j, multiply(noisy, pulls, { transposeA: true }));
      const weighted = scaleRows(changes[i], slice.weights);
      addBlock(parts.inputs, i, j, multiply(weighted, changes[j], { transposeA: true }));
    }
}

/** The weight w of the loss at a time, and the mean and the covariance of the target y there. */
function target(problem: TrainingProblem, { t, x, mean, covariance }: InputSlice, form: ModelForm) {
  const schedule = scheduleOf(problem);
  const [alpha, d] = [schedule.alpha(t), x.cols];
  const inverse = 1 / schedule.noiseLevel(t) ** 2;
  const of = (n: number, i: number, j: number) => covariance.values[n * d * d + i * d + j];
  if (form === "denoiser") return { weight: inverse, mean, covariance: of };
  const variance = alpha ** 2 / inverse;
  return {
    weight: variance,
    mean: { ...x, values: x.values.map((value, i) => (alpha * mean.values[i] - value) / variance) },
    covariance: (n: number, i: number, j: number) => (of(n, i, j) * alpha ** 2) / variance ** 2,
  };
}

/** @throws RangeError if a number of draws, of which a law for many is asked, is not positive */
export function requireDrawCount(where: string, P: number): void {
  if (!(P > 0)) throw new RangeError(`${where}: P is ${P}, expected a positive number of draws`);
}

/** Without a ridge, eigenvalues of Σ that are round-off would be divided by. */
function requireRegular(where: string, eigenvalues: Float64Array, regularisation: Regularisation): void {
  if (!("ridge" in regularisation && regularisation.ridge === 0)) return;
  const [most, least] = [eigenvalues[0], eigenvalues[eigenvalues.length - 1]];
  if (!(least > eigenvalues.length * Number.EPSILON * most))
    throw new RangeError(
      `${where}: the eigenvalues of Σ go from ${most} to ${least} and the ridge is 0, expected linearly independent features or a positive ridge`,
    );
}

/**
 * Draws weights from the law of P draws by J1, or by J0: models that were not trained, shape [d, F] each.
 *
 * @throws RangeError if P is not positive
 */
export function drawWeights(
  { weights, noise, inputs }: AsymptoticModel,
  P: number,
  models: number,
  source: Source,
  objective: "J0" | "J1" = "J1",
): Matrix[] {
  requireDrawCount("drawWeights", P);
  const covariance = objective === "J1" ? addScaled(inputs, 1, noise) : inputs;
  const { values, vectors } = eigen(symmetric(covariance));
  const root = scaleColumns(
    vectors,
    Float64Array.from(values, (value) => Math.sqrt(Math.max(value, 0) / P)),
  );
  const all = multiply(normal(source, models, values.length), root, { transposeB: true });
  return Array.from({ length: models }, (_, m) => ({
    ...weights,
    values: weights.values.map((value, i) => value + all.values[m * values.length + i]),
  }));
}

function addBlock(whole: Matrix, i: number, j: number, block: Matrix): void {
  const F = block.rows;
  const add = (row: number, col: number, from: Matrix) => {
    for (let k = 0; k < F; k++)
      for (let l = 0; l < F; l++) whole.values[(row * F + k) * whole.cols + col * F + l] += from.values[k * F + l];
  };
  add(i, j, block);
  if (i !== j) add(j, i, transpose(block));
}

/** Blocks in the eigenbasis brought back, V block Vᵀ. */
function turned(whole: Matrix, vectors: Matrix, d: number): Matrix {
  const F = vectors.rows;
  const all = matrix(whole.rows, whole.cols);
  for (let i = 0; i < d; i++)
    for (let j = 0; j < d; j++) {
      const block = matrix(F, F);
      for (let k = 0; k < F; k++)
        block.values.set(
          whole.values.subarray((i * F + k) * whole.cols + j * F, (i * F + k) * whole.cols + (j + 1) * F),
          k * F,
        );
      const back = multiply(multiply(vectors, block), vectors, { transposeB: true });
      for (let k = 0; k < F; k++)
        all.values.set(back.values.subarray(k * F, (k + 1) * F), (i * F + k) * all.cols + j * F);
    }
  return all;
}

function symmetric(m: Matrix): Matrix {
  return { ...m, values: addScaled(m, 1, transpose(m)).values.map((value) => value / 2) };
}
