import { matrix, squaredLengths, type Matrix } from "../math/matrix.js";
import { integrate, last, linspace, rk4, type ButcherTableau } from "../math/ode.js";
import type { Distribution, VectorField } from "./distribution.js";
import { requirePositive, type LogDensity } from "./score.js";

/** Settings of flowLogDensity. */
export interface LikelihoodOptions {
  /** steps in equal ratios of σ */
  readonly steps?: number;
  readonly sigmaMax?: number;
  /** has the density at sigmaMax; N(0, sigmaMax² I), from which sampling begins, without it */
  readonly prior?: Pick<Distribution, "logDensity">;
  readonly method?: ButcherTableau;
}

/**
 * Returns log p(x; σ) by the instantaneous change of variables (arXiv 2011.13456): x is carried up the probability flow
 * to σ_max and log p(x; σ) = log p(x_max; σ_max) - ∫ σ ∇ · s(x_σ, σ) dσ, shape [n]. The divergence may be exact or
 * Hutchinson's; for a field that is not the true score, this is the density that its own flow makes of the prior.
 *
 * It throws RangeError if σ is not between 0 and sigmaMax, or a state on the way is not finite.
 *
 * @example
 * const logs = flowLogDensity(net, { prior: fitGaussian(data) })(data, 0.1);
 */
export function flowLogDensity(
  { scoreAndDivergence }: Pick<VectorField, "scoreAndDivergence">,
  { steps = 500, sigmaMax = 80, prior, method = rk4 }: LikelihoodOptions = {},
): LogDensity {
  const priorLogDensity = prior?.logDensity ?? pureNoise;
  return (x, sigma) => {
    requirePositive("flowLogDensity", sigma);
    if (!(sigma < sigmaMax))
      throw new RangeError(`flowLogDensity: σ is ${sigma}, expected a level below sigmaMax = ${sigmaMax}`);
    // The state is one row: all points, and after them their expansions, the integrals of the divergence.
    const state = matrix(1, x.values.length + x.rows);
    state.values.set(x.values);
    const points = ({ values }: Matrix): Matrix => matrix(x.rows, x.cols, values.subarray(0, x.values.length));
    const field = (at: Matrix, u: number): Matrix => {
      const { score, divergence } = scoreAndDivergence(points(at), Math.exp(u));
      const slope = matrix(1, at.cols);
      const factor = -Math.exp(2 * u);
      const from = score.values.length;
      for (let i = 0; i < from; i++) slope.values[i] = factor * score.values[i];
      for (let i = 0; i < x.rows; i++) slope.values[from + i] = factor * divergence[i];
      return slope;
    };
    const end = last(integrate(field, state, linspace(Math.log(sigma), Math.log(sigmaMax), steps), method));
    const top = priorLogDensity(points(end), sigmaMax);
    return top.map((value, n) => value + end.values[x.values.length + n]);
  };
}

/** The log density of N(0, σ² I). */
const pureNoise: LogDensity = (x, sigma) =>
  squaredLengths(x).map((square) => -0.5 * (x.cols * Math.log(2 * Math.PI * sigma ** 2) + square / sigma ** 2));
