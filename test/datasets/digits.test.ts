import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { digits } from "../../src/datasets/digits.js";
import { eigen } from "../../src/math/eigen.js";
import { addToRows, row, scale, trace } from "../../src/math/matrix.js";
import { randomSource } from "../../src/math/random.js";
import { columnMeans, covariance } from "../../src/math/stats.js";
import { assertClose } from "../helpers/close.js";

interface MeanAndCovariance {
  count: number;
  trace: number;
  traceOfSquare: number;
  meanNormSquared: number;
  leading: number[];
  rank: number;
}
const reference = JSON.parse(readFileSync("data/reference/digits.json", "utf8")) as {
  moments: Record<string, MeanAndCovariance>;
  "train classes": number[];
  "test classes": number[];
};

describe("digits", () => {
  // All sizes of the test split, and the small ones of the training split: the loops are the same, the time is not.
  for (const [split, pool] of [
    ["test", 1],
    ["test", 2],
    ["test", 4],
    ["train", 4],
  ] as const) {
    const side = 28 / pool;
    it(`has the moments that NumPy finds in the files, ${split} ${side} × ${side}`, () => {
      const { images } = digits({ split, pool });
      const expected = reference.moments[`${split} ${side}x${side}`];
      const mu = columnMeans(images);
      const c = covariance(images);
      const { values } = eigen(c);
      assert.equal(images.rows, expected.count);
      assertClose([trace(c)], [expected.trace], 1e-10, "trace");
      assertClose(
        [c.values.reduce((sum, value) => sum + value * value, 0)],
        [expected.traceOfSquare],
        1e-10,
        "trace of the square",
      );
      assertClose(
        [mu.reduce((sum, value) => sum + value * value, 0)],
        [expected.meanNormSquared],
        1e-10,
        "squared mean",
      );
      assertClose(values.subarray(0, 5), expected.leading, 1e-10, "leading eigenvalues");
      assert.equal(values.filter((value) => value > 1e-6).length, expected.rank);
    });
  }

  it("has the classes of the files", () => {
    for (const split of ["train", "test"] as const) {
      const counts = new Array<number>(10).fill(0);
      for (const label of digits({ split, pool: 4 }).labels) counts[label]++;
      assert.deepEqual(counts, reference[`${split} classes`]);
    }
  });

  it("holds bytes in its range, on black paper", () => {
    const { images } = digits({ split: "test", count: 20 });
    assert.equal(Math.min(...images.values), -1);
    assert.equal(Math.max(...images.values), 1);
    assertClose(
      digits({ split: "test", count: 20, range: [0, 1] }).images.values,
      addToRows(scale(images, 0.5), new Float64Array(784).fill(0.5)).values,
      1e-15,
    );
    assert.ok(images.values.every((value) => Math.abs((value + 1) * 127.5 - Math.round((value + 1) * 127.5)) < 1e-12));
  });

  it("pools to the mean of each square", () => {
    const [fine, coarse] = ([2, 4] as const).map((pool) => digits({ split: "test", count: 5, pool }).images);
    for (const n of [0, 4])
      assertClose(
        row(coarse, n),
        Array.from(
          { length: 49 },
          (_, p) =>
            [0, 1, 14, 15].reduce((sum, step) => sum + row(fine, n)[Math.floor(p / 7) * 28 + (p % 7) * 2 + step], 0) /
            4,
        ),
        1e-14,
      );
  });

  it("shuffles images and labels together, by the seed, and takes all of them once", () => {
    const plain = digits({ split: "test", pool: 4 });
    const shuffled = digits({ split: "test", pool: 4, source: randomSource(1) });
    const cards = ({ images, labels }: typeof plain) =>
      Array.from(labels, (label, n) => `${label}:${row(images, n).join()}`);
    assert.notDeepEqual(cards(shuffled), cards(plain));
    assert.deepEqual(cards(shuffled).sort(), cards(plain).sort());
    assert.deepEqual(
      digits({ split: "test", pool: 4, count: 3, source: randomSource(1) }).labels,
      shuffled.labels.slice(0, 3),
    );
  });

  it("says what is wrong with a request", () => {
    assert.throws(
      () => digits({ split: "test", count: 10_001 }),
      /^RangeError: digits: count is 10001, expected an integer from 1 to 10000, the size of the test split$/,
    );
    assert.throws(() => digits({ pool: 3 as 1 }), /^RangeError: digits: pool is 3, expected 1, 2 or 4$/);
    assert.throws(
      () => digits({ split: "valid" as "test" }),
      /^RangeError: digits: split is "valid", expected "train" or "test"$/,
    );
  });
});
