import type { Distribution } from "../../diffusion/distribution.js";
import type { GaussianParameters } from "../../diffusion/distributions/gaussianSpectrum.js";
import { requirePositive } from "../../diffusion/score.js";
import { matrix, row, type Matrix } from "../../math/matrix.js";
import { largestRelativeDifference } from "../../math/stats.js";
import type { FlowMap } from "./flowMap.js";

/*
 * What Theorems 1 and 2 of Horvat and Pfister (arXiv 2402.03845) say of a flow map: how far an integrated one is from
 * it.
 */

/**
 * Returns the singular values of a Gaussian's flow map from the first level down to each, decreasing, shape [levels,
 * d]: √((λ_i + σ²) / (λ_i + σ_T²)) for its variances λ_i, constant along the Gaussian and σ / σ_T across it as σ → 0.
 *
 * @throws RangeError if a level is not positive
 */
export function gaussianFlowMap(
  { lambda, mean, residualVariance = 0 }: GaussianParameters,
  sigmas: ArrayLike<number>,
): Matrix {
  const variances = Float64Array.from(mean, (_, i) => lambda[i] ?? residualVariance)
    .sort()
    .reverse();
  const values = matrix(sigmas.length, variances.length);
  for (let i = 0; i < sigmas.length; i++) {
    requirePositive("gaussianFlowMap", sigmas[i]);
    row(values, i).set(variances.map((lambda) => Math.sqrt((lambda + sigmas[i] ** 2) / (lambda + sigmas[0] ** 2))));
  }
  return values;
}

/** Values by the names s1, s2, … */
export type SingularValueRow = Readonly<Record<`s${number}`, number>>;

/** Returns values as fields of a row of a table: s1, s2, … */
export function singularValueRow(values: Float64Array): SingularValueRow {
  return Object.fromEntries(Array.from(values, (value, i) => [`s${i + 1}`, value]));
}

/** The first trajectory's singular values at one level, and those of a theory along and across the manifold. */
export type FlowMapRow = SingularValueRow & Readonly<Record<"sigma" | "along, exact" | "across, exact", number>>;

/**
 * Returns the singular values of the first trajectory at every eighth of the levels as rows of a table, and the largest
 * and smallest of a theory, shape [levels, d].
 */
export function flowMapRows(
  { sigmas, singularValues }: Pick<FlowMap, "sigmas" | "singularValues">,
  theory: Matrix,
): FlowMapRow[] {
  const levels = [...sigmas.keys()].filter((i) => i % 8 === 0);
  return levels.map((i) => {
    const [along, across] = [row(theory, i)[0], row(theory, i)[theory.cols - 1]];
    return {
      sigma: sigmas[i],
      ...singularValueRow(row(singularValues[i], 0)),
      "along, exact": along,
      "across, exact": across,
    };
  });
}

/**
 * Returns the largest relative deviation of a flow map's singular values from those of a theory, shape [levels, d],
 * over all levels and trajectories.
 */
export function singularValueDeviation({ singularValues }: Pick<FlowMap, "singularValues">, theory: Matrix): number {
  const deviations = singularValues.map(({ values, cols }, i) =>
    largestRelativeDifference(
      values,
      Float64Array.from(values, (_, j) => row(theory, i)[j % cols]),
    ),
  );
  return Math.max(...deviations);
}

/**
 * Returns the largest distance of the slopes d log s_i / d log σ at the last level, of all trajectories, from those of
 * a manifold of k dimensions: 0 of its k singular values that saturate, the largest, and 1 of the others, which fall.
 */
export function slopeDeviation({ slopes }: Pick<FlowMap, "slopes">, k: number): number {
  const last = slopes[slopes.length - 1];
  return last.values.reduce((most, slope, i) => Math.max(most, Math.abs(slope - (i % last.cols < k ? 0 : 1))), 0);
}

/**
 * Returns the largest difference over the trajectories between the logarithm of the volume, Σ_i log s_i at the last
 * level, and log p(x_T; σ_T) - log p(x_σ; σ), the same where the flow carries the density.
 */
export function volumeDeviation(
  { sigmas, states, singularValues }: Pick<FlowMap, "sigmas" | "states" | "singularValues">,
  { logDensity }: Pick<Distribution, "logDensity">,
): number {
  const last = states.length - 1;
  const [above, below] = [0, last].map((i) => logDensity(states[i], sigmas[i]));
  return above.reduce((most, value, n) => {
    const volume = row(singularValues[last], n).reduce((sum, s) => sum + Math.log(s), 0);
    return Math.max(most, Math.abs(volume - (value - below[n])));
  }, 0);
}
