import { eigen } from "../../math/eigen.js";
import {
  addScaled,
  addToRows,
  identity,
  norm,
  requireColumns,
  requireSquare,
  scale,
  scaleColumns,
  trace,
  transpose,
  type Matrix,
} from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { squareRoot } from "../../math/solve.js";
import { columnMeans, covariance, mean } from "../../math/stats.js";
import { svd } from "../../math/svd.js";

/** The mean, shape [d], and the population covariance (divided by n), shape [d, d], of a set of points. */
export interface MeanAndCovariance {
  readonly mean: Float64Array;
  readonly covariance: Matrix;
}

/** The moments of the rows. @throws RangeError if there are no rows or a value is not finite */
export function meanAndCovariance(points: Matrix): MeanAndCovariance {
  const mean = columnMeans(points);
  const bad = mean.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new RangeError(`meanAndCovariance: the mean of column ${bad} is ${mean[bad]}, expected finite points`);
  return { mean, covariance: covariance(points, mean) };
}

/**
 * The squared Fréchet distance from a Gaussian to another of the given moments,
 *
 *     |μ - μ_r|² + tr Σ + tr Σ_r - 2 tr (Σ_r^½ Σ Σ_r^½)^½
 *
 * (Dowson and Landau 1982); of an image network's features it is the FID (arXiv 1706.08500), in the unit of the
 * features squared. The last trace is the sum of the singular values of Σ_r^½ Σ^½: unlike the eigenvalues of the
 * product, they keep full precision where a covariance is singular. MeanAndCovariance of n points instead of infinitely
 * many make the distance larger, by O(1/n).
 *
 * @throws RangeError if shapes do not fit, or a covariance is not symmetric, finite and without negative eigenvalues
 */
export function frechetDistance(reference: MeanAndCovariance): (other: MeanAndCovariance) => number {
  requireMoments("frechetDistance", "the reference", reference);
  const root = squareRoot(reference.covariance);
  const ownTrace = trace(reference.covariance);
  return (other) => {
    requireMoments("frechetDistance", "the other", other, reference.mean.length);
    const between = other.mean.reduce((sum, value, j) => sum + (value - reference.mean[j]) ** 2, 0);
    const product = multiply(root, squareRoot(other.covariance));
    // svd refuses nothing but NaN and empty matrices; a set of one point has the covariance 0
    const shared = norm(product) === 0 ? 0 : svd(product).values.reduce((sum, value) => sum + value, 0);
    return Math.max(0, between + ownTrace + trace(other.covariance) - 2 * shared);
  };
}

/** Eigenvalues below this share of the largest have no direction of their own in float64. */
const RANK_TOLERANCE = 1e-12;

/**
 * Returns the influence of each of n points on the Fréchet distance of their moments, to first order in 1/n: n times
 * the change if the point had an infinitesimal weight more, shape [n], of mean 0,
 *
 *     2 (μ - μ_r) · (x - μ) + (x - μ)ᵀ (I - T) (x - μ) - tr (I - T) Σ,   T = Σ_r^½ (Σ_r^½ Σ Σ_r^½)^-½ Σ_r^½
 *
 * T takes N(0, Σ) to N(0, Σ_r). The standard deviation of these over √n is the standard error of the distance (the
 * infinitesimal jackknife), and the same of their differences that of a difference between two sets from the same
 * seeds.
 *
 * @throws RangeError as frechetDistance does
 */
export function frechetInfluence(
  reference: MeanAndCovariance,
): (points: Matrix, own?: MeanAndCovariance) => Float64Array {
  requireMoments("frechetInfluence", "the reference", reference);
  const root = squareRoot(reference.covariance);
  return (points, own = meanAndCovariance(points)) => {
    requireMoments("frechetInfluence", "the points", own, reference.mean.length);
    const between = multiply(multiply(root, own.covariance), root);
    const { values, vectors } = eigen(scale(addScaled(between, 1, transpose(between)), 0.5));
    const inverse = values.map((value) => (value > RANK_TOLERANCE * values[0] ? 1 / Math.sqrt(value) : 0));
    const half = multiply(root, scaleColumns(vectors, inverse.map(Math.sqrt)));
    const form = addScaled(identity(reference.mean.length), -1, multiply(half, half, { transposeB: true }));
    const centred = addToRows(points, own.mean, -1);
    const turned = multiply(centred, form);
    const d = centred.cols;
    const influence = new Float64Array(points.rows);
    for (let n = 0, i = 0; n < points.rows; n++)
      for (let j = 0; j < d; j++, i++)
        influence[n] += centred.values[i] * (2 * (own.mean[j] - reference.mean[j]) + turned.values[i]);
    const centre = mean(influence); // tr (I - T) Σ
    return influence.map((value) => value - centre);
  };
}

function requireMoments(where: string, name: string, { mean, covariance }: MeanAndCovariance, d = mean.length): void {
  requireSquare(where, covariance);
  requireColumns(where, `the covariance of ${name}`, covariance, d);
  if (mean.length !== d)
    throw new RangeError(`${where}: the mean of ${name} has ${mean.length} entries, expected ${d}`);
}
