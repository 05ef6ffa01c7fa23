import { join } from "node:path";
import { packageRoot } from "../../files/packageRoot.js";
import type { Matrix } from "../../math/matrix.js";
import { readTensors, writeTensors } from "../../math/safetensors.js";
import { accuracy, classifier, trainClassifier, type Classifier, type ClassifierConfig } from "./classifier.js";

/** A classifier of `data/weights` and what is known of it. */
export interface StoredClassifier extends Classifier {
  readonly config: ClassifierConfig;
  /** on the test split, as stored */
  readonly accuracy: number;
}

interface Labelled {
  readonly images: Matrix;
  readonly labels: ArrayLike<number>;
}

const path = (name: string, side: number) =>
  join(packageRoot, "data", "weights", `classifier-${name}-${side}.safetensors`);

/**
 * Trains a classifier on one split, measures it on the other with the weights as they are stored (float16), and stores
 * it under a name.
 */
export function makeClassifier(
  name: string,
  train: Labelled,
  test: Labelled,
  config: ClassifierConfig,
  progress?: (epoch: number, loss: number) => void,
): StoredClassifier {
  const { side, values } = trainClassifier(train.images, train.labels, config, progress);
  const tensors = Object.fromEntries(values.map((own, i) => [`layer-${i}`, own]));
  const write = (right: number) =>
    writeTensors(
      path(name, side),
      { tensors, metadata: { recipe: JSON.stringify(config), accuracy: String(right) } },
      { half: true },
    );
  write(NaN);
  write(accuracy(storedClassifier(name, side), test.images, test.labels));
  return storedClassifier(name, side);
}

/**
 * A classifier trained beforehand on the training split: "digits" of 28 × 28, 14 × 14 or 7 × 7 pixels, "fashion" of 28
 * × 28, "patches" of 16 × 16, which it tells the photographs of apart. The pooled sizes have networks of their own, since enlarged images are none that the one for 28 × 28 pixels has
 * seen.
 *
 * @throws Error if there is none for these images; RangeError if its file is damaged
 */
export function storedClassifier(name: string, side: number): StoredClassifier {
  let file;
  try {
    file = readTensors(path(name, side));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
    throw new Error(
      `storedClassifier: no classifier for ${name} of ${side} × ${side} pixels in data/weights; \`npm run train:classifiers\` makes those there are`,
      { cause },
    );
  }
  const { tensors, metadata } = file;
  const values = Object.keys(tensors).map((_, i) => tensors[`layer-${i}`]);
  return {
    ...classifier({ side, values }),
    config: JSON.parse(metadata.recipe) as ClassifierConfig,
    accuracy: Number(metadata.accuracy),
  };
}
