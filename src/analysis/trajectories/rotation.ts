import {
  addScaled,
  addToRows,
  dot,
  matrix,
  requireSameShape,
  scale,
  squaredErrors,
  squaredLengths,
  type Matrix,
} from "../../math/matrix.js";
import { last } from "../../math/ode.js";
import { columnMeans, mean as average } from "../../math/stats.js";

/*
 * The rotation law of variance-preserving trajectories (arXiv 2303.02490), ᾱ = α_t²:
 *
 *     x_t ≈ √ᾱ x_0 + √(1 - ᾱ) x_T
 *
 * Along a feature of variance λ of a Gaussian, from a unit at x_T, x_t = √(ᾱλ + 1 - ᾱ) and x_0 = √λ.
 */

/**
 * Returns what the rotation law leaves of a feature of variance λ, r(ᾱ, λ) = √(ᾱλ + 1 - ᾱ) - √(ᾱλ) - √(1 - ᾱ) in units
 * of its amplitude in x_T: never above 0, and 0 at both ends and for λ = 0. r(ᾱ, λ) = √λ r(1 - ᾱ, 1/λ). With a start at
 * ᾱ_T above 0 the first two terms are divided by √(ᾱ_T λ + 1 - ᾱ_T).
 *
 * @throws RangeError if an ᾱ is not from 0 to 1, or λ is negative or not finite
 */
export function rotationResidual(alphaBar: number, lambda: number, start = 0): number {
  for (const [name, share] of Object.entries({ ᾱ: alphaBar, ᾱ_T: start }))
    if (!(share >= 0 && share <= 1))
      throw new RangeError(`rotationResidual: ${name} is ${share}, expected a number from 0 to 1`);
  if (!(lambda >= 0 && lambda < Infinity))
    throw new RangeError(`rotationResidual: λ is ${lambda}, expected a finite variance of at least 0`);
  const [data, noise] = [Math.sqrt(alphaBar * lambda), Math.sqrt(1 - alphaBar)];
  return (Math.hypot(data, noise) - data) / Math.sqrt(start * lambda + 1 - start) - noise;
}

/** The place where the rotation law is farthest from a feature of a Gaussian. */
export interface LargestResidual {
  readonly lambda: number;
  /** r, at most 0 */
  readonly residual: number;
  readonly alphaBar: number;
}

/**
 * Finds the least r(ᾱ, λ) and its place. With ᾱ = sin²φ, r = √(λ sin²φ + cos²φ) - √λ sin φ - cos φ falls and rises
 * again; the bisection of its slope ends at ᾱ to 1e-12.
 *
 * @throws RangeError if λ is not positive: at 0 the law is exact
 */
export function largestResidual(lambda: number): LargestResidual {
  if (!(lambda > 0 && lambda < Infinity))
    throw new RangeError(`largestResidual: λ is ${lambda}, expected a positive variance: at 0 the law is exact`);
  const slope = (phi: number) => {
    const [s, c] = [Math.sin(phi), Math.cos(phi)];
    return ((lambda - 1) * s * c) / Math.sqrt(lambda * s * s + c * c) - Math.sqrt(lambda) * c + s;
  };
  let [low, high] = [0, Math.PI / 2];
  while (high - low > 1e-13) {
    const middle = (low + high) / 2;
    if (slope(middle) < 0) low = middle;
    else high = middle;
  }
  const alphaBar = Math.sin((low + high) / 2) ** 2;
  return { lambda, residual: rotationResidual(alphaBar, lambda), alphaBar };
}

/** What a Gaussian is besides its eigenvectors. */
export interface RotationSpectrum {
  /** λ of all d directions, zeros too */
  readonly lambda: ArrayLike<number>;
  /** ‖μ‖² */
  readonly squaredMean?: number;
}

/**
 * Returns the expected ‖x_t - √ᾱ x_0 - √(1 - ᾱ) x_T‖² of a Gaussian over its expected ‖x_t‖², Σ r(ᾱ, λ_k)² / (ᾱ ‖μ‖² +
 * Σ (ᾱ λ_k + 1 - ᾱ)).
 *
 * @throws RangeError as rotationResidual does
 */
export function rotationDeviation({ lambda, squaredMean = 0 }: RotationSpectrum, alphaBar: number): number {
  let [off, size] = [0, alphaBar * squaredMean];
  for (let k = 0; k < lambda.length; k++) {
    off += rotationResidual(alphaBar, lambda[k]) ** 2;
    size += alphaBar * lambda[k] + 1 - alphaBar;
  }
  return off / size;
}

/** Returns the greatest rotationDeviation over ᾱ, in steps of 1/1000. */
export function largestDeviation(spectrum: RotationSpectrum): number {
  return Math.max(...Array.from({ length: 1001 }, (_, i) => rotationDeviation(spectrum, i / 1000)));
}

/**
 * Returns the greatest expected deviation of white-noise data that have the mean and the total variance of the points,
 * shape [n, d].
 *
 * @throws RangeError if there are no points
 */
export function whiteNoiseDeviation(points: Matrix): number {
  const mean = columnMeans(points);
  const variances = squaredErrors(points, addToRows(matrix(points.rows, points.cols), mean));
  return largestDeviation({ lambda: [average(variances)], squaredMean: dot(mean, mean) / points.cols });
}

/**
 * Measures ‖x_t - α_t x_0 - √(1 - α_t²) x_T‖² / ‖x_t‖², how far trajectories are from a rotation, shape [n, moments].
 *
 * @param path the states x_t of n trajectories of a variance-preserving process, shape [n, d] each, from x_T to x_0
 * @param alphas α_t of every state, from 0 to 1
 * @throws RangeError if there are not as many α as states, or as rotationDifferences does
 */
export function offRotation(path: readonly Matrix[], alphas: ArrayLike<number>): Matrix {
  if (alphas.length !== path.length)
    throw new RangeError(`offRotation: ${alphas.length} values of α for ${path.length} states, expected one each`);
  const deviations = rotationDifferences(path, alphas).map(squaredLengths);
  const sizes = path.map(squaredLengths);
  const off = matrix(path[0].rows, path.length);
  for (let n = 0, at = 0; n < off.rows; n++)
    for (let t = 0; t < path.length; t++) off.values[at++] = deviations[t][n] / sizes[t][n];
  return off;
}

/**
 * Returns x_t - α_t x_0 - √(1 - α_t²) x_T at each moment, shape [n, d].
 *
 * @throws RangeError if an α is not from 0 to 1, or the states differ in shape
 */
export function rotationDifferences(path: readonly Matrix[], alphas: ArrayLike<number>): Matrix[] {
  const bad = Array.from(alphas).findIndex((alpha) => !(alpha >= 0 && alpha <= 1));
  if (bad >= 0) throw new RangeError(`rotationDifferences: α[${bad}] is ${alphas[bad]}, expected a number from 0 to 1`);
  const [noise, end] = [path[0], last(path)];
  return path.map((x, t) => {
    requireSameShape("rotationDifferences", noise, x);
    const turned = addScaled(scale(end, alphas[t]), Math.sqrt(1 - alphas[t] ** 2), noise);
    return addScaled(x, -1, turned);
  });
}
