import { principalComponents, type Gaussian } from "../../diffusion/distributions/gaussian.js";
import { requireSigma } from "../../diffusion/score.js";
import { column, dot, type Matrix } from "../../math/matrix.js";

/**
 * The fraction of its final size that a feature of variance λ has reached in the denoised D(x_σ, σ) along the flow to σ
 * = 0, √(λ / (λ + σ²)): a function of σ / √λ alone, 1/√2 at the feature's critical noise level σ = √λ (arXiv
 * 2412.09726, 2303.02490).
 *
 * @throws RangeError if λ is not positive or σ is not a noise level
 */
export function emergedFraction(lambda: number, sigma: number): number {
  requireSigma("emergedFraction", sigma);
  if (!(lambda > 0))
    throw new RangeError(
      `emergedFraction: λ is ${lambda}, expected a positive variance: a feature without variance never emerges`,
    );
  return 1 / Math.sqrt(1 + sigma ** 2 / lambda);
}

/** The appearance of one feature, an eigenvector of the covariance, in the denoised image along a trajectory. */
export interface Emergence {
  /** 1 for the feature of largest variance */
  readonly k: number;
  /** its variance λ_k */
  readonly lambda: number;
  /** σ / √λ_k at each noise level */
  readonly ratio: Float64Array;
  /** the share of its final amplitude that it has at each noise level */
  readonly fraction: Float64Array;
  /** the noise level at which the share passes 1/√2, interpolated in ln σ; NaN if it does not within the levels */
  readonly critical: number;
}

/**
 * Measures how much of the features k of a Gaussian has emerged in the denoised states D(x_σ, σ), each of shape [n, d],
 * at decreasing levels σ, compared with the final images, shape [n, d]. The share is that of all n trajectories by
 * least squares, Σ_n c_n(σ) c_n(0) / Σ_n c_n(0)², c = u_kᵀ (D - μ). For a Gaussian score it is √(λ / (λ + σ²)) (arXiv
 * 2303.02490, 2412.09726).
 *
 * @throws RangeError if there are not as many states as levels, or a feature is not from 1 to the rank of the Gaussian
 * or has no final amplitude
 */
export function emergence(
  g: Gaussian,
  denoised: readonly Matrix[],
  sigmas: ArrayLike<number>,
  final: Matrix,
  ks: readonly number[],
): Emergence[] {
  if (denoised.length !== sigmas.length)
    throw new RangeError(
      `emergence: ${denoised.length} states and ${sigmas.length} noise levels, expected ${sigmas.length} states`,
    );
  const rank = g.lambda.length;
  const wrong = ks.find((k) => !(Number.isSafeInteger(k) && k >= 1 && k <= rank));
  if (wrong !== undefined)
    throw new RangeError(
      `emergence: feature ${wrong}, expected an integer from 1 to ${rank}, the rank of the Gaussian`,
    );
  const path = denoised.map((state) => principalComponents(g, state));
  const end = principalComponents(g, final);
  return ks.map((k) => {
    const lambda = g.lambda[k - 1];
    const last = column(end, k - 1);
    const square = dot(last, last);
    if (!(square > 0))
      throw new RangeError(
        `emergence: feature ${k} has the amplitude ${Math.sqrt(square)} in the final images, expected one above 0`,
      );
    const fraction = Float64Array.from(path, (c) => dot(column(c, k - 1), last) / square);
    return {
      k,
      lambda,
      ratio: Float64Array.from(sigmas, (sigma) => sigma / Math.sqrt(lambda)),
      fraction,
      critical: crossing(sigmas, fraction, Math.SQRT1_2),
    };
  });
}

/** Returns the greatest distance of the shares from `emergedFraction`, that of a Gaussian score, of all features. */
export function emergenceError(features: readonly Pick<Emergence, "ratio" | "fraction">[]): number {
  return Math.max(
    ...features.flatMap(({ ratio, fraction }) =>
      Array.from(fraction, (share, i) => Math.abs(share - emergedFraction(1, ratio[i]))),
    ),
  );
}

/** A row of the table of features. */
export interface Feature {
  readonly k: number;
  /** λ_k, in pixel units squared */
  readonly variance: number;
  /** √λ_k, the noise level at which the feature emerges */
  readonly criticalSigma: number;
  /** share of the total variance in this feature, and in all up to it */
  readonly share: number;
  readonly cumulativeShare: number;
}

/**
 * The leading features of a Gaussian.
 *
 * @throws RangeError if count is not from 1 to the rank of the Gaussian
 */
export function leadingFeatures(g: Gaussian, count: number): Feature[] {
  if (!(Number.isSafeInteger(count) && count >= 1 && count <= g.lambda.length))
    throw new RangeError(
      `leadingFeatures: count is ${count}, expected an integer from 1 to ${g.lambda.length}, the rank of the Gaussian`,
    );
  const total = g.lambda.reduce((sum, lambda) => sum + lambda, 0);
  let sum = 0;
  return Array.from(g.lambda.subarray(0, count), (variance, index) => {
    sum += variance;
    return {
      k: index + 1,
      variance,
      criticalSigma: Math.sqrt(variance),
      share: variance / total,
      cumulativeShare: sum / total,
    };
  });
}

/** Where a fraction that grows as σ falls passes a value, linear in ln σ between levels. */
function crossing(sigmas: ArrayLike<number>, fraction: Float64Array, value: number): number {
  const after = fraction.findIndex((share) => share >= value);
  if (after <= 0) return NaN;
  const [f0, f1] = [fraction[after - 1], fraction[after]];
  const [u0, u1] = [Math.log(sigmas[after - 1]), Math.log(sigmas[after])];
  return Math.exp(u0 + ((value - f0) / (f1 - f0)) * (u1 - u0));
}
