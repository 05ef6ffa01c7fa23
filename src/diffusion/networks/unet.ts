import type { Operations } from "../../math/backend/tape.js";
import type { Tensor } from "../../math/backend/tensors.js";
import { selfAttention } from "./selfAttention.js";
import { Layout, requireSizes, type Network } from "./parameterLayout.js";

/**
 * A U-Net for square grey images: residual blocks of two 3 × 3 convolutions with SiLU before each, what the noise level
 * and the label make of them added between them; average pooling down, nearest pixels up, what went down beside what comes up. No normalisation:
 * the second convolution of a block is 0 at initialization. A learned image is added to the first layer's, as the data
 * are centred and not the same everywhere.
 */
export interface UNetSpec {
  readonly kind: "unet";
  /** pixels along an edge */
  readonly side: number;
  /** channels of the levels, from the finest down; each level has half the pixels along an edge of the one above */
  readonly channels: readonly number[];
  /** 2: squares of 2 × 2 pixels are the first level's pixels; default 1 */
  readonly patch?: 1 | 2;
  /** width of the layers that read the noise level; default 64 */
  readonly embedding?: number;
  /** pairs of sine and cosine of the noise level beside ln σ / 4; default 4 */
  readonly frequencies?: number;
  /** classes whose labels go in beside the noise level, as a 1 in a row of zeros; default 0: no labels */
  readonly classes?: number;
  /** lets the noise level and the label also scale what lies between a block's convolutions (arXiv 1709.07871) */
  readonly scaled?: boolean;
  /** lets every pixel of the coarsest level look at all others */
  readonly attention?: boolean;
}

type Layer = (tape: Operations, p: readonly Tensor[], x: Tensor) => Tensor;
type Block = (tape: Operations, p: readonly Tensor[], x: Tensor, e: Tensor) => Tensor;

/** How a block depends on the noise level and the label. */
interface Condition {
  readonly embedding: number;
  readonly scaled: boolean;
}

/** Returns a U-Net for square images. */
export function unet(
  {
    side,
    channels,
    patch = 1,
    embedding = 64,
    frequencies = 4,
    classes = 0,
    scaled = false,
    attention = false,
  }: UNetSpec,
  d: number,
): Network {
  requireSizes("unet", {
    d,
    side,
    embedding,
    ...Object.fromEntries(channels.map((width, l) => [`channels[${l}]`, width])),
  });
  requireSizes("unet", { "the number of levels": channels.length });
  requireSizes("unet", { frequencies, classes }, 0);
  if (side * side !== d)
    throw new RangeError(
      `unet: images of ${side} × ${side} pixels for points of ${d} dimensions, expected ${side * side} dimensions`,
    );
  if (patch !== 1 && patch !== 2) throw new RangeError(`unet: patch is ${patch}, expected 1 or 2`);
  const halvings = channels.length - 1 + (patch === 2 ? 1 : 0);
  if (side % 2 ** halvings !== 0)
    throw new RangeError(`unet: ${side} pixels along an edge cannot be halved ${halvings} times; take fewer levels`);

  const layout = new Layout();
  const [first, inputs] = [side / patch, patch * patch];
  const read = [layout.dense(1 + 2 * frequencies + classes, embedding), layout.dense(embedding, embedding)];
  const condition = { embedding, scaled };
  const stem = layout.convolution(3, inputs, channels[0]);
  const position = layout.add([1, first, first, channels[0]]);
  const down = channels.map((width, l) => residual(layout, l === 0 ? channels[0] : channels[l - 1], width, condition));
  const middle = residual(layout, channels[channels.length - 1], channels[channels.length - 1], condition);
  const attend = attention ? selfAttention(layout, channels[channels.length - 1]) : undefined;
  const up = channels.slice(0, -1).map((width, l) => residual(layout, width + channels[l + 1], width, condition));
  const last = layout.convolution(3, channels[0], inputs, { zero: true });

  return {
    parameters: layout.parameters,
    frequencies,
    classes,
    perPoint:
      8 * d +
      24 * channels.reduce((sum, width, l) => sum + width * (first / 2 ** l) ** 2, 0) +
      (attention ? 3 * (first / 2 ** (channels.length - 1)) ** 4 : 0),
    forward(tape, p, x, features) {
      let e = features;
      for (const layer of read) e = tape.silu(layer(tape, p, e));
      const image = tape.reshape(x, [x.shape[0], side, side, 1]);
      let h = tape.addBroadcast(stem(tape, p, patch === 2 ? tape.spaceToDepth(image) : image), p[position], [0]);
      const kept: Tensor[] = [];
      down.forEach((block, l) => {
        if (l > 0) {
          kept.push(h);
          h = tape.avgPool(h);
        }
        h = block(tape, p, h, e);
      });
      h = middle(tape, p, h, e);
      if (attend) h = attend(tape, p, h);
      for (let l = up.length - 1; l >= 0; l--) h = up[l](tape, p, tape.concat(kept[l], tape.upsample(h)), e);
      h = last(tape, p, tape.silu(h));
      return tape.reshape(patch === 2 ? tape.depthToSpace(h) : h, [x.shape[0], d]);
    },
  };
}

function residual(layout: Layout, inputs: number, outputs: number, { embedding, scaled }: Condition): Block {
  const first = layout.convolution(3, inputs, outputs);
  const level = layout.dense(embedding, outputs, { zero: true });
  const size = scaled ? layout.dense(embedding, outputs, { zero: true }) : undefined;
  const second = layout.convolution(3, outputs, outputs, { zero: true });
  const across: Layer | undefined = inputs === outputs ? undefined : layout.convolution(1, inputs, outputs);
  return (tape, p, x, e) => {
    const spread = (a: Tensor) => tape.reshape(a, [x.shape[0], 1, 1, outputs]);
    let h = first(tape, p, tape.silu(x));
    if (size) {
      const one = tape.constant([1], [1, 1]);
      h = tape.mulBroadcast(h, spread(tape.addBroadcast(size(tape, p, e), one, [0, 1])), [1, 2]);
    }
    h = second(tape, p, tape.silu(tape.addBroadcast(h, spread(level(tape, p, e)), [1, 2])));
    return tape.add(across ? across(tape, p, x) : x, h);
  };
}
