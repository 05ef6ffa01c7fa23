import { matrix, row, type Matrix } from "../../math/matrix.js";
import { fillNormal, type Source } from "../../math/random.js";
import type { Network } from "./parameterLayout.js";
import { mlp, type MlpSpec } from "./mlp.js";
import { potential, type PotentialSpec } from "./potential.js";
import { unet, type UNetSpec } from "./unet.js";

export type { Network, Parameter } from "./parameterLayout.js";

/**
 * The description of a network, without its parameters: plain data, so that it can be stored beside them and compared.
 */
export type NetworkSpec = MlpSpec | PotentialSpec | UNetSpec;

/**
 * The network of a description, for points of d dimensions. Every network is 0 at initialization.
 *
 * @throws RangeError if a size is not a positive integer, or d does not fit it
 */
export function network(spec: NetworkSpec, d: number): Network {
  switch (spec.kind) {
    case "mlp":
      return mlp(spec, d);
    case "potential":
      return potential(spec, d);
    case "unet":
      return unet(spec, d);
    default:
      throw new RangeError(
        `network: the kind is ${JSON.stringify((spec as { kind: unknown }).kind)}, expected "mlp", "potential" or "unet"`,
      );
  }
}

/** Returns the number of parameters of a network. */
export function parameterCount({ parameters }: Network): number {
  return parameters.reduce((sum, { shape }) => sum + count(shape), 0);
}

/** Parameters at initialization, drawn from N(0, deviation²). */
export function initialParameters(net: Network, source: Source): Float32Array {
  const all = new Float32Array(parameterCount(net));
  let at = 0;
  for (const { shape, deviation } of net.parameters) {
    const size = count(shape);
    if (deviation > 0) {
      const draws = new Float64Array(size);
      fillNormal(source, draws);
      for (let i = 0; i < size; i++) all[at + i] = deviation * draws[i];
    }
    at += size;
  }
  return all;
}

/**
 * The noise levels as a network sees them: c = ln σ / 4, and the sine and cosine of c f for frequencies f in equal
 * ratios from ½ to 8.
 */
export function noiseFeatures(sigmas: ArrayLike<number>, frequencies: number): Float64Array {
  const width = 1 + 2 * frequencies;
  const features = new Float64Array(sigmas.length * width);
  for (let n = 0; n < sigmas.length; n++) {
    if (n > 0 && sigmas[n] === sigmas[n - 1]) {
      features.copyWithin(n * width, (n - 1) * width, n * width);
      continue;
    }
    const c = Math.log(sigmas[n]) / 4;
    features[n * width] = c;
    for (let k = 0; k < frequencies; k++) {
      const f = 0.5 * 16 ** (frequencies === 1 ? 0 : k / (frequencies - 1));
      features[n * width + 1 + 2 * k] = Math.sin(c * f);
      features[n * width + 2 + 2 * k] = Math.cos(c * f);
    }
  }
  return features;
}

/** The label of a point that is shown to a network without one. */
export const NO_LABEL = -1;

/**
 * What a network reads beside the points, shape [n, 1 + 2 · frequencies + classes]: the noise features and, for each
 * class, whether it is the point's; zeros for all of them where the label is NO_LABEL or there are no labels.
 */
export function conditions(
  { frequencies, classes }: Pick<Network, "frequencies" | "classes">,
  sigmas: ArrayLike<number>,
  labels?: ArrayLike<number>,
): Matrix {
  const noise = noiseFeatures(sigmas, frequencies);
  const own = 1 + 2 * frequencies;
  const all = matrix(sigmas.length, own + classes);
  for (let n = 0; n < all.rows; n++) {
    row(all, n).set(noise.subarray(n * own, (n + 1) * own));
    if (classes > 0 && labels && labels[n] !== NO_LABEL) row(all, n)[own + labels[n]] = 1;
  }
  return all;
}

const count = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
