import { Layout, requireSizes, type Network } from "./parameterLayout.js";

/**
 * One hidden layer with conditioning by the noise level,
 *
 *     F = Wᵀ (c ⊙ tanh(W x + b)) + a x,     b, c and a functions of σ alone.
 *
 * It is the gradient of Σ_k c_k log cosh(w_k · x + b_k) + a ‖x‖² / 2: its Jacobian is symmetric whatever the
 * parameters, the score it gives is a gradient field. The untied twin has a matrix of its own in the place of Wᵀ and no
 * potential.
 */
export interface PotentialSpec {
  readonly kind: "potential";
  /** width of the hidden layer */
  readonly hidden: number;
  /** false for the untied twin; default true */
  readonly tied?: boolean;
  /** pairs of sine and cosine of the noise level beside ln σ / 4; default 4 */
  readonly frequencies?: number;
  /** width of the layer that makes b, c and a of the noise features; default 32 */
  readonly embedding?: number;
}

/** Returns a network that is the gradient of a scalar network where its weights are tied. */
export function potential({ hidden, tied = true, frequencies = 4, embedding = 32 }: PotentialSpec, d: number): Network {
  requireSizes("potential", { d, hidden, embedding });
  requireSizes("potential", { frequencies }, 0);
  const layout = new Layout();
  const W = layout.add([hidden, d], Math.sqrt(1 / d));
  const V = tied ? W : layout.add([hidden, d], Math.sqrt(1 / d));
  const embed = layout.dense(1 + 2 * frequencies, embedding);
  const b = layout.dense(embedding, hidden);
  const c = layout.dense(embedding, hidden, { zero: true });
  const a = layout.dense(embedding, 1, { zero: true });
  return {
    parameters: layout.parameters,
    frequencies,
    classes: 0,
    perPoint: 6 * d + 12 * hidden,
    forward(tape, p, x, features) {
      const e = tape.silu(embed(tape, p, features));
      const h = tape.tanh(tape.add(tape.matMul(x, p[W], { transposeB: true }), b(tape, p, e)));
      return tape.add(tape.matMul(tape.mul(h, c(tape, p, e)), p[V]), tape.scaleRows(x, a(tape, p, e)));
    },
  };
}
