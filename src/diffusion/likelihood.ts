import { scale, splitColumn, withColumn, type Matrix } from "../math/matrix.js";
import { integrate, last, linspace, rk4, type Field, type Method } from "../math/ode.js";
import { gaussianLogDensity, isotropicGaussian } from "./gaussian.js";
import type { Divergence, ScoreAndDivergence } from "./jacobian.js";
import { requirePositive, type LogDensity, type Score } from "./score.js";

export interface LikelihoodOptions {
  /** steps in equal ratios of σ */
  readonly steps?: number;
  readonly sigmaMax?: number;
  /** log density at sigmaMax; without it that of N(0, sigmaMax² I), from which sampling begins */
  readonly prior?: LogDensity;
  readonly method?: Method;
}

/**
 * log p(x; σ) by the instantaneous change of variables (arXiv 2011.13456): x is carried up the probability flow to σ_max and
 * log p(x; σ) = log p(x_max; σ_max) - ∫ σ ∇ · s(x_σ, σ) dσ, shape [n]. The divergence may be exact or Hutchinson's; for a score that is not
 * the true one, this is the density that its own flow makes of the prior. A function that gives both, such as
 * `mixtureScoreAndDivergence`, may stand in for the two.
 *
 * It throws RangeError if σ is not between 0 and sigmaMax, or a state on the way is not finite.
 */
export function flowLogDensity(score: Score, divergence: Divergence, options?: LikelihoodOptions): LogDensity;
export function flowLogDensity(both: (x: Matrix, sigma: number) => ScoreAndDivergence, options?: LikelihoodOptions): LogDensity;
export function flowLogDensity(first: Score | ((x: Matrix, sigma: number) => ScoreAndDivergence), second?: Divergence | LikelihoodOptions, third?: LikelihoodOptions): LogDensity {
  const both = typeof second === "function" ? (x: Matrix, sigma: number): ScoreAndDivergence => ({ score: (first as Score)(x, sigma), divergence: second(x, sigma) }) : (first as (x: Matrix, sigma: number) => ScoreAndDivergence);
  const { steps = 500, sigmaMax = 80, prior, method = rk4 } = (typeof second === "function" ? third : second) ?? {};
  return (x, sigma) => {
    requirePositive("flowLogDensity", sigma);
    if (!(sigma < sigmaMax)) throw new RangeError(`flowLogDensity: σ is ${sigma}, expected a level below sigmaMax = ${sigmaMax}`);
    const end = last(integrate(expandingFlow(both), withColumn(x, new Float64Array(x.rows)), linspace(Math.log(sigma), Math.log(sigmaMax), steps), method));
    const [state, expansion] = splitColumn(end);
    const top = (prior ?? gaussianLogDensity(isotropicGaussian(new Float64Array(x.cols))))(state, sigmaMax);
    return top.map((value, n) => value + expansion[n]);
  };
}

/** The probability flow in u = log σ with one more column, its divergence, whose integral is the logarithm of the volume's growth: -σ² [s, ∇ · s]. */
function expandingFlow(both: (x: Matrix, sigma: number) => ScoreAndDivergence): Field {
  return (state, u) => {
    const { score, divergence } = both(splitColumn(state)[0], Math.exp(u));
    return scale(withColumn(score, divergence), -Math.exp(2 * u));
  };
}
