import { addScaled, matrix, row, scale, squaredLengths, transpose, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { solve } from "../../math/solve.js";
import { preconditioning } from "../../diffusion/networks/networkDenoiser.js";
import type { EnsembleMember, TrainingTarget } from "../../diffusion/networks/pretrainedEnsemble.js";
import type { NoisedDraws } from "./noisedDraws.js";

/** How the scores of linear models vary at points x, shape [n, d]. */
export interface LinearModelVariance {
  /** Cov ŝ, n matrices of shape [d, d] */
  covariances(x: Matrix, sigma: number): Matrix[];
  /** tr Cov ŝ, shape [n], for much less */
  traces(x: Matrix, sigma: number): Float64Array;
}

/**
 * Predicts how the scores of networks vary that were trained towards a target on P draws each, if their last hidden
 * layer φ did not depend on the draws: F = W φ, W fitted by least squares,
 *
 *     ŝ(x, σ) - E ŝ = Σ_i a_i(x, σ) r_i,   a_i = c_out(σ) φ(x, σ)ᵀ Σ⁻¹ φ_i / (σ² P),   Σ = Σ_i φ_i φ_iᵀ / P
 *
 * with r_i what the fit to all draws misses of its target at draw i, so that Cov ŝ = Σ_i a_i² r_i r_iᵀ. Where the
 * features can hold the posterior mean, that is the V-kernel of arXiv 2504.12532, section 5, E[k(x, y)² C(y)] / P, for
 * samples as targets and 0 for posterior means; what they cannot hold of it comes on top in both.
 *
 * @throws RangeError if Σ is singular; its functions as the features do
 */
export function linearModelVariance(
  { features, sigmaData }: Pick<EnsembleMember, "features" | "sigmaData">,
  draws: NoisedDraws,
  target: TrainingTarget,
): LinearModelVariance {
  const { noised, sigmas } = draws;
  const P = noised.rows;
  const phi = features(noised, sigmas);
  const Sigma = scale(multiply(phi, phi, { transposeA: true }), 1 / P);
  const F = unitTargets(target === "sample" ? draws.clean : draws.posteriorMean, draws, sigmaData);
  const W = solve(Sigma, scale(multiply(phi, F, { transposeA: true }), 1 / P));
  const residuals = addScaled(F, -1, multiply(phi, W));
  const squares = matrix(P, 1, squaredLengths(residuals));
  /** a_i(x, σ), shape [n, P] */
  const influences = (x: Matrix, sigma: number) => {
    const at = solve(Sigma, transpose(features(x, new Float64Array(x.rows).fill(sigma)))); // Σ⁻¹ φ(x), shape [m, n]
    const factor = preconditioning(sigmaData, sigma).out / (sigma ** 2 * P);
    return scale(multiply(at, phi, { transposeA: true, transposeB: true }), factor);
  };
  return {
    covariances(x, sigma) {
      const a = influences(x, sigma);
      return Array.from({ length: x.rows }, (_, n) => weightedSquares(row(a, n), residuals));
    },
    traces(x, sigma) {
      const a = influences(x, sigma);
      return multiply({ ...a, values: a.values.map((value) => value ** 2) }, squares).values;
    },
  };
}

/** (target - c_skip x) / c_out, what F is to be. */
function unitTargets(target: Matrix, { noised, sigmas }: NoisedDraws, sigmaData: number): Matrix {
  const F = matrix(target.rows, target.cols);
  sigmas.forEach((sigma, i) => {
    const { skip, out } = preconditioning(sigmaData, sigma);
    const [from, to] = [i * F.cols, (i + 1) * F.cols];
    for (let at = from; at < to; at++) F.values[at] = (target.values[at] - skip * noised.values[at]) / out;
  });
  return F;
}

/** Σ_i a_i² r_i r_iᵀ */
function weightedSquares(a: Float64Array, residuals: Matrix): Matrix {
  const weighted = matrix(residuals.rows, residuals.cols);
  for (let i = 0, at = 0; i < residuals.rows; i++)
    for (let j = 0; j < residuals.cols; j++, at++) weighted.values[at] = a[i] * residuals.values[at];
  return multiply(weighted, weighted, { transposeA: true });
}
