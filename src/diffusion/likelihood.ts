import { matrix, scale, type Matrix } from "../math/matrix.js";
import { integrate, last, linspace, rk4, type ButcherTableau } from "../math/ode.js";
import { gaussianLogDensity, isotropicGaussian } from "./distributions/gaussian.js";
import { together, type Divergence, type ScoreAndDivergence } from "./jacobian.js";
import { requirePositive, type LogDensity, type Score } from "./score.js";

export interface LikelihoodOptions {
  /** steps in equal ratios of σ */
  readonly steps?: number;
  readonly sigmaMax?: number;
  /** log density at sigmaMax; without it that of N(0, sigmaMax² I), from which sampling begins */
  readonly prior?: LogDensity;
  readonly method?: ButcherTableau;
}

/**
 * log p(x; σ) by the instantaneous change of variables (arXiv 2011.13456): x is carried up the probability flow to
 * σ_max and log p(x; σ) = log p(x_max; σ_max) - ∫ σ ∇ · s(x_σ, σ) dσ, shape [n]. The divergence may be exact or
 * Hutchinson's; for a score that is not the true one, this is the density that its own flow makes of the prior. A
 * function that gives both, such as `mixtureScoreAndDivergence`, may stand in for the two.
 *
 * It throws RangeError if σ is not between 0 and sigmaMax, or a state on the way is not finite.
 */
export function flowLogDensity(score: Score, divergence: Divergence, options?: LikelihoodOptions): LogDensity;
export function flowLogDensity(
  both: (x: Matrix, sigma: number) => ScoreAndDivergence,
  options?: LikelihoodOptions,
): LogDensity;
export function flowLogDensity(
  first: Score | ((x: Matrix, sigma: number) => ScoreAndDivergence),
  second?: Divergence | LikelihoodOptions,
  third?: LikelihoodOptions,
): LogDensity {
  const both = together(first, typeof second === "function" ? second : undefined);
  const { steps = 500, sigmaMax = 80, prior, method = rk4 } = (typeof second === "function" ? third : second) ?? {};
  return (x, sigma) => {
    requirePositive("flowLogDensity", sigma);
    if (!(sigma < sigmaMax))
      throw new RangeError(`flowLogDensity: σ is ${sigma}, expected a level below sigmaMax = ${sigmaMax}`);
    // The state is one row: all points, and after them their expansions, the integrals of the divergence.
    const state = matrix(1, x.values.length + x.rows);
    state.values.set(x.values);
    const points = ({ values }: Matrix): Matrix => matrix(x.rows, x.cols, values.subarray(0, x.values.length));
    const field = (at: Matrix, u: number): Matrix => {
      const { score, divergence } = both(points(at), Math.exp(u));
      const slope = matrix(1, at.cols);
      slope.values.set(score.values);
      slope.values.set(divergence, x.values.length);
      return scale(slope, -Math.exp(2 * u));
    };
    const end = last(integrate(field, state, linspace(Math.log(sigma), Math.log(sigmaMax), steps), method));
    const top = (prior ?? gaussianLogDensity(isotropicGaussian(new Float64Array(x.cols))))(points(end), sigmaMax);
    return top.map((value, n) => value + end.values[x.values.length + n]);
  };
}
