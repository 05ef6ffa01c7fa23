import { matrix, type Matrix } from "../math/matrix.js";
import { integrate, last, linspace, rk4, type Field, type Method } from "../math/ode.js";
import { inLogSigma, probabilityFlow } from "./flow.js";
import { gaussianLogDensity, isotropicGaussian } from "./gaussian.js";
import type { Divergence } from "./jacobian.js";
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
 * the true one, this is the density that its own flow makes of the prior.
 *
 * It throws RangeError if σ is not between 0 and sigmaMax, or a state on the way is not finite.
 */
export function flowLogDensity(score: Score, divergence: Divergence, { steps = 500, sigmaMax = 80, prior, method = rk4 }: LikelihoodOptions = {}): LogDensity {
  return (x, sigma) => {
    requirePositive("flowLogDensity", sigma);
    if (!(sigma < sigmaMax)) throw new RangeError(`flowLogDensity: σ is ${sigma}, expected a level below sigmaMax = ${sigmaMax}`);
    const d = x.cols;
    const field = withDivergence(inLogSigma(probabilityFlow(score)), (at, u) => divergence(at, Math.exp(u)).map((value) => -Math.exp(2 * u) * value));
    const end = last(integrate(field, appended(x, new Float64Array(x.rows)), linspace(Math.log(sigma), Math.log(sigmaMax), steps), method));
    const [state, expansion] = separated(end, d);
    const top = (prior ?? gaussianLogDensity(isotropicGaussian(new Float64Array(d))))(state, sigmaMax);
    return top.map((value, n) => value + expansion[n]);
  };
}

/** A field with one more column: the divergence along the way, whose integral is the logarithm of the volume's growth. */
export function withDivergence(field: Field, divergence: (x: Matrix, t: number) => Float64Array): Field {
  return (both, t) => {
    const [x] = separated(both, both.cols - 1);
    return appended(field(x, t), divergence(x, t));
  };
}

function appended(x: Matrix, column: Float64Array): Matrix {
  const both = matrix(x.rows, x.cols + 1);
  for (let n = 0, from = 0, to = 0; n < x.rows; n++) {
    for (let j = 0; j < x.cols; j++) both.values[to++] = x.values[from++];
    both.values[to++] = column[n];
  }
  return both;
}

function separated(both: Matrix, d: number): [x: Matrix, column: Float64Array] {
  const x = matrix(both.rows, d);
  const column = new Float64Array(both.rows);
  for (let n = 0, from = 0, to = 0; n < both.rows; n++) {
    for (let j = 0; j < d; j++) x.values[to++] = both.values[from++];
    column[n] = both.values[from++];
  }
  return [x, column];
}
