import type { Operations } from "../../math/backend/tape.js";
import type { Tensor } from "../../math/backend/tensors.js";

/**
 * F(x, f) of points x, shape [n, d], and features f of their noise levels and labels, shape [n, 1 + 2 · frequencies +
 * classes].
 */
export interface Network {
  /** the parameters, which lie one after another in one vector */
  readonly parameters: readonly Parameter[];
  /** frequencies of the noise features */
  readonly frequencies: number;
  /** classes whose labels the network reads; 0 if it reads none */
  readonly classes: number;
  /** about how many numbers an evaluation holds for one point */
  readonly perPoint: number;
  forward(tape: Operations, parameters: readonly Tensor[], x: Tensor, features: Tensor): Tensor;
}

/** One tensor of a network's parameters. */
export interface Parameter {
  readonly shape: readonly number[];
  /** standard deviation at initialization; 0 for biases and for what ends a branch */
  readonly deviation: number;
}

/**
 * Collects the parameters of a network while its layers are laid out; a layer keeps the numbers that `add` gives it.
 */
export class Layout {
  readonly parameters: Parameter[] = [];

  add(shape: readonly number[], deviation = 0): number {
    return this.parameters.push({ shape, deviation }) - 1;
  }

  /** x · W + b, W by He (arXiv 1502.01852) with variance 2 / inputs, or 0 at initialization. */
  dense(
    inputs: number,
    outputs: number,
    { zero = false } = {},
  ): (tape: Operations, p: readonly Tensor[], x: Tensor) => Tensor {
    const [W, b] = [this.add([inputs, outputs], zero ? 0 : Math.sqrt(2 / inputs)), this.add([outputs])];
    return (tape, p, x) => tape.biasAdd(tape.matMul(x, p[W]), p[b]);
  }

  /** A convolution over size × size pixels, likewise. */
  convolution(
    size: number,
    inputs: number,
    outputs: number,
    { zero = false } = {},
  ): (tape: Operations, p: readonly Tensor[], x: Tensor) => Tensor {
    const [W, b] = [
      this.add([size, size, inputs, outputs], zero ? 0 : Math.sqrt(2 / (size * size * inputs))),
      this.add([outputs]),
    ];
    return (tape, p, x) => tape.biasAdd(tape.conv2d(x, p[W]), p[b]);
  }
}

/** @throws RangeError if a size is not an integer of at least `least` */
export function requireSizes(where: string, sizes: Readonly<Record<string, number>>, least = 1): void {
  for (const [name, size] of Object.entries(sizes))
    if (!(Number.isSafeInteger(size) && size >= least))
      throw new RangeError(`${where}: ${name} is ${size}, expected an integer of at least ${least}`);
}
