import { matrix, row, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { rowRange } from "../../math/rowBlocks.js";
import type { EmpiricalDistribution } from "../../diffusion/distributions/empirical.js";

/** Probabilities held at a time: 32 MB. */
const BLOCK = 2 ** 22;

/**
 * Computes Cov(x_0 | x_σ = x) of an empirical distribution, Σ_i p_i (y_i - m)(y_i - m)ᵀ, at every row of x: n matrices
 * of shape [d, d]. The covariance of the proxy score (x_0 - x) / σ² is this over σ⁴ (arXiv 2504.12532, equation 5).
 *
 * @throws RangeError as the responsibilities do
 */
export function posteriorCovariances(
  { points, responsibilities }: Pick<EmpiricalDistribution, "points" | "responsibilities">,
  x: Matrix,
  sigma: number,
): Matrix[] {
  const size = Math.max(1, Math.floor(BLOCK / points.rows));
  const parts = Array.from({ length: Math.ceil(x.rows / size) }, (_, k) =>
    rowRange(x, k * size, Math.min((k + 1) * size, x.rows)),
  );
  return parts.flatMap((part) => {
    const p = responsibilities(part, sigma);
    return Array.from({ length: part.rows }, (_, n) => weightedCovariance(points, row(p, n)));
  });
}

/** Σ_i p_i (y_i - m)(y_i - m)ᵀ of weights of sum 1, over the points that have any. */
function weightedCovariance(points: Matrix, p: Float64Array): Matrix {
  const d = points.cols;
  const held = Uint32Array.from(p.keys()).filter((i) => p[i] > 0);
  const m = new Float64Array(d);
  for (const i of held) for (let j = 0; j < d; j++) m[j] += p[i] * points.values[i * d + j];
  const spread = matrix(held.length, d);
  held.forEach((i, at) => {
    const root = Math.sqrt(p[i]);
    for (let j = 0; j < d; j++) spread.values[at * d + j] = root * (points.values[i * d + j] - m[j]);
  });
  return multiply(spread, spread, { transposeA: true });
}
