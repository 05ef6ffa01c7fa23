import assert from "node:assert/strict";
import { fashion, fashionClasses } from "../../src/datasets/fashion.js";
import { byClass } from "../../src/datasets/images.js";
import { patches, photographs } from "../../src/datasets/patches.js";
import { eigen } from "../../src/math/eigen.js";
import { matrixFromRows, row } from "../../src/math/matrix.js";
import { randomSource } from "../../src/math/random.js";
import { covariance, mean } from "../../src/math/stats.js";

describe("fashion", function () {
  this.timeout(60_000);

  it("has 1,000 and 6,000 images of each class, bytes in [-1, 1]", () => {
    for (const [split, each] of [
      ["test", 1000],
      ["train", 6000],
    ] as const) {
      const { labels, images, side } = fashion({ split, pool: 4 });
      assert.equal(side, 7);
      assert.ok(images.values.every((value) => value >= -1 && value <= 1));
      const counts = new Array<number>(fashionClasses.length).fill(0);
      for (const label of labels) counts[label]++;
      assert.deepEqual(counts, new Array(10).fill(each));
    }
  });

  it("shows clothes: trousers are two legs below, with a gap between them, bags a block without one", () => {
    const { images, labels } = fashion({ split: "test" });
    const average = (label: number, rows: number[], columns: number[]) =>
      mean(
        [...labels.keys()]
          .filter((n) => labels[n] === label)
          .flatMap((n) => rows.flatMap((y) => columns.map((x) => row(images, n)[28 * y + x]))),
      );
    const below = [20, 21, 22, 23, 24];
    assert.ok(average(1, below, [10]) > average(1, below, [13, 14]) + 0.3);
    assert.ok(Math.abs(average(8, below, [10]) - average(8, below, [13, 14])) < 0.1);
    assert.ok(average(1, below, [0, 27]) < -0.95);
  });

  it("mixes the classes with a source, by the seed, images and labels together", () => {
    const [a, b, c] = [0, 0, 1].map((seed) =>
      fashion({ split: "test", count: 50, pool: 4, source: randomSource(seed) }),
    );
    assert.deepEqual(a, b);
    assert.notDeepEqual(a.labels, c.labels);
    assert.ok(new Set(a.labels).size > 5);
  });

  it("refuses sizes that it has not", () => {
    assert.throws(
      () => fashion({ count: 0 }),
      /^RangeError: fashion: count is 0, expected an integer from 1 to 60000, the size of the train split$/,
    );
    assert.throws(() => fashion({ pool: 3 as 2 }), /^RangeError: fashion: pool is 3, expected 1, 2 or 4$/);
    assert.throws(
      () => fashion({ split: "all" as "test" }),
      /^RangeError: fashion: split is "all", expected "train" or "test"$/,
    );
  });
});

describe("patches", () => {
  it("have the spectrum of natural images: the mean grey first, then falling over decades, none 0", () => {
    const { images, side } = patches(4000, randomSource(0));
    assert.deepEqual([images.rows, images.cols, side], [4000, 64, 8]);
    assert.ok(images.values.every((value) => value >= -1 && value <= 1));
    const { values, vectors } = eigen(covariance(images));
    assert.ok(values[63] > 0 && values[0] / values[63] > 1e3, `${values[0]} … ${values[63]}`);
    for (let p = 0; p < 64; p++)
      assert.ok(Math.abs(vectors.values[64 * p] - 1 / 8) < 0.02, "the first direction is even grey");
  });

  it("are of other photographs in the two splits, and of other places from other seeds", () => {
    const photographsOf = (split: "train" | "test") => [
      ...new Set(patches(200, randomSource(1), { split, pool: 4 }).labels),
    ];
    assert.deepEqual(photographsOf("train").sort(), [0, 1, 2, 3, 4]);
    assert.deepEqual(photographsOf("test").sort(), [5, 6]);
    assert.equal(photographs.length, 7);
    assert.deepEqual(patches(3, randomSource(2)), patches(3, randomSource(2)));
    assert.notDeepEqual(patches(3, randomSource(2)), patches(3, randomSource(3)));
  });

  it("have pixels that are means of squares of the photograph's", () => {
    const corner = { ...randomSource(0), integer: () => 0 }; // of the first photograph
    const fine = row(patches(1, corner, { side: 8 }).images, 0);
    for (const pool of [2, 4] as const) {
      const side = 8 / pool;
      const coarse = row(patches(1, corner, { side, pool }).images, 0);
      coarse.forEach((value, p) => {
        const [top, left] = [pool * Math.floor(p / side), pool * (p % side)];
        const square = Array.from(
          { length: pool * pool },
          (_, i) => 8 * (top + Math.floor(i / pool)) + left + (i % pool),
        );
        assert.ok(Math.abs(value - mean(square.map((at) => fine[at]))) < 1e-12);
      });
      assert.ok(new Set(coarse).size > 1);
    }
  });

  it("take their range", () => {
    const [a, b] = (
      [
        [-1, 1],
        [0, 255],
      ] as const
    ).map((range) => patches(20, randomSource(4), { range }).images.values);
    assert.ok(
      b.every(
        (value, i) => Math.abs(value - 127.5 * (a[i] + 1)) < 1e-10 && Math.abs(value - Math.round(value)) < 1e-10,
      ),
    );
  });

  it("refuse sizes that do not fit", () => {
    assert.throws(() => patches(0, randomSource(0)), /^RangeError: patches: count is 0, expected a positive integer$/);
    assert.throws(
      () => patches(1, randomSource(0), { side: 485 }),
      /^RangeError: patches: side is 485, expected an integer from 1 to 484, what fits into the photographs$/,
    );
    assert.throws(
      () => patches(1, randomSource(0), { side: 243, pool: 2 }),
      /side is 243, expected an integer from 1 to 242/,
    );
    assert.throws(
      () => patches(1, randomSource(0), { pool: 3 as 2 }),
      /^RangeError: patches: pool is 3, expected 1, 2 or 4$/,
    );
  });
});

describe("byClass", () => {
  it("takes every image to its class, in order", () => {
    const images = matrixFromRows([[1], [2], [3], [4]]);
    const parts = byClass({ images, labels: Uint8Array.of(2, 0, 2, 0) });
    assert.deepEqual(
      parts.map(({ values }) => [...values]),
      [[2, 4], [], [1, 3]],
    );
  });
  it("refuses another number of labels", () =>
    assert.throws(
      () => byClass({ images: matrixFromRows([[1], [2]]), labels: Uint8Array.of(0) }),
      /^RangeError: byClass: 1 labels, expected 2, one for each image$/,
    ));
});
