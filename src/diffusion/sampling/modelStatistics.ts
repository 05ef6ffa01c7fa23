import { addScaled, matrix, row, scale, takeRows, type Matrix } from "../../math/matrix.js";
import { rk4, step } from "../../math/ode.js";
import { normal, signs, type Source } from "../../math/random.js";
import { columnMeans, mean } from "../../math/stats.js";
import { inLogSigma, probabilityFlow } from "../flow.js";
import { jacobianDiagonals, type JacobianProduct } from "../jacobian.js";
import { geometricSigmas } from "./noiseLevels.js";
import type { VectorField } from "../distribution.js";
import { requirePoints } from "../score.js";

/**
 * The empirical model statistics of DPM-Solver-v3 (arXiv 2310.13268), coefficients for each column at levels uniform in
 * λ = -ln σ.
 */
export interface ModelStatistics {
  /** λ, shape [points], increasing in equal steps */
  readonly lambda: Float64Array;
  /** l: the mean diagonal of the Jacobian of x - D, shape [points, d] */
  readonly l: Matrix;
  /**
   * s and b: the regression f' ≈ s f + b of the derivative of f = (1 - l) x - D along the flow on f itself, shape
   * [points, d]
   */
  readonly s: Matrix;
  readonly b: Matrix;
}

/** Settings of modelStatistics. */
export interface StatisticsOptions {
  readonly source: Source;
  /** noised points for each level, drawn from the data with replacement */
  readonly samples?: number;
  readonly points?: number;
  readonly sigmaMin?: number;
  readonly sigmaMax?: number;
  /** vectors of random signs for the diagonals; without it they are exact, by d products */
  readonly probes?: number;
}

/** Half the step in λ of the difference along the flow that makes f': its error is of order 1e-6. */
const HALF_STEP = 1e-3;

/** Variance of f, relative to that of x, below which f is one number and cannot be regressed on. */
const CONSTANT = 1e-16;

/**
 * Measures the statistics of a field on data x_0, shape [N, d], of whose points it samples x_λ = x_0 + σ z. The
 * derivative along the flow is the difference between the ends of two steps of the flow, the rest exact.
 *
 * @throws RangeError if there are no data, a value is not finite, or samples, points or probes is not a positive
 * integer
 */
export function modelStatistics(
  field: Pick<VectorField, "score" | "denoiser" | "jacobianProduct">,
  data: Matrix,
  { source, samples = 1024, points = 120, sigmaMin = 0.002, sigmaMax = 80, probes }: StatisticsOptions,
): ModelStatistics {
  if (data.rows === 0) throw new RangeError("modelStatistics: no data, expected at least one point");
  requirePoints("modelStatistics", "the data", data, data.cols);
  for (const [name, value, least] of [
    ["samples", samples, 2],
    ["points", points, 2],
    ["probes", probes ?? 1, 1],
  ] as const)
    if (!(Number.isSafeInteger(value) && value >= least))
      throw new RangeError(`modelStatistics: ${name} is ${value}, expected an integer of at least ${least}`);
  const sigmas = geometricSigmas(points - 1, { sigmaMin, sigmaMax });
  const lambda = sigmas.map((sigma) => -Math.log(sigma));
  const { denoiser, jacobianProduct: product } = field;
  const flow = inLogSigma(probabilityFlow(field));
  const d = data.cols;
  const [l, s, b] = [matrix(points, d), matrix(points, d), matrix(points, d)];

  // The same data, noise and signs at every level: what is random in l is smooth in λ, and its derivative no noisier
  // than itself.
  const [x0, z] = [
    takeRows(
      data,
      Array.from({ length: samples }, () => source.integer(data.rows)),
    ),
    normal(source, samples, d),
  ];
  const all = Array.from({ length: probes ?? 0 }, () => signs(source, samples, d));
  const states = Array.from(sigmas, (sigma) => addScaled(x0, sigma, z));
  states.forEach((x, g) => {
    const diagonals =
      probes === undefined ? jacobianDiagonals(product, x, sigmas[g]) : estimatedDiagonals(product, x, sigmas[g], all);
    row(l, g).set(columnMeans(scale(diagonals, -(sigmas[g] ** 2))));
  });
  states.forEach((x, g) => {
    const sigma = sigmas[g];
    const D = denoiser(x, sigma);
    const [later, earlier] = [1, -1].map((side) => {
      const other = sigma * Math.exp(-side * HALF_STEP);
      return denoiser(step(flow, x, Math.log(sigma), Math.log(other), rk4), other);
    });
    const [before, after] = [Math.max(g - 1, 0), Math.min(g + 1, points - 1)];
    for (let j = 0; j < d; j++) {
      const lj = row(l, g)[j];
      const slope = (row(l, after)[j] - row(l, before)[j]) / (lambda[after] - lambda[before]); // dl/dλ
      const [f, df, xs] = [new Float64Array(samples), new Float64Array(samples), new Float64Array(samples)];
      for (let n = 0, i = j; n < samples; n++, i += d) {
        xs[n] = x.values[i];
        f[n] = (1 - lj) * xs[n] - D.values[i];
        // dx/dλ = D - x
        df[n] =
          -slope * xs[n] + (1 - lj) * (D.values[i] - xs[n]) - (later.values[i] - earlier.values[i]) / (2 * HALF_STEP);
      }
      const [meanF, meanDf] = [mean(f), mean(df)];
      const spread = covarianceOf(f, f);
      row(s, g)[j] = spread <= CONSTANT * covarianceOf(xs, xs) ? 0 : covarianceOf(f, df) / spread;
      row(b, g)[j] = meanDf - row(s, g)[j] * meanF;
    }
  });
  return { lambda, l, s, b };
}

/** Hutchinson's estimate of the diagonals: the mean of ε ∘ J ε over vectors of random signs. */
function estimatedDiagonals(product: JacobianProduct, x: Matrix, sigma: number, all: readonly Matrix[]): Matrix {
  return all.reduce(
    (sum, e) => {
      const Je = product(x, sigma, e);
      return addScaled(sum, 1 / all.length, { ...Je, values: Je.values.map((value, i) => value * e.values[i]) });
    },
    matrix(x.rows, x.cols),
  );
}

function covarianceOf(a: Float64Array, b: Float64Array): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  return a.reduce((sum, value, i) => sum + (value - meanA) * (b[i] - meanB), 0) / a.length;
}
