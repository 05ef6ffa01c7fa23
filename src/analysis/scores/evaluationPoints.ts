import { addScaled, matrix, row, takeRows, type Matrix } from "../../math/matrix.js";
import { gaussHermite } from "../../math/quadrature.js";
import { normal, permutation, type Source } from "../../math/random.js";

/**
 * The points at which two scores are compared: x = y + σ z, the same y and z at every noise level. What the comparison
 * says depends on y: training points favour the memorising score, and points at 0, x = σ z, favour the Gaussian; a
 * result has to state them.
 */
export interface EvaluationPoints {
  /** y, shape [n, d] */
  readonly points: Matrix;
  /** z, shape [n, d] */
  readonly noise: Matrix;
  /** of a quadrature rule, shape [n], of sum 1; equal without it */
  readonly weights?: Float64Array;
}

/**
 * EvaluationPoints at a random choice of so many of the points, without repetition, or one at each; their noise is
 * drawn from the same source.
 *
 * @throws RangeError if count is not an integer from 1 to the number of points
 */
export function noisyEvaluationPoints(points: Matrix, source: Source, count = points.rows): EvaluationPoints {
  if (!(Number.isSafeInteger(count) && count >= 1 && count <= points.rows))
    throw new RangeError(
      `noisyEvaluationPoints: count is ${count}, expected an integer from 1 to ${points.rows}, the number of points`,
    );
  const chosen = count === points.rows ? points : takeRows(points, permutation(source, points.rows).subarray(0, count));
  return { points: chosen, noise: normal(source, count, points.cols) };
}

/** EvaluationPoints of a rule with more nodes than this are a slip. */
const MOST = 1e7;

/**
 * EvaluationPoints whose weighted mean is the expectation over equally likely points and all noise, by Gauss and
 * Hermite's rule with so many nodes in each dimension: exact to round-off where the compared functions are smooth on
 * the scale of the noise.
 *
 * @throws RangeError if that would be more than ten million probes, or nodes is not an integer from 1 to 1000
 */
export function quadratureEvaluationPoints(points: Matrix, nodes: number): EvaluationPoints {
  const { rows: N, cols: d } = points;
  const rule = gaussHermite(nodes);
  const each = nodes ** d;
  if (!(N * each <= MOST))
    throw new RangeError(
      `quadratureEvaluationPoints: ${nodes} nodes in each of ${d} dimensions for ${N} points, expected at most ${MOST} probes in all; draw them with noisyEvaluationPoints`,
    );
  const probes = {
    points: matrix(N * each, d),
    noise: matrix(N * each, d),
    weights: new Float64Array(N * each).fill(1 / N),
  };
  for (let n = 0, at = 0; n < N; n++)
    for (let i = 0; i < each; i++, at++) {
      row(probes.points, at).set(row(points, n));
      for (let j = 0, rest = i; j < d; j++, rest = Math.floor(rest / nodes)) {
        probes.noise.values[at * d + j] = rule.nodes[rest % nodes];
        probes.weights[at] *= rule.weights[rest % nodes];
      }
    }
  return probes;
}

/** Returns x = y + σ z, shape [n, d]. */
export function noisyAt({ points, noise }: EvaluationPoints, sigma: number): Matrix {
  return addScaled(points, sigma, noise);
}
