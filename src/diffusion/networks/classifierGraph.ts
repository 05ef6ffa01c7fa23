import { OnnxGraph } from "../../math/backend/onnxGraph.js";
import { onnxruntime } from "../../math/backend/onnxruntime.js";

/** An array of weights with its shape. */
export interface ShapedWeights {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/** Images, shape [n, side²], to what is asked for of each, shape [n, columns], in the output given. */
export type Evaluate = (images: Float32Array, output: Float32Array) => void;

/**
 * Returns what evaluates a classifier's features or logits by ONNX Runtime; nothing where that is not installed.
 *
 * @param halvings how often an image is halved: after the second convolution, and for two after the first one too
 */
export function classifierInRuntime(
  side: number,
  halvings: number,
  weights: readonly ShapedWeights[],
  which: "features" | "logits",
): Evaluate | undefined {
  const runtime = onnxruntime();
  if (!runtime) return undefined;
  const graph = new OnnxGraph();
  const [k1, b1, k2, b2, w3, b3, w4, b4] = weights.map(({ values, shape }) => graph.constant(values, shape));
  const image = graph.reshape(graph.input("images", side * side), [-1, side, side, 1]);
  const first = graph.relu(graph.biasAdd(graph.conv2d(image, k1), b1));
  const second = graph.relu(graph.biasAdd(graph.conv2d(halvings > 1 ? graph.maxPool(first) : first, k2), b2));
  const places = halvings > 0 ? graph.maxPool(second) : second;
  const features = graph.relu(graph.biasAdd(graph.matMul(graph.reshape(places, [-1, w3.shape[0]]), w3), b3));
  const y = which === "features" ? features : graph.biasAdd(graph.matMul(features, w4), b4);
  const session = runtime.session(graph.model("y", y));
  return (images, output) => {
    const n = images.length / side ** 2;
    session.run([{ name: "images", values: images, shape: [n, side * side] }], {
      name: "y",
      values: output,
      shape: [n, output.length / n],
    });
  };
}
