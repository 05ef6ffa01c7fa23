import { permutation, type Source } from "../../math/random.js";
import { network, type NetworkSpec } from "./network.js";

/**
 * Puts the parameters of each tensor of a network, the weights of a layer or its biases, in random order: a control
 * that has every layer's distribution of weights and nothing of what was learned.
 *
 * @throws RangeError if a size of the network does not fit d
 */
export function shuffledParameters(
  spec: NetworkSpec,
  d: number,
  parameters: Float32Array,
  source: Source,
): Float32Array {
  const shuffled = new Float32Array(parameters.length);
  let from = 0;
  for (const { shape } of network(spec, d).parameters) {
    const size = shape.reduce((product, n) => product * n, 1);
    permutation(source, size).forEach((to, i) => (shuffled[from + to] = parameters[from + i]));
    from += size;
  }
  return shuffled;
}
