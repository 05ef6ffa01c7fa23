import { eigen } from "./eigen.js";
import { matrix } from "./matrix.js";

/** A quadrature rule, ∫ f ≈ Σ_i weights[i] f(nodes[i]). */
export interface Quadrature {
  /** increasing, shape [n] */
  readonly nodes: Float64Array;
  /** positive, shape [n] */
  readonly weights: Float64Array;
}

/**
 * Gauss and Hermite's rule for a standard normal variable, E f(z) ≈ Σ w_i f(x_i) with weights that sum to 1: exact for
 * polynomials of degree 2n - 1. For N(μ, σ²) take f(μ + σ x_i).
 *
 * @throws RangeError if n is not an integer from 1 to 1000
 */
export function gaussHermite(n: number): Quadrature {
  return gauss("gaussHermite", n, (k) => Math.sqrt(k));
}

/**
 * Gauss and Legendre's rule on [from, to], ∫ f ≈ Σ w_i f(x_i): exact for polynomials of degree 2n - 1.
 *
 * @throws RangeError if n is not an integer from 1 to 1000, or an end is not finite
 */
export function gaussLegendre(n: number, from = -1, to = 1): Quadrature {
  if (!Number.isFinite(to - from))
    throw new RangeError(`gaussLegendre: the interval is from ${from} to ${to}, expected finite ends`);
  const { nodes, weights } = gauss("gaussLegendre", n, (k) => k / Math.sqrt(4 * k * k - 1));
  return { nodes: nodes.map((x) => (from * (1 - x) + to * (1 + x)) / 2), weights: weights.map((w) => w * (to - from)) };
}

/**
 * Golub and Welsch, Math. Comp. 23 (1969): nodes and weights of a symmetric weight of integral 1 from the matrix of its
 * recurrence.
 */
function gauss(where: string, n: number, coefficient: (k: number) => number): Quadrature {
  if (!(Number.isSafeInteger(n) && n >= 1 && n <= 1000))
    throw new RangeError(`${where}: n is ${n}, expected an integer from 1 to 1000`);
  const jacobi = matrix(n, n);
  for (let k = 1; k < n; k++) jacobi.values[k * n + k - 1] = jacobi.values[(k - 1) * n + k] = coefficient(k);
  const { values, vectors } = eigen(jacobi);
  const weight = (i: number) => vectors.values[i] ** 2;
  // increasing, and symmetric to the last bit, as the weight function is
  return {
    nodes: Float64Array.from({ length: n }, (_, i) => (values[n - 1 - i] - values[i]) / 2),
    weights: Float64Array.from({ length: n }, (_, i) => (weight(n - 1 - i) + weight(i)) / 2),
  };
}
