import { matrix, takeRows, type Matrix } from "../math/matrix.js";
import { permutation, type Source } from "../math/random.js";
import { room } from "../math/room.js";

/** Square grey images with a class each. */
export interface LabelledImages {
  /** shape [count, side²], an image per row, its pixels row by row from the top left */
  readonly images: Matrix;
  /** the class, 0 … 9, shape [count] */
  readonly labels: Uint8Array;
  /** pixels along an edge */
  readonly side: number;
}

/** A choice of images and of the scale of their pixels. */
export interface ImageOptions {
  /** 60,000 images to train on, or 10,000 to test on */
  readonly split?: "train" | "test";
  /** how many; all without it */
  readonly count?: number;
  /** takes a random choice of the split in random order; without it the file's order */
  readonly source?: Source;
  /** edge of the squares whose mean makes one pixel: 28 × 28 pixels become 14 × 14 by 2 and 7 × 7 by 4 */
  readonly pool?: 1 | 2 | 4;
  /** values of the bytes 0 and 255 */
  readonly range?: readonly [low: number, high: number];
}

/** Images as they are stored. */
export interface ImageBytes {
  /** 0 … 255, shape [n, 28, 28] */
  readonly pixels: Uint8Array;
  readonly classes: Uint8Array;
}

/** Pixels along an edge of a stored image. */
const SIDE = 28;
/** Pixels of a stored image. */
export const PIXELS = SIDE * SIDE;

/**
 * The images that the options ask for, of those that `read` finds for a split.
 *
 * @throws RangeError if the split has another name, count is not an integer from 1 to its size, or pool is not 1, 2 or
 * 4
 */
export function select(
  where: string,
  read: (split: "train" | "test") => ImageBytes,
  { split = "train", count, source, pool = 1, range: [low, high] = [-1, 1] }: ImageOptions,
): LabelledImages {
  if (split !== "train" && split !== "test")
    throw new RangeError(`${where}: split is ${JSON.stringify(split)}, expected "train" or "test"`);
  if (![1, 2, 4].includes(pool)) throw new RangeError(`${where}: pool is ${pool}, expected 1, 2 or 4`);
  const { pixels, classes } = read(split);
  const wanted = count ?? classes.length;
  if (!(Number.isSafeInteger(wanted) && wanted > 0 && wanted <= classes.length))
    throw new RangeError(
      `${where}: count is ${wanted}, expected an integer from 1 to ${classes.length}, the size of the ${split} split`,
    );

  const order = source ? permutation(source, classes.length) : undefined;
  const side = SIDE / pool;
  const images = matrix(wanted, side * side, room(wanted * side * side));
  const labels = new Uint8Array(wanted);
  const unit = (high - low) / (255 * pool * pool);
  const to = images.values;
  for (let n = 0, at = 0; n < wanted; n++) {
    const from = order ? order[n] : n;
    labels[n] = classes[from];
    for (let row = 0; row < side; row++)
      for (let column = 0; column < side; column++, at++) {
        const corner = from * PIXELS + (row * SIDE + column) * pool;
        to[at] = low + unit * (pool === 1 ? pixels[corner] : squareSum(pixels, corner, pool));
      }
  }
  return { images, labels, side };
}

/** The sum of the pixels of a square, from its first one on. */
function squareSum(pixels: Uint8Array, corner: number, edge: number): number {
  let sum = 0;
  for (let y = 0; y < edge; y++) for (let x = 0; x < edge; x++) sum += pixels[corner + y * SIDE + x];
  return sum;
}

/**
 * Returns the images of each class, one matrix for every label from 0 to the largest.
 *
 * @throws RangeError if there are not as many labels as images
 */
export function byClass({ images, labels }: Pick<LabelledImages, "images" | "labels">): Matrix[] {
  if (images.rows !== labels.length)
    throw new RangeError(`byClass: ${labels.length} labels, expected ${images.rows}, one for each image`);
  const members = Array.from({ length: Math.max(-1, ...labels) + 1 }, () => [] as number[]);
  labels.forEach((label, n) => members[label].push(n));
  return members.map((rows) => takeRows(images, rows));
}
