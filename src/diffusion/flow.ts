import { scale, type Matrix } from "../math/matrix.js";
import type { Field } from "../math/ode.js";
import type { Score } from "./score.js";

/** A probability flow solved: the states x, shape [n, d], at noise level `from`, carried to the level `to`. */
export type Flow = (x: Matrix, from: number, to: number) => Matrix;

/** Returns the right-hand side of the probability-flow equation, dx/dσ = -σ s(x, σ). */
export function probabilityFlow({ score }: { readonly score: Score }): Field {
  return (x, sigma) => scale(score(x, sigma), -sigma);
}

/**
 * Returns the same motion with u = ln σ as time, dx/du = σ dx/dσ: the equation is not stiff in it, and equal steps are
 * equal ratios of σ.
 */
export function inLogSigma(flow: Field): Field {
  return (x, u) => scale(flow(x, Math.exp(u)), Math.exp(u));
}
