import { eigen } from "../../math/eigen.js";
import { identity, matrix, rowDots, scaleColumns, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { whiten, type LinearCode } from "./whiten.js";

/** Settings of fastIca. */
export interface FastIcaOptions {
  /** it ends when no row of the rotation turns by more, 1 - |w · w'| */
  readonly tolerance?: number;
  readonly maxIterations?: number;
  /** the rotation of the whitened data to begin with, shape [d, d]; the identity without it */
  readonly start?: Matrix;
}

/** Independent components, and how they were found. */
export interface IndependentComponents extends LinearCode {
  readonly iterations: number;
  /** whether the rotation has come to rest; often not where no direction is less Gaussian than another */
  readonly converged: boolean;
}

/**
 * Returns independent components of points x, shape [n, d], by FastICA (Hyvärinen, IEEE Trans. Neural Netw. 10, 1999):
 * all at once on whitened data, contrast log cosh, symmetric decorrelation. Of a linear mixture of independent sources,
 * at most one of them Gaussian, these are the sources up to order, sign and scale.
 *
 * @throws RangeError as whiten does, or if maxIterations is not a positive integer
 */
export function fastIca(
  x: Matrix,
  { tolerance = 1e-10, maxIterations = 500, start = identity(x.cols) }: FastIcaOptions = {},
): IndependentComponents {
  if (!(Number.isSafeInteger(maxIterations) && maxIterations > 0))
    throw new RangeError(`fastIca: maxIterations is ${maxIterations}, expected a positive integer`);
  const { mean, unmixing, codes: white } = whiten(x);
  let [W, iterations, turn] = [decorrelated(start), 0, Infinity];
  while (turn >= tolerance && iterations < maxIterations) {
    const next = decorrelated(newtonStep(white, W));
    turn = rowDots(W, next).reduce((most, cosine) => Math.max(most, Math.abs(1 - Math.abs(cosine))), 0);
    W = next;
    iterations++;
  }
  return {
    mean,
    unmixing: multiply(W, unmixing),
    codes: multiply(white, W, { transposeB: true }),
    iterations,
    converged: turn < tolerance,
  };
}

/** w ← E[x tanh(w · x)] - E[1 - tanh²(w · x)] w for every row w of W. */
function newtonStep(white: Matrix, W: Matrix): Matrix {
  const projections = multiply(white, W, { transposeB: true });
  const g = matrix(projections.rows, projections.cols, projections.values.map(Math.tanh));
  const slopes = new Float64Array(W.rows);
  for (let n = 0, at = 0; n < g.rows; n++)
    for (let i = 0; i < g.cols; i++, at++) slopes[i] += (1 - g.values[at] ** 2) / g.rows;
  const moments = multiply(g, white, { transposeA: true });
  const next = matrix(W.rows, W.cols);
  for (let i = 0, at = 0; i < W.rows; i++)
    for (let j = 0; j < W.cols; j++, at++) next.values[at] = moments.values[at] / g.rows - slopes[i] * W.values[at];
  return next;
}

/** (W Wᵀ)^-½ W, the orthogonal matrix nearest to W. */
function decorrelated(W: Matrix): Matrix {
  const { values, vectors } = eigen(multiply(W, W, { transposeB: true }));
  const root = scaleColumns(
    vectors,
    values.map((value) => 1 / Math.sqrt(value)),
  );
  return multiply(multiply(root, vectors, { transposeB: true }), W);
}
