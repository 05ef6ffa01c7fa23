import { addScaled, matrix, requireSameShape, row, type Matrix } from "../math/matrix.js";
import { signs, type Source } from "../math/random.js";
import { requireScores, type Score } from "./score.js";

/**
 * J(x_n, σ) v_n of every row: the Jacobian of a score, ∂s_i/∂x_j, times a vector of its own for each point; all of
 * shape [n, d].
 */
export type JacobianProduct = (x: Matrix, sigma: number, v: Matrix) => Matrix;

/** The divergence ∇ · s(x, σ) = tr J of every row of x, shape [n]. */
export type Divergence = (x: Matrix, sigma: number) => Float64Array;

/** Scores and their divergences, shapes [n, d] and [n]. */
export interface ScoreAndDivergence {
  readonly score: Matrix;
  readonly divergence: Float64Array;
}

/** The Jacobian at every row of x, n matrices of shape [d, d]: d products. */
export function jacobians(product: JacobianProduct, x: Matrix, sigma: number): Matrix[] {
  const d = x.cols;
  const all = Array.from({ length: x.rows }, () => matrix(d, d));
  for (let j = 0; j < d; j++) {
    const columns = product(x, sigma, unitRows(x, j));
    all.forEach((J, n) => {
      for (let i = 0; i < d; i++) J.values[i * d + j] = columns.values[n * d + i];
    });
  }
  return all;
}

/** Returns diag J(x_n, σ) of every row, shape [n, d]: d products. */
export function jacobianDiagonals(product: JacobianProduct, x: Matrix, sigma: number): Matrix {
  const diagonals = matrix(x.rows, x.cols);
  for (let j = 0; j < x.cols; j++) {
    const columns = product(x, sigma, unitRows(x, j));
    for (let n = 0; n < x.rows; n++) diagonals.values[n * x.cols + j] = columns.values[n * x.cols + j];
  }
  return diagonals;
}

/** The exact divergence of a score of which only products are known: d of them. */
export function exactDivergence(product: JacobianProduct): Divergence {
  return (x, sigma) => {
    const diagonals = jacobianDiagonals(product, x, sigma);
    const trace = new Float64Array(x.rows);
    diagonals.values.forEach((value, index) => (trace[Math.floor(index / x.cols)] += value));
    return trace;
  };
}

/** Settings of Hutchinson's estimate. */
export interface HutchinsonOptions {
  readonly source: Source;
  /** probes averaged */
  readonly probes?: number;
}

/**
 * Hutchinson's estimate of the divergence, the mean of εᵀ J ε over vectors ε of random signs. The probes are drawn
 * here, once, the same for every point and σ, so that an integration of it sees one smooth function; an estimate
 * without bias, its variance 2 (‖(J + Jᵀ)/2‖² - Σ J_ii²) / probes.
 *
 * @throws RangeError if d or the number of probes is not a positive integer; the divergence, if x has not d columns
 */
export function hutchinsonDivergence(
  product: JacobianProduct,
  d: number,
  { source, probes = 1 }: HutchinsonOptions,
): Divergence {
  for (const [name, value] of [
    ["d", d],
    ["probes", probes],
  ] as const)
    if (!(Number.isSafeInteger(value) && value > 0))
      throw new RangeError(`hutchinsonDivergence: ${name} is ${value}, expected a positive integer`);
  const all = signs(source, probes, d);
  return (x, sigma) => {
    if (x.cols !== d) throw new RangeError(`hutchinsonDivergence: x has ${x.cols} columns, expected ${d}`);
    const trace = new Float64Array(x.rows);
    for (let probe = 0; probe < probes; probe++) {
      const v = matrix(x.rows, d);
      for (let n = 0; n < x.rows; n++) v.values.set(row(all, probe), n * d);
      const Jv = product(x, sigma, v);
      for (let i = 0; i < Jv.values.length; i++) trace[Math.floor(i / d)] += (Jv.values[i] * v.values[i]) / probes;
    }
    return trace;
  };
}

/**
 * The product of a score of which nothing else is known, by central differences along v: error O(h²) and two
 * evaluations. What has a closed form has its own, exact product; this one is for scores given from outside, and for
 * tests.
 */
export function differenceProduct(score: Score, { step = 1e-5 } = {}): JacobianProduct {
  if (!(step > 0)) throw new RangeError(`differenceProduct: step is ${step}, expected a positive number`);
  return (x, sigma, v) => {
    requireSameShape("differenceProduct", x, v);
    const [above, below] = [score(addScaled(x, step, v), sigma), score(addScaled(x, -step, v), sigma)];
    requireScores("differenceProduct", x, above);
    requireScores("differenceProduct", x, below);
    return { ...x, values: above.values.map((value, i) => (value - below.values[i]) / (2 * step)) };
  };
}

function unitRows(x: Matrix, j: number): Matrix {
  const e = matrix(x.rows, x.cols);
  for (let n = 0; n < x.rows; n++) e.values[n * x.cols + j] = 1;
  return e;
}
