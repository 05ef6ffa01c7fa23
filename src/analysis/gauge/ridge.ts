import { matrix, norm, requireColumns, requireSameShape, row, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { normal, type Source } from "../../math/random.js";
import type { Potential } from "./fields.js";

/** A function g of one variable with two derivatives. */
export interface Profile {
  readonly value: (u: number) => number;
  readonly slope: (u: number) => number;
  readonly curvature: (u: number) => number;
}

/** The profile g = sin. */
export const wave: Profile = { value: Math.sin, slope: Math.cos, curvature: (u) => -Math.sin(u) };

/** The profile g = log cosh, a smoothed |u|, whose slope is tanh. */
export const logCosh: Profile = {
  value: (u) => Math.abs(u) + Math.log1p(Math.exp(-2 * Math.abs(u))) - Math.LN2,
  slope: Math.tanh,
  curvature: (u) => 1 - Math.tanh(u) ** 2,
};

/** Functions ψ_a(x) = g(w_a · x + b_a), a = 1 … m: waves in random directions, or the hidden layer of a network. */
export interface RidgeBasis {
  /** w, shape [m, d] */
  readonly directions: Matrix;
  /** b, shape [m] */
  readonly offsets: Float64Array;
  readonly profile: Profile;
}

/**
 * Waves in random directions, w ~ N(0, I / scale²) and uniform phases: random Fourier features of a Gaussian kernel of
 * that length (Rahimi and Recht, 2007). Test functions that know nothing of the data.
 *
 * @throws RangeError if the scale is not positive
 */
export function randomFourierFeatures(source: Source, count: number, d: number, scale = 1): RidgeBasis {
  if (!(scale > 0 && scale < Infinity))
    throw new RangeError(`randomFourierFeatures: the scale is ${scale}, expected a positive length`);
  const directions = normal(source, count, d);
  for (let i = 0; i < directions.values.length; i++) directions.values[i] /= scale;
  return {
    directions,
    offsets: Float64Array.from({ length: count }, () => 2 * Math.PI * source.uniform()),
    profile: wave,
  };
}

/**
 * Ridges between pairs of random points of the data: each turns from one slope to the other on the way from y to x, w =
 * 2 (x - y) / |x - y|², and is flat half-way. Such directions follow the data, where random ones would miss them in
 * many dimensions (Bolager et al., arXiv 2306.16830, sample a network's hidden layer so).
 *
 * @throws RangeError if there are fewer than two points, or too many of them are equal
 */
export function sampledNeurons(source: Source, count: number, points: Matrix, { sharpness = 1 } = {}): RidgeBasis {
  if (points.rows < 2) throw new RangeError(`sampledNeurons: ${points.rows} points, expected at least two`);
  const directions = matrix(count, points.cols);
  const offsets = new Float64Array(count);
  for (let a = 0, tries = 0; a < count; tries++) {
    if (tries > 10 * count + 100)
      throw new RangeError("sampledNeurons: most pairs of points are equal, expected different points");
    const [x, y] = [row(points, source.integer(points.rows)), row(points, source.integer(points.rows))];
    const square = x.reduce((sum, value, j) => sum + (value - y[j]) ** 2, 0);
    if (square === 0) continue;
    for (let j = 0; j < points.cols; j++) {
      const w = (2 * sharpness * (x[j] - y[j])) / square;
      directions.values[a * points.cols + j] = w;
      offsets[a] -= (w * (x[j] + y[j])) / 2;
    }
    a++;
  }
  return { directions, offsets, profile: logCosh };
}

/** Returns g, g' or g'' at every point and for every function, shape [n, m]. */
export function ridgeValues(basis: RidgeBasis, x: Matrix, of: keyof Profile): Matrix {
  requireColumns("ridgeValues", "x", x, basis.directions.cols);
  const u = multiply(x, basis.directions, { transposeB: true });
  const g = basis.profile[of];
  const m = basis.offsets.length;
  for (let n = 0, i = 0; n < u.rows; n++)
    for (let a = 0; a < m; a++, i++) u.values[i] = g(u.values[i] + basis.offsets[a]);
  return u;
}

/**
 * Returns φ = Σ_a c_a ψ_a, the same at every noise level.
 *
 * @throws RangeError if there are not as many coefficients as functions
 */
export function ridgePotential(basis: RidgeBasis, coefficients: Float64Array): Potential {
  requireBasis("ridgePotential", basis);
  const m = basis.offsets.length;
  if (coefficients.length !== m)
    throw new RangeError(`ridgePotential: ${coefficients.length} coefficients for ${m} functions, expected one each`);
  if (!Number.isFinite(norm(matrix(1, m, coefficients))))
    throw new RangeError("ridgePotential: a coefficient is not finite, expected numbers");
  const weighted = (values: Matrix) => {
    for (let n = 0, i = 0; n < values.rows; n++) for (let a = 0; a < m; a++, i++) values.values[i] *= coefficients[a];
    return values;
  };
  return {
    dimension: basis.directions.cols,
    value: (x) => {
      const psi = ridgeValues(basis, x, "value");
      return multiply(psi, matrix(m, 1, coefficients)).values;
    },
    gradient: (x) => multiply(weighted(ridgeValues(basis, x, "slope")), basis.directions),
    hessianProduct: (x, _, v) => {
      requireSameShape("ridgePotential", x, v);
      const along = multiply(v, basis.directions, { transposeB: true });
      const curvature = weighted(ridgeValues(basis, x, "curvature"));
      for (let i = 0; i < along.values.length; i++) along.values[i] *= curvature.values[i];
      return multiply(along, basis.directions);
    },
  };
}

/**
 * Makes φ = Σ_a c_a sin(w_a · x + b_a), the same at every noise level; w of shape [m, d], b and c of shape [m].
 *
 * @throws RangeError if they differ in number
 */
export function wavePotential(
  directions: Matrix,
  offsets: ArrayLike<number>,
  coefficients: ArrayLike<number>,
): Potential {
  const basis = { directions, offsets: Float64Array.from(offsets), profile: wave };
  return ridgePotential(basis, Float64Array.from(coefficients));
}

/** @throws RangeError if there is no function, or not one offset for each direction */
export function requireBasis(where: string, { directions, offsets }: RidgeBasis): void {
  if (directions.rows !== offsets.length || offsets.length === 0)
    throw new RangeError(
      `${where}: ${directions.rows} directions and ${offsets.length} offsets, expected one offset for each of at least one direction`,
    );
}
