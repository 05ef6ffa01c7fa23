import assert from "node:assert/strict";
import { normal, randomSource } from "../../src/math/random.js";
import { rankCorrelation, ranks } from "../../src/math/rankCorrelation.js";

describe("Ranks", () => {
  it("count from 1, equal values sharing the mean of theirs", () =>
    assert.deepEqual([...ranks([30, 10, 20, 10, 10])], [5, 2, 4, 2, 2]));

  it("refuse NaN", () => assert.throws(() => ranks([1, NaN]), /^RangeError: ranks: a value is NaN, expected numbers$/));
});

describe("The rank correlation", () => {
  it("is 1 - 6 Σ d² / n (n² - 1) without equal values", () => {
    const [a, b] = [
      [1, 2, 3, 4, 5],
      [2, 1, 4, 3, 5],
    ];
    assert.ok(Math.abs(rankCorrelation(a, b) - (1 - (6 * 4) / (5 * 24))) < 1e-12);
  });

  it("is that of any increasing function, and turns its sign with a decreasing one", () => {
    const [a, b] = [normal(randomSource(1), 50, 1).values, normal(randomSource(2), 50, 1).values];
    const seen = rankCorrelation(a, b);
    assert.ok(Math.abs(rankCorrelation(a.map(Math.exp), b.map(Math.cbrt)) - seen) < 1e-12);
    assert.ok(
      Math.abs(
        rankCorrelation(
          a,
          b.map((value) => -value),
        ) + seen,
      ) < 1e-12,
    );
  });

  it("refuses sides of other lengths, and one that is constant", () => {
    assert.throws(
      () => rankCorrelation([1, 2], [1, 2, 3]),
      /^RangeError: columnCorrelations: 2 × 1 and 3 × 1 matrices/,
    );
    assert.throws(() => rankCorrelation([1, 2], [3, 3]), /^RangeError: columnCorrelations: column 0 is constant/);
  });
});
