import type { VectorField } from "../../diffusion/distribution.js";
import { principalComponents, type Gaussian } from "../../diffusion/distributions/gaussian.js";
import { requirePositive } from "../../diffusion/score.js";
import { addScaled, concatRows, matrix, type Matrix } from "../../math/matrix.js";
import { normal, type Source } from "../../math/random.js";
import { columnMeans } from "../../math/stats.js";
import { sampledMoments, type ChurnAmounts, type LinearDenoiser } from "./linearSampler.js";

/**
 * The best linear fit of a denoiser along the eigenvectors of its data, D_k = μ_k + k_k (x_k - μ_k) + b_k, at several
 * noise levels. Of the exact denoiser of any data it is the Gaussian's, k = λ / (λ + σ²) and b = 0: what is left is the
 * error of the model.
 */
export interface LinearResponse {
  /** λ, shape [r] */
  readonly lambda: Float64Array;
  /** -Uᵀμ, the coordinates of 0, about which the noise is that samplers begin with, shape [r] */
  readonly origin: Float64Array;
  /** increasing, shape [m] */
  readonly sigmas: readonly number[];
  /** 1 + δ = (1 - k) (λ + σ²) / σ² along each axis, shape [m, r]: the factor by which its score is wrong */
  readonly factors: Matrix;
  /** b, shape [m, r] */
  readonly offsets: Matrix;
}

/** Settings of linearResponse. */
export interface ResponseOptions {
  readonly sigmas: ArrayLike<number>;
  readonly source: Source;
}

/**
 * Fits the response of a denoiser at points of its data with noise, shape [n, d]: each point with some noise and with
 * its opposite, so that what is odd in the noise drops out. The same noise at all levels.
 *
 * @throws RangeError if there is no level or one is not positive, or as the denoiser does
 */
export function linearResponse(
  { denoiser }: Pick<VectorField, "denoiser">,
  gaussian: Gaussian,
  points: Matrix,
  { sigmas, source }: ResponseOptions,
): LinearResponse {
  const levels = Array.from(sigmas).sort((a, b) => a - b);
  if (levels.length === 0) throw new RangeError("linearResponse: no levels, expected at least one");
  const z = normal(source, points.rows, points.cols);
  const r = gaussian.lambda.length;
  const [factors, offsets] = [matrix(levels.length, r), matrix(levels.length, r)];
  levels.forEach((sigma, i) => {
    requirePositive("linearResponse", sigma);
    const noised = concatRows([addScaled(points, sigma, z), addScaled(points, -sigma, z)]);
    const x = principalComponents(gaussian, noised);
    const removed = addScaled(x, -1, principalComponents(gaussian, denoiser(noised, sigma)));
    const [centre, mean] = [columnMeans(x), columnMeans(removed)];
    for (let k = 0; k < r; k++) {
      let [products, squares] = [0, 0];
      for (let j = k; j < x.values.length; j += r) {
        const own = x.values[j] - centre[k];
        products += own * removed.values[j];
        squares += own * own;
      }
      const slope = products / squares; // 1 - k
      factors.values[i * r + k] = (slope * (gaussian.lambda[k] + sigma ** 2)) / sigma ** 2;
      offsets.values[i * r + k] = slope * centre[k] - mean[k];
    }
  });
  const origin = principalComponents(gaussian, matrix(1, points.cols)).values;
  return { lambda: gaussian.lambda, origin, sigmas: levels, factors, offsets };
}

/** Returns the denoiser along axis k: 1 + δ and b linear in ln σ between the levels, outside those of the nearest. */
export function axisDenoiser({ lambda, sigmas, factors, offsets }: LinearResponse, k: number): LinearDenoiser {
  const logs = sigmas.map(Math.log);
  const at = ({ values, cols }: Matrix, sigma: number) => {
    const u = Math.log(sigma);
    const above = logs.findIndex((log) => log >= u);
    if (above <= 0) return values[(above === 0 ? 0 : logs.length - 1) * cols + k];
    const share = (u - logs[above - 1]) / (logs[above] - logs[above - 1]);
    return (1 - share) * values[(above - 1) * cols + k] + share * values[above * cols + k];
  };
  return {
    gain: (sigma) => 1 - (at(factors, sigma) * sigma ** 2) / (lambda[k] + sigma ** 2),
    offset: (sigma) => at(offsets, sigma),
  };
}

/**
 * Returns at each level how wrong the velocity dx / d ln σ = x - D of a denoiser is, in its linear part: the root of the
 * mean square over the axes of (1 - k) (x - μ) - b less that of the exact denoiser, over σ. Of a score wrong by a factor
 * 1 + δ it tends to |δ| at high levels.
 */
export function velocityErrors({ lambda, sigmas, factors, offsets }: LinearResponse): Float64Array {
  const r = lambda.length;
  return Float64Array.from(sigmas, (sigma, i) => {
    let sum = 0;
    for (let k = 0; k < r; k++) {
      // (k̂ - k)² (λ + σ²) + b², where k̂ - k = -δ σ² / (λ + σ²)
      const delta = factors.values[i * r + k] - 1;
      sum += (delta ** 2 * sigma ** 4) / (lambda[k] + sigma ** 2) + offsets.values[i * r + k] ** 2;
    }
    return Math.sqrt(sum / r) / sigma;
  });
}

/**
 * Returns the response of the exact denoiser of the same data but for a factor, ŝ = (1 + δ) s.
 *
 * @throws RangeError if δ is not finite
 */
export function scaledResponse(
  { lambda, origin }: Pick<LinearResponse, "lambda" | "origin">,
  delta = 0,
): LinearResponse {
  if (!Number.isFinite(delta)) throw new RangeError(`scaledResponse: δ is ${delta}, expected a finite number`);
  const r = lambda.length;
  const factors = matrix(1, r, new Float64Array(r).fill(1 + delta));
  return { lambda, origin, sigmas: [1], factors, offsets: matrix(1, r) };
}

/** Settings of predictedFrechet. */
export interface PredictionOptions {
  readonly sigmas: ArrayLike<number>;
  readonly churn?: ChurnAmounts;
  /** the standard deviation of the noise at the start over the first σ */
  readonly startScale?: number;
}

/**
 * Predicts the squared Fréchet distance of a sampler's states to the data from the response alone, by exact recursions
 * of mean and variance along each axis, Σ_k m_k² + (√q_k - √λ_k)²: that of a linear denoiser, to first order in its
 * error that of any.
 *
 * @throws RangeError as sampledMoments does
 */
export function predictedFrechet(
  response: LinearResponse,
  { sigmas, churn, startScale = 1 }: PredictionOptions,
): number {
  let sum = 0;
  response.lambda.forEach((lambda, k) => {
    const start = { mean: response.origin[k], variance: (startScale * sigmas[0]) ** 2 };
    const { mean, variance } = sampledMoments(axisDenoiser(response, k), sigmas, { start, churn });
    sum += mean ** 2 + (Math.sqrt(variance) - Math.sqrt(lambda)) ** 2;
  });
  return sum;
}
