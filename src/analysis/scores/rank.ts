import { addScaled, requireColumns, squaredLengths } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { principalComponents, type Gaussian } from "../../diffusion/distributions/gaussian.js";
import type { VectorField } from "../../diffusion/distribution.js";
import { requirePositive, requireSigma } from "../../diffusion/score.js";
import { noisyAt, type EvaluationPoints } from "./evaluationPoints.js";
import { meanWithInfluence, type InfluenceEstimate } from "../../math/estimate.js";

/**
 * The share of a score that a Gaussian leaves unexplained when only its r leading eigenvectors are kept, the variance
 * in all other directions 0, for r = 0 … rank; the mean of ratios over the probes, with what each of them adds to it.
 * All ranks together cost as much as one: in the eigenvectors' coordinates a rank only decides between 1/(λ_k + σ²) and
 * 1/σ².
 *
 * @throws RangeError if σ is not positive, or the probes have not the Gaussian's dimension
 */
export function rankShares(
  { score }: Pick<VectorField, "score">,
  g: Gaussian,
  probes: EvaluationPoints,
  sigma: number,
): InfluenceEstimate[] {
  requirePositive("rankShares", sigma);
  requireColumns("rankShares", "a probe", probes.points, g.mean.length);
  const x = noisyAt(probes, sigma);
  const s = score(x, sigma);
  const size = squaredLengths(s);
  const rank = g.lambda.length;
  const c = principalComponents(g, x); // Uᵀ (x - μ)
  const a = multiply(s, g.U); // Uᵀ s
  const shares = Array.from({ length: rank + 1 }, () => new Float64Array(x.rows));
  // ‖s - m‖² with no eigenvector kept, m = (μ - x) / σ²
  const bare = squaredLengths(
    addScaled(s, 1 / sigma ** 2, { ...x, values: x.values.map((value, i) => value - g.mean[i % x.cols]) }),
  );
  for (let n = 0; n < x.rows; n++) {
    const weight = (x.rows * (probes.weights?.[n] ?? 1 / x.rows)) / size[n];
    let missed = bare[n];
    shares[0][n] = weight * missed;
    for (let k = 0; k < rank; k++) {
      const [ak, ck] = [a.values[n * rank + k], c.values[n * rank + k]];
      missed += (ak + ck / (g.lambda[k] + sigma ** 2)) ** 2 - (ak + ck / sigma ** 2) ** 2;
      shares[k + 1][n] = weight * missed;
    }
  }
  return shares.map(meanWithInfluence);
}

/**
 * The least rank whose unexplained share is below `factor` times that of the full rank (arXiv 2412.09726 takes 1.1).
 *
 * @throws RangeError if there are no shares, one is negative or NaN, or the factor is not above 1
 */
export function rankNeeded(shares: ArrayLike<number>, factor = 1.1): number {
  if (!(factor > 1)) throw new RangeError(`rankNeeded: the factor is ${factor}, expected one above 1`);
  if (shares.length === 0) throw new RangeError("rankNeeded: no shares, expected one for each rank from 0");
  const bad = Array.from(shares).findIndex((share) => !(share >= 0));
  if (bad >= 0) throw new RangeError(`rankNeeded: share ${bad} is ${shares[bad]}, expected a number of at least 0`);
  const full = shares[shares.length - 1];
  return Array.from(shares).findIndex((share, rank) => share < factor * full || rank === shares.length - 1);
}

/**
 * The law of the rank needed for a score that is known up to some share: the eigenvectors whose variance stands out
 * from the noise, #{k : λ_k > c σ²}. A lower variance hardly changes 1/(λ + σ²), so that the rank falls as the noise
 * rises; c says how small a share is still seen.
 *
 * @throws RangeError if c is not positive, σ is not a noise level, or a variance is negative or not finite
 */
export function minimalRank(lambda: ArrayLike<number>, sigma: number, c: number): number {
  if (!(c > 0)) throw new RangeError(`minimalRank: c is ${c}, expected a positive number`);
  requireSigma("minimalRank", sigma);
  const bad = Array.from(lambda).findIndex((value) => !(value >= 0 && value < Infinity));
  if (bad >= 0)
    throw new RangeError(`minimalRank: λ[${bad}] is ${lambda[bad]}, expected a finite variance of at least 0`);
  return Array.from(lambda).filter((value) => value > c * sigma ** 2).length;
}

/**
 * The law of the rank needed for the exact score of a data set, far from it: the least r with Σ_{k>r} λ_k² ≤ (factor -
 * 1) ‖M₃‖² / 2σ². What the eigenvectors left out add to the unexplained share falls as σ⁻⁴, what the full Gaussian
 * leaves as σ⁻⁶: measured by the latter, the rank rises with the noise.
 *
 * @param thirdMoment ‖M₃‖² of the data, as farField has it
 * @throws RangeError if σ is not positive, or the factor is not above 1
 */
export function farFieldRank(lambda: ArrayLike<number>, thirdMoment: number, sigma: number, factor = 1.1): number {
  requirePositive("farFieldRank", sigma);
  if (!(factor > 1)) throw new RangeError(`farFieldRank: the factor is ${factor}, expected one above 1`);
  const allowed = ((factor - 1) * thirdMoment) / (2 * sigma ** 2);
  let rank = lambda.length;
  for (let left = 0; rank > 0; rank--) {
    left += lambda[rank - 1] ** 2;
    if (left > allowed) break;
  }
  return rank;
}
