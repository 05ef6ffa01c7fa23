import { inLogSigma, probabilityFlow } from "../../diffusion/flow.js";
import type { VectorField } from "../../diffusion/distribution.js";
import type { JacobianProduct } from "../../diffusion/jacobian.js";
import { requirePoints, requirePositive } from "../../diffusion/score.js";
import { matrix, row, type Matrix } from "../../math/matrix.js";
import { integrate, last, linspace, rk4, type ButcherTableau } from "../../math/ode.js";
import { svd } from "../../math/svd.js";
import type { DimensionEstimator } from "./curve.js";

/** The derivative Y = ∂x_σ / ∂x_T of the probability flow from noise level T down, along several trajectories. */
export interface FlowMap {
  /** as given, decreasing */
  readonly sigmas: Float64Array;
  /** x_σ at each level, shape [n, d] */
  readonly states: readonly Matrix[];
  /** Y of each trajectory at each level, shape [d, d] */
  readonly derivatives: readonly (readonly Matrix[])[];
  /** the singular values of Y at each level, decreasing, shape [n, d] */
  readonly singularValues: readonly Matrix[];
  /** d log s_i / d log σ of each, shape [n, d]: 0 along the manifold, 1 across it */
  readonly slopes: readonly Matrix[];
}

/** Settings of the integration in log σ. */
export interface FlowMapOptions {
  /** steps in log σ, for each factor of 10 */
  readonly stepsPerDecade?: number;
  readonly method?: ButcherTableau;
}

/**
 * The flow map of x_T, shape [n, d], from the first of the levels down to the others: dY / d log σ = -σ² J(x_σ, σ) Y, Y
 * = I at the first. With Y = U diag(s) Vᵀ, the slope of s_i is -σ² u_iᵀ J u_i exactly, for a Jacobian that need not be
 * symmetric. The singular values tell the intrinsic dimension in Theorem 2 of Horvat and Pfister (arXiv 2402.03845):
 * along the manifold they stay, across it they vanish with σ.
 *
 * @throws RangeError if there are fewer than two levels, they do not decrease, x_T holds a value that is not finite, or
 * a state on the way is not
 */
export function flowMap(
  field: Pick<VectorField, "score" | "jacobianProduct">,
  xT: Matrix,
  sigmas: ArrayLike<number>,
  options: FlowMapOptions = {},
): FlowMap {
  const levels = Float64Array.from(sigmas);
  if (levels.length < 2) throw new RangeError(`flowMap: ${levels.length} noise levels, expected two or more`);
  levels.forEach((sigma, i) => {
    requirePositive("flowMap", sigma);
    if (i > 0 && !(sigma < levels[i - 1]))
      throw new RangeError(`flowMap: σ = ${sigma} after ${levels[i - 1]}, expected levels that decrease`);
  });
  requirePoints("flowMap", "x", xT, xT.cols);
  const d = xT.cols;
  const motion = inLogSigma((both, sigma) => variational(field, both, d, sigma));
  const paths = [withIdentity(xT)];
  for (let i = 1; i < levels.length; i++) paths.push(between(motion, paths[i - 1], levels[i - 1], levels[i], options));
  const parts = paths.map((both) => separated(both, d));
  const spectra = parts.map(({ x, Y }, i) => spectrum(field.jacobianProduct, x, Y, levels[i]));
  return {
    sigmas: levels,
    states: parts.map(({ x }) => x),
    derivatives: parts.map(({ Y }) => Y),
    singularValues: spectra.map(({ values }) => values),
    slopes: spectra.map(({ slopes }) => slopes),
  };
}

/**
 * Integrates the flow map of the trajectories that end at the rows of x at the last level: they are carried up to the
 * first, and then down. @throws RangeError as flowMap does
 */
export function flowMapTo(
  field: Pick<VectorField, "score" | "jacobianProduct">,
  x: Matrix,
  sigmas: ArrayLike<number>,
  options: FlowMapOptions = {},
): FlowMap {
  const up = between(inLogSigma(probabilityFlow(field)), x, sigmas[sigmas.length - 1], sigmas[0], options);
  return flowMap(field, up, sigmas, options);
}

/** Settings of flowSlopes. */
export interface FlowSlopesOptions extends FlowMapOptions {
  /** T, where the flow begins; far above the size of the data */
  readonly sigmaMax?: number;
}

/**
 * The number of singular values of the flow map that do not vanish as σ does: those with a slope below ½ at x, taken as
 * the state at level σ and carried up to sigmaMax first. An integer from 0 to D. Two integrations, the second with D
 * columns.
 *
 * The estimator throws RangeError if σ is not between 0 and sigmaMax, and as flowMap does.
 */
export function flowSlopes(
  field: Pick<VectorField, "score" | "jacobianProduct">,
  { sigmaMax = 80, ...options }: FlowSlopesOptions = {},
): DimensionEstimator {
  return (x, sigma) => {
    requirePositive("flowSlopes", sigma);
    if (!(sigma < sigmaMax))
      throw new RangeError(`flowSlopes: σ is ${sigma}, expected a level below sigmaMax = ${sigmaMax}`);
    const { slopes } = flowMapTo(field, x, [sigmaMax, sigma], options);
    return Float64Array.from({ length: x.rows }, (_, n) =>
      row(slopes[1], n).reduce((count, slope) => count + (slope < 0.5 ? 1 : 0), 0),
    );
  };
}

function between(
  field: (x: Matrix, u: number) => Matrix,
  x: Matrix,
  from: number,
  to: number,
  { stepsPerDecade = 20, method = rk4 }: FlowMapOptions,
): Matrix {
  const steps = Math.max(1, Math.ceil(stepsPerDecade * Math.abs(Math.log10(to / from))));
  return last(integrate(field, x, linspace(Math.log(from), Math.log(to), steps), method));
}

/*
 * State and derivative in one row of d + d² numbers: x, then the columns of Y one after the other.
 */

/** (dx, dY)/dσ = (-σ s, -σ J Y) */
function variational(
  { score, jacobianProduct }: Pick<VectorField, "score" | "jacobianProduct">,
  both: Matrix,
  d: number,
  sigma: number,
): Matrix {
  const width = d + d * d;
  const [x, at, v] = [matrix(both.rows, d), matrix(both.rows * d, d), matrix(both.rows * d, d)];
  for (let n = 0; n < both.rows; n++) {
    const point = both.values.subarray(n * width, n * width + d);
    x.values.set(point, n * d);
    for (let j = 0; j < d; j++) at.values.set(point, (n * d + j) * d);
    v.values.set(both.values.subarray(n * width + d, (n + 1) * width), n * d * d);
  }
  const [s, Jv] = [score(x, sigma), jacobianProduct(at, sigma, v)];
  const change = matrix(both.rows, width);
  for (let n = 0, i = 0; n < both.rows; n++) {
    for (let j = 0; j < d; j++, i++) change.values[i] = -sigma * s.values[n * d + j];
    for (let j = 0; j < d * d; j++, i++) change.values[i] = -sigma * Jv.values[n * d * d + j];
  }
  return change;
}

function withIdentity(x: Matrix): Matrix {
  const d = x.cols;
  const both = matrix(x.rows, d + d * d);
  for (let n = 0; n < x.rows; n++) {
    both.values.set(row(x, n), n * both.cols);
    for (let j = 0; j < d; j++) both.values[n * both.cols + d + j * d + j] = 1;
  }
  return both;
}

function separated(both: Matrix, d: number): { x: Matrix; Y: Matrix[] } {
  const x = matrix(both.rows, d);
  const Y = Array.from({ length: both.rows }, (_, n) => {
    row(x, n).set(row(both, n).subarray(0, d));
    const derivative = matrix(d, d);
    for (let j = 0; j < d; j++)
      for (let i = 0; i < d; i++) derivative.values[i * d + j] = both.values[n * both.cols + d + j * d + i];
    return derivative;
  });
  return { x, Y };
}

/** Singular values of every Y and their slopes: d products, with the left singular vectors. */
function spectrum(
  product: JacobianProduct,
  x: Matrix,
  Y: readonly Matrix[],
  sigma: number,
): { values: Matrix; slopes: Matrix } {
  const d = x.cols;
  const [values, slopes] = [matrix(x.rows, d), matrix(x.rows, d)];
  const vectors = Y.map((derivative, n) => {
    const { U, values: s } = svd(derivative);
    row(values, n).set(s);
    return U;
  });
  for (let j = 0; j < d; j++) {
    const u = matrix(x.rows, d);
    vectors.forEach((U, n) => {
      for (let i = 0; i < d; i++) u.values[n * d + i] = U.values[i * d + j];
    });
    const Ju = product(x, sigma, u);
    for (let n = 0; n < x.rows; n++)
      for (let i = 0; i < d; i++) slopes.values[n * d + j] -= sigma ** 2 * u.values[n * d + i] * Ju.values[n * d + i];
  }
  return { values, slopes };
}
