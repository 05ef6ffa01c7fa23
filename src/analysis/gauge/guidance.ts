import type { VectorField } from "../../diffusion/distribution.js";
import { identity, matrix, rowDots, scale, transpose, type Matrix } from "../../math/matrix.js";
import { solve } from "../../math/solve.js";
import { addFields } from "./fields.js";

/** A score and a gauge field of its density. */
export interface ScoreAndGauge {
  readonly score: VectorField;
  readonly gauge: VectorField;
}

/** Returns the field of guidance, (1 - w) u + w c. */
export function guided(u: VectorField, c: VectorField, w: number): VectorField {
  return addFields(addFields(u, u, -w), c, w);
}

/**
 * Returns ∇ · r + r · s = ∇ · (p r) / p at the rows of x, shape [n]: 0 where r is a gauge field of the density of s.
 */
export function gaugeSource(
  s: Pick<VectorField, "score">,
  r: Pick<VectorField, "score" | "divergence">,
  x: Matrix,
  sigma: number,
): Float64Array {
  const along = rowDots(r.score(x, sigma), s.score(x, sigma));
  return r.divergence(x, sigma).map((value, n) => value + along[n]);
}

/** The source of a guided gauge field, seen and predicted, each of shape [n]. */
export interface GuidedSource {
  readonly seen: Float64Array;
  readonly predicted: Float64Array;
  /** the largest difference of the two over the largest value */
  readonly error: number;
}

/**
 * Returns what guidance makes of two gauge fields: of the mixed density π_w ∝ p_u^(1 - w) p_c^w they are none, and
 *
 *     ∇ · (π_w r_w) / π_w = w (1 - w) (r_u - r_c) · (s_c - s_u)
 *
 * at the rows of x, shape [n, d].
 */
export function guidedSource(u: ScoreAndGauge, c: ScoreAndGauge, w: number, x: Matrix, sigma = 0): GuidedSource {
  const seen = gaugeSource(guided(u.score, c.score, w), guided(u.gauge, c.gauge, w), x, sigma);
  const [r, s] = [addFields(u.gauge, c.gauge, -1), addFields(c.score, u.score, -1)];
  const predicted = rowDots(r.score(x, sigma), s.score(x, sigma)).map((value) => w * (1 - w) * value);
  const largest = (values: Float64Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { seen, predicted, error: largest(seen.map((value, n) => value - predicted[n])) / largest(predicted) };
}

/**
 * Returns the point where a linear field A x + b vanishes, shape [d]: the mean of the law that its process comes to.
 *
 * @throws RangeError if A is singular
 */
export function linearFieldZero(
  { dimension, score, jacobianProduct }: Pick<VectorField, "dimension" | "score" | "jacobianProduct">,
  sigma = 0,
): Float64Array {
  const A = transpose(jacobianProduct(matrix(dimension, dimension), sigma, identity(dimension)));
  return solve(A, scale(transpose(score(matrix(1, dimension), sigma)), -1)).values;
}
