import { digits } from "../../datasets/digits.js";
import { fashion } from "../../datasets/fashion.js";
import type { LabelledImages } from "../../datasets/images.js";
import { patches } from "../../datasets/patches.js";
import { randomSource } from "../../math/random.js";

/** Images that a stored network was trained on, and others of their kind. */
export interface PretrainedImages {
  /** such as "digits, 28 × 28" */
  readonly title: string;
  /** the name that `storedClassifier` knows them by */
  readonly kind: "digits" | "fashion" | "patches";
  readonly train: LabelledImages;
  readonly test: LabelledImages;
}

type Split = "train" | "test";

const ofDigits = (pool: 1 | 2 | 4) => (split: Split) => digits({ split, pool, count: 10_000 });
const places = (split: Split) =>
  patches(split === "train" ? 40_000 : 10_000, randomSource(split === "train" ? 1 : 2), { side: 16, pool: 2 });

const sets: Readonly<Record<string, readonly [PretrainedImages["kind"], (split: Split) => LabelledImages]>> = {
  "digits-7": ["digits", ofDigits(4)],
  "digits-14": ["digits", ofDigits(2)],
  "digits-28": ["digits", (split) => digits({ split })],
  "fashion-28": ["fashion", (split) => fashion({ split })],
  "patches-16": ["patches", places],
};

/**
 * The images that the network of a name such as "digits-28-1" was trained on, and 10,000 others: the test split, but for
 * patches other places of the same photographs, since other photographs have another distribution.
 *
 * @throws RangeError if no network of images has the name
 */
export function pretrainedImages(name: string): PretrainedImages {
  const set = sets[name.replace(/^([a-z]+-\d+)-\d+$/, "$1")];
  if (!set)
    throw new RangeError(
      `pretrainedImages: no network of images is called ${JSON.stringify(name)}; take one of ${Object.keys(sets).join(", ")}, or with -2 behind it`,
    );
  const [kind, load] = set;
  const [train, test] = [load("train"), load("test")];
  const title = `${kind === "fashion" ? "clothes" : kind}, ${train.side} × ${train.side}`;
  return { title, kind, train, test };
}
