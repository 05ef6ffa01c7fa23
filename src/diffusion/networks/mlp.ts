import type { Operations } from "../../math/backend/tape.js";
import type { Tensor } from "../../math/backend/tensors.js";
import { Layout, requireSizes, type Network } from "./parameterLayout.js";

/** A perceptron with SiLU between its layers: x and the noise features go in side by side. */
export interface MlpSpec {
  readonly kind: "mlp";
  /** widths of the hidden layers */
  readonly hidden: readonly number[];
  /** adds what goes into a hidden layer to what comes out, where both have one width */
  readonly residual?: boolean;
  /** pairs of sine and cosine of the noise level beside ln σ / 4; default 4 */
  readonly frequencies?: number;
}

/** A perceptron and what its last layer, which is linear, starts from. */
export interface Mlp extends Network {
  /** the last hidden layer, shape [n, its width] */
  hidden(tape: Operations, parameters: readonly Tensor[], x: Tensor, features: Tensor): Tensor;
}

/** Returns a perceptron of the given hidden widths. */
export function mlp({ hidden, residual = false, frequencies = 4 }: MlpSpec, d: number): Mlp {
  requireSizes("mlp", { d, ...Object.fromEntries(hidden.map((width, l) => [`hidden[${l}]`, width])) });
  requireSizes("mlp", { "the number of hidden layers": hidden.length });
  requireSizes("mlp", { frequencies }, 0);
  const layout = new Layout();
  const layers = hidden.map((width, l) => layout.dense(l === 0 ? d + 1 + 2 * frequencies : hidden[l - 1], width));
  const last = layout.dense(hidden[hidden.length - 1], d, { zero: true });
  const lastHidden: Mlp["hidden"] = (tape, p, x, features) => {
    let h = tape.concat(x, features);
    layers.forEach((layer, l) => {
      const y = tape.silu(layer(tape, p, h));
      h = residual && l > 0 && hidden[l] === hidden[l - 1] ? tape.add(h, y) : y;
    });
    return h;
  };
  return {
    parameters: layout.parameters,
    frequencies,
    classes: 0,
    perPoint: 4 * d + 8 * hidden.reduce((sum, width) => sum + width, 0),
    forward: (tape, p, x, features) => last(tape, p, lastHidden(tape, p, x, features)),
    hidden: lastHidden,
  };
}
