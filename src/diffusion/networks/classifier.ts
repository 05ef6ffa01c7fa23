import { matrix, requireColumns, type Matrix } from "../../math/matrix.js";
import { normal, permutation, randomSource } from "../../math/random.js";
import { rowRange } from "../../math/rowBlocks.js";
import { tensorflow, type TensorFlow } from "../../math/backend/tensorflow.js";
import { classifierInRuntime, type Evaluate, type ShapedWeights } from "./classifierGraph.js";

type Tensor = InstanceType<TensorFlow["Tensor"]>;
type Tensor4D = ReturnType<TensorFlow["tensor4d"]>;

/** A small convolutional network that tells up to ten classes of square grey images apart, pixels in [-1, 1]. */
export interface Classifier {
  /** pixels along an edge: 28, 16, 14 or 7 */
  readonly side: number;
  /** log-probabilities up to a constant of each row, shape [n, 10] */
  logits(images: Matrix): Matrix;
  /** what the last layer sees: 64 numbers of at least 0 for each image, shape [n, 64] */
  features(images: Matrix): Matrix;
}

/** Everything besides the data that determines a trained classifier. */
export interface ClassifierConfig {
  readonly seed: number;
  readonly epochs: number;
  readonly batch: number;
  /** Adam's first step size; it falls to 0 along a cosine */
  readonly rate: number;
}

/** Weights by layer, in the order in which they are used: kernel and bias of two convolutions and two full layers. */
export interface ClassifierWeights {
  readonly side: number;
  readonly values: readonly Float32Array[];
}

const FEATURES = 64;
const CLASSES = 10;

/** How often an image is halved on the way: to 7 × 7 places, or 8 × 8. */
const HALVINGS: Readonly<Record<number, number>> = { 28: 2, 16: 1, 14: 1, 7: 0 };

/** Shapes of the weights. Both convolutions together shrink an image to 7 × 7 or 8 × 8 places of 32 channels. */
function shapes(side: number): number[][] {
  if (!(side in HALVINGS))
    throw new RangeError(`classifier: images of ${side} × ${side} pixels, expected 28, 16, 14 or 7`);
  const k = side === 28 ? 5 : 3;
  const places = side / 2 ** HALVINGS[side];
  return [
    [k, k, 1, 16],
    [16],
    [3, 3, 16, 32],
    [32],
    [places * places * 32, FEATURES],
    [FEATURES],
    [FEATURES, CLASSES],
    [CLASSES],
  ];
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);

/** The features of a batch of images, shape [n, side, side, 1], and what the last layer makes of them. */
function layers(
  [k1, b1, k2, b2, w3, b3, w4, b4]: readonly Tensor[],
  images: Tensor4D,
): { features: Tensor; logits: Tensor } {
  const tf = tensorflow();
  const side = images.shape[1];
  const first = tf.relu<Tensor4D>(tf.add(tf.conv2d(images, k1 as Tensor4D, 1, "same"), b1));
  const second = tf.relu<Tensor4D>(
    tf.add(tf.conv2d(HALVINGS[side] > 1 ? tf.maxPool(first, 2, 2, "same") : first, k2 as Tensor4D, 1, "same"), b2),
  );
  const places = HALVINGS[side] > 0 ? tf.maxPool(second, 2, 2, "same") : second;
  const features = tf.relu(tf.add(tf.matMul(tf.reshape(places, [images.shape[0], -1]), w3), b3));
  return { features, logits: tf.add(tf.matMul(features, w4), b4) };
}

/**
 * Trains a classifier by cross entropy with Adam on images, shape [n, side²], and their classes 0 … 9. The first
 * weights and the order of the images are drawn from the config's seed.
 *
 * @throws RangeError if the images are not square of a side of 28, 16, 14 or 7, or not as many as labels
 */
export function trainClassifier(
  images: Matrix,
  labels: ArrayLike<number>,
  { seed, epochs, batch, rate }: ClassifierConfig,
  progress: (epoch: number, loss: number) => void = () => {},
): ClassifierWeights {
  const side = Math.sqrt(images.cols);
  const all = shapes(side);
  if (labels.length !== images.rows)
    throw new RangeError(
      `trainClassifier: ${images.rows} images and ${labels.length} labels, expected ${images.rows} labels`,
    );
  const tf = tensorflow();
  const source = randomSource(seed);
  const variables = all.map((shape) => {
    const fanIn = sizeOf(shape) / shape[shape.length - 1];
    const values =
      shape.length === 1
        ? new Float32Array(shape[0])
        : Float32Array.from(normal(source, 1, sizeOf(shape)).values, (z) => z * Math.sqrt(2 / fanIn));
    return tf.variable(tf.tensor(values, shape));
  });
  const optimizer = tf.train.adam(rate);
  const steps = epochs * Math.floor(images.rows / batch);
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = permutation(source, images.rows);
    let sum = 0;
    const count = Math.floor(images.rows / batch);
    for (let at = 0; at < count; at++, step++) {
      const rows = order.subarray(at * batch, (at + 1) * batch);
      (optimizer as unknown as { learningRate: number }).learningRate =
        (rate * (1 + Math.cos((Math.PI * step) / steps))) / 2;
      sum += tf.tidy(() => {
        const x = tf.tensor4d(gathered(images, rows), [batch, side, side, 1]);
        const y = tf.oneHot(
          tf.tensor1d(
            Array.from(rows, (n) => labels[n]),
            "int32",
          ),
          CLASSES,
        );
        return optimizer
          .minimize(() => tf.losses.softmaxCrossEntropy(y, layers(variables, x).logits), true)!
          .dataSync()[0];
      });
    }
    progress(epoch + 1, sum / count);
  }
  const values = variables.map((variable) => variable.dataSync() as Float32Array);
  for (const held of [...variables, optimizer]) held.dispose();
  return { side, values };
}

/** What is asked of a classifier. */
type Output = "features" | "logits";

/** The same as classifierInRuntime, by TensorFlow. */
function classifierByTensorflow(side: number, weights: readonly ShapedWeights[], which: Output): Evaluate {
  const tf = tensorflow();
  const held = weights.map(({ values, shape }) => tf.tensor(values, [...shape]));
  return (images, output) => {
    // nothing is returned, in which tidy would look for tensors number by number
    tf.tidy(() => {
      output.set(layers(held, tf.tensor4d(images, [images.length / side ** 2, side, side, 1]))[which].dataSync());
    });
  };
}

/** Images that are evaluated at once. */
const AT_ONCE = 500;

/**
 * The classifier of given weights.
 *
 * @throws RangeError if the weights have not the network's shapes; its functions, if the images have not its size
 */
export function classifier({ side, values }: ClassifierWeights): Classifier {
  const all = shapes(side);
  all.forEach((shape, i) => {
    if (values[i]?.length !== sizeOf(shape))
      throw new RangeError(`classifier: weights ${i} are ${values[i]?.length} numbers, expected ${shape.join(" × ")}`);
  });
  const weights = all.map((shape, i) => ({ shape, values: values[i] }));
  const apply = (which: Output, cols: number) => {
    let evaluate: Evaluate | undefined;
    return (images: Matrix): Matrix => {
      requireColumns("classifier", "images", images, side * side);
      evaluate ??=
        classifierInRuntime(side, HALVINGS[side], weights, which) ?? classifierByTensorflow(side, weights, which);
      const result = matrix(images.rows, cols);
      for (let from = 0; from < images.rows; from += AT_ONCE) {
        const part = rowRange(images, from, Math.min(from + AT_ONCE, images.rows));
        const output = new Float32Array(part.rows * cols);
        evaluate(Float32Array.from(part.values), output);
        result.values.set(output, from * cols);
      }
      return result;
    };
  };
  return { side, features: apply("features", FEATURES), logits: apply("logits", CLASSES) };
}

/** The share of the images whose class has the largest logit. */
export function accuracy({ logits }: Classifier, images: Matrix, labels: ArrayLike<number>): number {
  const { values, cols } = logits(images);
  let right = 0;
  for (let n = 0; n < images.rows; n++) {
    const own = values.subarray(n * cols, (n + 1) * cols);
    if (own.indexOf(Math.max(...own)) === labels[n]) right++;
  }
  return right / images.rows;
}

function gathered(images: Matrix, rows: Uint32Array): Float32Array {
  const result = new Float32Array(rows.length * images.cols);
  rows.forEach((n, i) => result.set(images.values.subarray(n * images.cols, (n + 1) * images.cols), i * images.cols));
  return result;
}
