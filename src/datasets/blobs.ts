import { matrix, type Matrix } from "../math/matrix.js";
import { uniform, type Source } from "../math/random.js";
import { requireCount, requirePositive } from "./points.js";

/** Images of a Gaussian blob, with the places of the blobs: a point set of known dimension. */
export interface Blobs {
  /** shape [n, side²], pixels row by row from the top left, in (0, 1] */
  readonly points: Matrix;
  /** centres (x, y) in pixels, (0, 0) the middle of the top left one; shape [n, 2] */
  readonly centres: Matrix;
  readonly side: number;
  /** 2: the two directions of translation */
  readonly dimension: number;
}

/** Settings of translatedBlobs. */
export interface BlobOptions {
  readonly side?: number;
  /** standard deviation of the blob in pixels */
  readonly width?: number;
  /** the centres' x and y both lie in it, in pixels */
  readonly range?: readonly [low: number, high: number];
}

/**
 * Images of one Gaussian blob at every centre of a grid · grid lattice, exp(-|p - c|² / 2w²) at pixel p: a manifold of
 * two dimensions in side² that bends through all of them. 625 images of 8 × 8 pixels without other settings.
 *
 * @throws RangeError if side or grid is not a positive integer, the width is not positive, or the range is empty
 */
export function translatedBlobGrid(grid = 25, options: BlobOptions = {}): Blobs {
  requireCount("translatedBlobGrid", "grid", grid);
  const { range: [low, high] = [2, 5] } = options;
  const at = (i: number) => (grid === 1 ? (low + high) / 2 : low + (i / (grid - 1)) * (high - low));
  return draw(
    "translatedBlobGrid",
    matrix(
      grid * grid,
      2,
      Float64Array.from({ length: 2 * grid * grid }, (_, i) =>
        at(i % 2 === 0 ? (i / 2) % grid : Math.floor(i / 2 / grid)),
      ),
    ),
    options,
  );
}

/** The same images at `count` random centres, uniform on the square. @throws RangeError as translatedBlobGrid does */
export function translatedBlobs(count: number, source: Source, options: BlobOptions = {}): Blobs {
  requireCount("translatedBlobs", "count", count);
  const { range: [low, high] = [2, 5] } = options;
  return draw("translatedBlobs", uniform(source, count, 2, { low, high }), options);
}

function draw(
  where: string,
  centres: Matrix,
  { side = 8, width = 1.2, range: [low, high] = [2, 5] }: BlobOptions,
): Blobs {
  requireCount(where, "side", side);
  requirePositive(where, "width", width);
  if (!(low < high)) throw new RangeError(`${where}: centres range from ${low} to ${high}, expected low < high`);
  const points = matrix(centres.rows, side * side);
  for (let n = 0; n < centres.rows; n++) {
    const [x, y] = centres.values.subarray(2 * n, 2 * n + 2);
    for (let p = 0; p < points.cols; p++)
      points.values[n * points.cols + p] = Math.exp(
        -(((p % side) - x) ** 2 + (Math.floor(p / side) - y) ** 2) / (2 * width ** 2),
      );
  }
  return { points, centres, side, dimension: 2 };
}
