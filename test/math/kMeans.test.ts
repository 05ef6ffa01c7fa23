import assert from "node:assert/strict";
import { kMeans } from "../../src/math/kMeans.js";
import { matrix, matrixFromRows, row } from "../../src/math/matrix.js";
import { randomSource } from "../../src/math/random.js";
import { assertClose } from "../helpers/close.js";
import { apart, touching } from "../helpers/clusters.js";

describe("kMeans", () => {
  it("finds clusters that are apart, each centre the mean of its points", () => {
    const { centres, labels, inertia } = kMeans(apart, 3, { source: randomSource(1) });
    const sums = matrix(3, 3);
    labels.forEach((k, n) => [...row(apart, n), 1].forEach((value, j) => (sums.values[3 * k + j] += value)));
    for (let k = 0; k < 3; k++)
      assertClose(
        row(centres, k),
        [sums.values[3 * k] / sums.values[3 * k + 2], sums.values[3 * k + 1] / sums.values[3 * k + 2]],
        1e-12,
      );
    const xs = [...centres.values]
      .filter((_, i) => i % 2 === 0)
      .map(Math.round)
      .sort((a, b) => a - b);
    assert.deepEqual(
      xs.map((x) => x + 0),
      [-10, 0, 10],
    );
    const total = Array.from(
      labels,
      (k, n) =>
        (apart.values[2 * n] - centres.values[2 * k]) ** 2 + (apart.values[2 * n + 1] - centres.values[2 * k + 1]) ** 2,
    ).reduce((sum, value) => sum + value, 0);
    assertClose([inertia], [total], 1e-12);
  });

  it("is the same with the same seed, and has no empty cluster where points are many or equal", () => {
    assert.deepEqual(
      kMeans(touching, 20, { source: randomSource(3) }),
      kMeans(touching, 20, { source: randomSource(3) }),
    );
    assert.equal(new Set(kMeans(touching, 20, { source: randomSource(3) }).labels).size, 20);
    const five = matrixFromRows([
      [0, 0],
      [1, 0],
      [2, 0],
      [3, 0],
      [4, 0],
    ]);
    assert.equal(kMeans(five, 5, { source: randomSource(1) }).inertia, 0);
    assert.equal(
      kMeans(
        matrixFromRows([
          [1, 1],
          [1, 1],
        ]),
        2,
        { source: randomSource(1) },
      ).inertia,
      0,
    );
  });

  it("refuses more clusters than points, and values that are not finite", () => {
    assert.throws(
      () => kMeans(apart, 0, { source: randomSource(1) }),
      /^RangeError: kMeans: 0 clusters of 3000 points, expected an integer from 1 to 3000$/,
    );
    assert.throws(
      () => kMeans(matrixFromRows([[NaN]]), 1, { source: randomSource(1) }),
      /^RangeError: kMeans: a coordinate is not finite, expected finite values$/,
    );
  });
});
