import { kMeans, type ClusterOptions } from "../../math/kMeans.js";
import { matrix, takeColumns, takeRows, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { covariance, mean } from "../../math/stats.js";
import {
  fitGaussian,
  gaussian,
  gaussianFromSpectrum,
  isotropicGaussian,
  type FitOptions,
  type Gaussian,
} from "./gaussian.js";
import { gaussianMixture, type GaussianMixture } from "./mixture.js";
import type { MixtureParameters } from "./mixtureParameters.js";
import { posterior } from "./posterior.js";

/** Settings of fitMixture. */
export interface MixtureFitOptions extends ClusterOptions {
  /** what a component's covariance is; full without it */
  readonly form?: "full" | "isotropic" | { readonly rank: number };
  /** added to every variance, so that a cluster of few points is not singular */
  readonly floor?: number;
}

/**
 * One Gaussian for each cluster of k-means, its weight the share of the points.
 *
 * @throws RangeError as kMeans does, if the floor is negative, or there is no such form
 */
export function fitMixture(
  points: Matrix,
  K: number,
  { form = "full", floor = 1e-5, ...options }: MixtureFitOptions,
): GaussianMixture {
  const { labels } = kMeans(points, K, options);
  const shares = matrix(points.rows, K);
  labels.forEach((k, n) => (shares.values[n * K + k] = 1));
  return maximised(points, shares, form, floor);
}

/**
 * The mixture of greatest likelihood near that of k-means, by expectation and maximisation (Dempster, Laird and Rubin
 * 1977), until the mean log density grows by less than the tolerance. A component that is responsible for less than one
 * point is dropped.
 *
 * @throws RangeError as fitMixture does
 */
export function fitMixtureByLikelihood(
  points: Matrix,
  K: number,
  { tolerance = 1e-6, ...options }: MixtureFitOptions & { readonly tolerance?: number },
): GaussianMixture {
  const { form = "full", floor = 1e-5, iterations = 100 } = options;
  let mixture = fitMixture(points, K, options);
  let before = -Infinity;
  for (let i = 0; i < iterations; i++) {
    const { logDensity, responsibilities } = posterior(mixture)("fitMixtureByLikelihood", points, 0);
    const average = mean(logDensity);
    if (average - before < tolerance) break;
    before = average;
    mixture = maximised(points, responsibilities, form, floor);
  }
  return mixture;
}

/**
 * Fits one Gaussian to the points of each class, shape [n_k, d], its weight the class's share of all points.
 *
 * @throws RangeError if there is no class, or as fitGaussian does
 */
export function fitClassMixture(classes: readonly Matrix[], options: FitOptions = {}): GaussianMixture {
  const total = classes.reduce((sum, { rows }) => sum + rows, 0);
  return gaussianMixture(
    classes.map(({ rows }) => rows / total),
    classes.map((points) => fitGaussian(points, options)),
  );
}

/**
 * Returns the mixture whose components keep their leading eigenvectors; in all other directions their variance is the
 * residual one. Of what fitMixture fits it is the mixture of that rank, without another fit.
 *
 * @throws RangeError if the rank is not an integer of at least 0
 */
export function lowRankMixture({ weights, components }: MixtureParameters, rank: number): GaussianMixture {
  if (!(Number.isSafeInteger(rank) && rank >= 0))
    throw new RangeError(`lowRankMixture: the rank is ${rank}, expected an integer of at least 0`);
  return gaussianMixture(
    weights,
    components.map(({ mean, U, lambda, residualVariance }) => {
      const kept = Math.min(rank, lambda.length);
      return gaussianFromSpectrum({
        mean,
        U: takeColumns(U, kept),
        lambda: lambda.subarray(0, kept),
        residualVariance,
      });
    }),
  );
}

/** Weighted means and covariances: the Gaussian of points that count by their shares. */
function maximised(
  points: Matrix,
  shares: Matrix,
  form: NonNullable<MixtureFitOptions["form"]>,
  floor: number,
): GaussianMixture {
  if (!(floor >= 0 && floor < Infinity))
    throw new RangeError(`fitMixture: the floor is ${floor}, expected a finite variance of at least 0`);
  if (typeof form === "string" && form !== "full" && form !== "isotropic")
    throw new RangeError(`fitMixture: the form is ${String(form)}, expected "full", "isotropic" or a rank`);
  const K = shares.cols;
  const components: Gaussian[] = [];
  const counts: number[] = [];
  for (let k = 0; k < K; k++) {
    const used = Uint32Array.from({ length: points.rows }, (_, n) => n).filter((n) => shares.values[n * K + k] > 0);
    const weights = Float64Array.from(used, (n) => shares.values[n * K + k]);
    const count = weights.reduce((sum, value) => sum + value, 0);
    if (count < 1) continue;
    counts.push(count);
    components.push(
      weightedGaussian(
        takeRows(points, used),
        weights.map((value) => value / count),
        form,
        floor,
      ),
    );
  }
  const total = counts.reduce((sum, value) => sum + value, 0);
  return gaussianMixture(
    counts.map((value) => value / total),
    components,
  );
}

function weightedGaussian(
  points: Matrix,
  weights: Float64Array,
  form: NonNullable<MixtureFitOptions["form"]>,
  floor: number,
): Gaussian {
  const mean = multiply(matrix(1, points.rows, weights), points).values;
  // √(n w) (x - μ) has as its covariance about 0 the weighted one
  const scaled = matrix(points.rows, points.cols);
  for (let n = 0, i = 0; n < points.rows; n++) {
    const factor = Math.sqrt(points.rows * weights[n]);
    for (let j = 0; j < points.cols; j++, i++) scaled.values[i] = factor * (points.values[i] - mean[j]);
  }
  if (form === "isotropic")
    return isotropicGaussian(
      mean,
      scaled.values.reduce((sum, value) => sum + value * value, 0) / scaled.values.length + floor,
    );
  const spread = gaussian(mean, covariance(scaled, new Float64Array(mean.length)), form === "full" ? {} : form);
  return gaussianFromSpectrum({
    mean,
    U: spread.U,
    lambda: spread.lambda.map((value) => value + floor),
    residualVariance: floor,
  });
}
