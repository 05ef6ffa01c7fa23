import type { Operations } from "../../math/backend/tape.js";
import type { Tensor } from "../../math/backend/tensors.js";
import type { Layout } from "./parameterLayout.js";

/**
 * Lays out what lets every pixel of an image look at all others (arXiv 1706.03762, with one head): x + W softmax(q kᵀ /
 * 2√c) v, where q, k and v are affine in the c channels of x; W is 0 at initialization.
 */
export function selfAttention(
  layout: Layout,
  channels: number,
): (tape: Operations, p: readonly Tensor[], x: Tensor) => Tensor {
  const [query, key, value] = Array.from({ length: 3 }, () => layout.dense(channels, channels));
  const out = layout.dense(channels, channels, { zero: true });
  return (tape, p, x) => {
    const [n, height, width] = x.shape;
    const pixels = tape.reshape(x, [n * height * width, channels]);
    const [q, k, v] = [query, key, value].map((layer) =>
      tape.reshape(layer(tape, p, pixels), [n, height * width, channels]),
    );
    const factor = tape.constant([0.5 / Math.sqrt(channels)], [1, 1, 1]);
    const logits = tape.mulBroadcast(tape.batchMatMul(q, k, { transposeB: true }), factor, [0, 1, 2]);
    const seen = tape.reshape(tape.batchMatMul(tape.softmax(logits), v), [n * height * width, channels]);
    return tape.add(x, tape.reshape(out(tape, p, seen), x.shape));
  };
}
