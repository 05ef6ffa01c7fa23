import type { Matrix } from "../../math/matrix.js";
import type { NetworkSpec } from "./network.js";

/** Points with a label each, 0 … classes - 1, as `digits()` gives them. */
export interface LabelledPoints {
  /** shape [n, d] */
  readonly images: Matrix;
  /** shape [n] */
  readonly labels: ArrayLike<number>;
}

/** What a denoiser is trained on: points, shape [n, d]; for a network with classes points with labels. */
export type TrainingData = Matrix | LabelledPoints;

/** Points and, where the network reads them, their labels. */
export interface TrainingPoints {
  readonly points: Matrix;
  readonly labels?: ArrayLike<number>;
}

/** Returns the points of training data. */
export const pointsOf = (data: TrainingData): Matrix => ("images" in data ? data.images : data);

/** Returns the number of classes whose labels a network reads. */
export const classesOf = (network: NetworkSpec): number => (network.kind === "unet" ? (network.classes ?? 0) : 0);

/**
 * Takes apart training data for a network; labels that it does not read are left out.
 *
 * @throws RangeError if the network has classes and there is not one of their labels for each point
 */
export function trainingPoints(data: TrainingData, network: NetworkSpec): TrainingPoints {
  const [points, classes] = [pointsOf(data), classesOf(network)];
  if (classes === 0) return { points };
  if (!("images" in data))
    throw new RangeError(
      `trainDenoiser: points without labels for a network of ${classes} classes, expected { images, labels }`,
    );
  const { labels } = data;
  if (labels.length !== points.rows)
    throw new RangeError(`trainDenoiser: ${labels.length} labels, expected ${points.rows}, one for each point`);
  const bad = Array.from(labels).findIndex((label) => !(Number.isSafeInteger(label) && label >= 0 && label < classes));
  if (bad >= 0)
    throw new RangeError(`trainDenoiser: label ${bad} is ${labels[bad]}, expected an integer from 0 to ${classes - 1}`);
  return { points, labels };
}
