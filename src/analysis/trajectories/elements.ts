import { addToRows, column, matrix, row, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { softmaxRows } from "../../math/logSumExp.js";
import { columnMeans } from "../../math/stats.js";
import type { Gaussian } from "../../diffusion/distributions/gaussian.js";

/** What is measured of an image: a number, or several that belong together. */
export interface Element {
  readonly name: string;
  /** of images of shape [n, d], shape [n, numbers] */
  readonly measure: (images: Matrix) => Matrix;
}

/**
 * Returns elements of square images of strokes, ink 1 on paper -1, by the moments of the ink w about its centre and by
 * its slopes: `ink` the mean of w, `darkness` Σ w² / Σ w, `stroke width` 2 Σ w / Σ |∇w| in pixels, `width` and `height`
 * √(Σ w x² / Σ w) and √(Σ w y² / Σ w) in pixels, `slant` Σ w x y / Σ w y², positive to the right, and the skewness
 * across, `side`, and upwards, `top`.
 *
 * @throws RangeError of their measures if an image is not square
 */
export function strokeElements(): Element[] {
  const known = new WeakMap<Matrix, ReturnType<typeof strokes>[]>(); // all of them are found together
  const measured = (images: Matrix) => {
    const side = Math.sqrt(images.cols);
    if (!Number.isInteger(side))
      throw new RangeError(`strokeElements: ${images.cols} pixels, expected those of a square image`);
    const found = known.get(images) ?? Array.from({ length: images.rows }, (_, n) => strokes(row(images, n), side));
    known.set(images, found);
    return found;
  };
  const names = ["ink", "darkness", "stroke width", "width", "height", "slant", "side", "top"] as const;
  return names.map((name) => ({
    name,
    measure: (images) =>
      matrix(
        images.rows,
        1,
        Float64Array.from(measured(images), (own) => own[name]),
      ),
  }));
}

function strokes(image: Float64Array, side: number) {
  const ink = image.map((value) => Math.min(Math.max((value + 1) / 2, 0), 1));
  const at = (r: number, c: number) => (r < side && c < side ? ink[r * side + c] : 0);
  let [sum, squares, edge, mx, my] = [1e-300, 0, 1e-300, 0, 0]; // an empty image measures 0
  for (let r = 0; r < side; r++)
    for (let c = 0; c < side; c++) {
      const w = at(r, c);
      sum += w;
      squares += w * w;
      edge += Math.hypot(at(r, c + 1) - w, at(r + 1, c) - w);
      mx += w * c;
      my -= w * r;
    }
  [mx, my] = [mx / sum, my / sum];
  let [xx, yy, xy, xxx, yyy] = [0, 0, 0, 0, 0];
  for (let r = 0; r < side; r++)
    for (let c = 0; c < side; c++) {
      const [w, x, y] = [at(r, c) / sum, c - mx, -r - my];
      xx += w * x * x;
      yy += w * y * y;
      xy += w * x * y;
      xxx += w * x ** 3;
      yyy += w * y ** 3;
    }
  return {
    ink: sum / ink.length,
    darkness: squares / sum,
    "stroke width": (2 * sum) / edge,
    width: Math.sqrt(xx),
    height: Math.sqrt(yy),
    slant: yy > 0 ? xy / yy : 0,
    side: xx > 0 ? xxx / xx ** 1.5 : 0,
    top: yy > 0 ? yyy / yy ** 1.5 : 0,
  };
}

/** The class of an image as an element: the probabilities that a classifier gives to each. */
export function classElement({ logits }: { readonly logits: (images: Matrix) => Matrix }): Element {
  return { name: "class", measure: (images) => softmaxRows(logits(images)) };
}

/**
 * Returns features of a Gaussian as elements: the amplitude of each along its eigenvector.
 *
 * @throws RangeError if a feature is not from 1 to the rank of the Gaussian
 */
export function featureElements(g: Gaussian, ks: readonly number[]): Element[] {
  const wrong = ks.find((k) => !(Number.isSafeInteger(k) && k >= 1 && k <= g.lambda.length));
  if (wrong !== undefined)
    throw new RangeError(
      `featureElements: feature ${wrong}, expected an integer from 1 to ${g.lambda.length}, the rank of the Gaussian`,
    );
  return ks.map((k) => ({
    name: `feature ${k}`,
    measure: (images) => multiply(addToRows(images, g.mean, -1), matrix(images.cols, 1, column(g.U, k - 1))),
  }));
}

/**
 * Returns the share of the images' variance, summed over their pixels, that lies between groups: 0 if every group has
 * the same mean image, 1 if all images of a group are alike. By chance it is (groups - 1) / (n - 1).
 *
 * @param groups the group of every image, an integer from 0, shape [n]
 * @throws RangeError if there are not as many groups as images, or no variance
 */
export function varianceBetween(images: Matrix, groups: ArrayLike<number>): number {
  const { rows: n, cols: d } = images;
  if (groups.length !== n)
    throw new RangeError(`varianceBetween: ${groups.length} groups, expected ${n}, one an image`);
  const centre = columnMeans(images);
  const sums = new Map<number, { count: number; total: Float64Array }>();
  let all = 0;
  for (let i = 0; i < n; i++) {
    const own = sums.get(groups[i]) ?? { count: 0, total: new Float64Array(d) };
    const image = row(images, i);
    for (let p = 0; p < d; p++) {
      const off = image[p] - centre[p];
      own.total[p] += off;
      all += off * off;
    }
    own.count++;
    sums.set(groups[i], own);
  }
  if (!(all > 0)) throw new RangeError("varianceBetween: all images are alike, expected some variance");
  let between = 0;
  for (const { count, total } of sums.values()) between += total.reduce((sum, value) => sum + value * value, 0) / count;
  return between / all;
}

/**
 * Returns the group of each image by an element: the largest of several numbers, or which of `count` equally frequent
 * parts of the range of one number it is in.
 *
 * @throws RangeError if a number is NaN
 */
export function elementGroups({ measure }: Element, images: Matrix, count = 10): Uint16Array {
  const values = measure(images);
  if (values.values.some(Number.isNaN)) throw new RangeError("elementGroups: a value is NaN, expected numbers");
  if (values.cols > 1)
    return Uint16Array.from({ length: images.rows }, (_, n) => {
      const own = row(values, n);
      return own.indexOf(Math.max(...own));
    });
  const order = Uint32Array.from({ length: images.rows }, (_, i) => i).sort(
    (i, j) => values.values[i] - values.values[j],
  );
  const groups = new Uint16Array(images.rows);
  order.forEach((i, rank) => (groups[i] = Math.floor((rank * count) / images.rows)));
  return groups;
}
