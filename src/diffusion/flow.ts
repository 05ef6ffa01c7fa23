import { scale } from "../math/matrix.js";
import type { Field } from "../math/ode.js";
import type { Score } from "./score.js";

/** The right-hand side of the probability-flow equation, dx/dσ = -σ s(x, σ). */
export function probabilityFlow(score: Score): Field {
  return (x, sigma) => scale(score(x, sigma), -sigma);
}

/**
 * The same motion with u = ln σ as time, dx/du = σ dx/dσ: the equation is not stiff in it, and equal steps are equal
 * ratios of σ.
 */
export function inLogSigma(flow: Field): Field {
  return (x, u) => scale(flow(x, Math.exp(u)), Math.exp(u));
}
