import { stackedEigenvalues } from "./batchedSpectra.js";
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
 * Nodes and weights of a symmetric weight of integral 1 from the recurrence of its orthonormal polynomials, c_{k+1}
 * p_{k+1} = x p_k - c_k p_{k-1}: nodes as eigenvalues (Golub and Welsch, Math. Comp. 23, 1969) and a step of Newton's
 * method, weights 1 / Σ_{k<n} p_k², a sum of squares, so that the smallest are as right as the largest.
 */
function gauss(where: string, n: number, coefficient: (k: number) => number): Quadrature {
  if (!(Number.isSafeInteger(n) && n >= 1 && n <= 1000))
    throw new RangeError(`${where}: n is ${n}, expected an integer from 1 to 1000`);
  const jacobi = matrix(n, n);
  for (let k = 1; k < n; k++) jacobi.values[k * n + k - 1] = jacobi.values[(k - 1) * n + k] = coefficient(k);
  const { values } = stackedEigenvalues(jacobi);
  const c = Float64Array.from({ length: n + 1 }, (_, k) => (k === 0 ? 0 : coefficient(k)));
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; 2 * i < n; i++) {
    // symmetric to the last bit, as the weight function is
    const rough = (values[i] - values[n - 1 - i]) / 2;
    const x = 2 * i + 1 === n ? 0 : rough - orthonormal(c, rough).step;
    [nodes[n - 1 - i], nodes[i]] = [x, -x];
    weights[i] = weights[n - 1 - i] = orthonormal(c, x).weight;
  }
  return { nodes, weights };
}

/** Returns Newton's step p_n / p_n' towards a node and the weight 1 / Σ_{k<n} p_k² at x. */
function orthonormal(c: Float64Array, x: number): { readonly step: number; readonly weight: number } {
  let [before, p, slopeBefore, slope, squares, log] = [0, 1, 0, 0, 0, 0];
  for (let k = 0; k + 1 < c.length; k++) {
    squares += p * p;
    [before, p, slopeBefore, slope] = [
      p,
      (x * p - c[k] * before) / c[k + 1],
      slope,
      (p + x * slope - c[k] * slopeBefore) / c[k + 1],
    ];
    if (squares > LARGE) {
      const factor = 1 / Math.sqrt(squares);
      [before, p, slopeBefore, slope] = [before * factor, p * factor, slopeBefore * factor, slope * factor];
      log += Math.log(squares);
      squares = 1;
    }
  }
  return { step: p / slope, weight: log === 0 ? 1 / squares : Math.exp(-log) / squares };
}

/** A sum of squares from which the polynomials are scaled, before they overflow. */
const LARGE = 1e250;
