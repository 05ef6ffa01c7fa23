import { addToRows, matrix, scaleColumns, transpose, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { columnMeans, covariance } from "../../math/stats.js";

/*
 * A cloud of points seen from afar. In powers of 1/σ its score is that of its mean, then of its covariance; a Gaussian
 * with both misses only the third moment. With δ = y - μ and z = (x - μ)/σ the leading difference is Δs = (1/2σ⁴) E_δ
 * [δ ((z·δ)² - ‖δ‖²)], whose mean square over z, relative to that of the score, D/σ², is ‖M₃‖² / 2Dσ⁶.
 */

/** The moments of a data set that decide how well simple models describe its score far from it. */
export interface FarField {
  /** D */
  readonly dimension: number;
  /** tr Σ */
  readonly trace: number;
  /** tr Σ² */
  readonly traceSquare: number;
  /** ‖M₃‖² = E_ij (δ_i · δ_j)³, the squared Frobenius norm of the third central moment */
  readonly thirdMoment: number;
}

/** The shares of the score that models leave unexplained, to leading order in 1/σ. */
export interface FarFieldShares {
  /** ‖M₃‖² / 2Dσ⁶; 0 for symmetric data, whose residual falls faster still */
  readonly gaussian: number;
  /** tr (Σ - λ̄ I)² / Dσ⁴ of the isotropic Gaussian of the mean variance λ̄ = tr Σ / D */
  readonly isotropic: number;
  /** tr Σ² / Dσ⁴ of the mean alone, s = (μ - x) / σ² */
  readonly meanOnly: number;
}

/**
 * The moments of equally likely points, shape [N, D]. The third one is never formed: N² D operations where N < D²,
 * otherwise N D³.
 *
 * @throws RangeError if there are no points
 */
export function farField(points: Matrix): FarField {
  const mu = columnMeans(points);
  const sigma = covariance(points, mu);
  const centred = addToRows(points, mu, -1);
  let trace = 0;
  for (let j = 0; j < sigma.cols; j++) trace += sigma.values[j * sigma.cols + j];
  return {
    dimension: points.cols,
    trace,
    traceSquare: sigma.values.reduce((sum, value) => sum + value * value, 0),
    thirdMoment: points.rows < points.cols ** 2 ? byPairs(centred) : bySlices(centred),
  };
}

/** The law of the moments at a noise level well above the data's own scale. */
export function farFieldShares(
  { dimension: D, trace, traceSquare, thirdMoment }: FarField,
  sigma: number,
): FarFieldShares {
  return {
    gaussian: thirdMoment / (2 * D * sigma ** 6),
    isotropic: (traceSquare - trace ** 2 / D) / (D * sigma ** 4),
    meanOnly: traceSquare / (D * sigma ** 4),
  };
}

/** Points whose products with all later ones are held at a time. */
const BLOCK = 512;

/** E_ij (δ_i · δ_j)³ */
function byPairs(centred: Matrix): number {
  const { rows: N, cols: D, values } = centred;
  let sum = 0;
  for (let from = 0; from < N; from += BLOCK) {
    const to = Math.min(from + BLOCK, N);
    const block = matrix(to - from, D, values.subarray(from * D, to * D));
    const later = matrix(N - from, D, values.subarray(from * D));
    const products = multiply(block, later, { transposeB: true });
    // a pair inside the block is there twice, one with a later block once of two times
    for (let i = 0, at = 0; i < block.rows; i++)
      for (let j = 0; j < later.rows; j++, at++) {
        const product = products.values[at];
        sum += (j < block.rows ? 1 : 2) * product * product * product;
      }
  }
  return sum / N ** 2;
}

/** Σ_k ‖E δ δᵀ δ_k‖², one slice of the tensor at a time. */
function bySlices(centred: Matrix): number {
  const { rows: N, cols: D } = centred;
  const columns = transpose(centred);
  let sum = 0;
  for (let k = 0; k < D; k++) {
    const slice = multiply(scaleColumns(columns, columns.values.subarray(k * N, (k + 1) * N)), centred);
    for (const value of slice.values) sum += (value / N) ** 2;
  }
  return sum;
}
