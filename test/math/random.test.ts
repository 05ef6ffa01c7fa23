import assert from "node:assert/strict";
import { row, takeRows } from "../../src/math/matrix.js";
import { signs, choice, normal, permutation, randomSource, uniform } from "../../src/math/random.js";
import { columnMeans, covariance, mean, standardError } from "../../src/math/stats.js";

describe("randomSource", () => {
  it("draws the same for the same seed, and otherwise for another seed or stream; 0 is a seed like any other", () => {
    const draw = (seed: number, stream?: number) => normal(randomSource(seed, stream), 3, 2).values;
    for (const seed of [0, 1, -1, 2 ** 40]) assert.deepEqual(draw(seed), draw(seed));
    const draws = [draw(0), draw(1), draw(-1), draw(2 ** 40), draw(0, 1), draw(1, 0 + 1)].map(String);
    assert.equal(new Set(draws).size, draws.length);
  });

  it("gives unrelated first draws for near seeds", () => {
    const firsts = Array.from({ length: 4000 }, (_, seed) => randomSource(seed).uniform());
    assert.ok(Math.abs(mean(firsts) - 1 / 2) < 4 * standardError(firsts));
    const products = firsts.slice(1).map((value, i) => (value - 0.5) * (firsts[i] - 0.5));
    assert.ok(Math.abs(mean(products)) < 4 * standardError(products));
  });

  it("refuses what is not an integer", () => {
    assert.throws(() => randomSource(0.5), /^RangeError: randomSource: seed is 0.5, expected an integer$/);
    assert.throws(() => randomSource(1, NaN), /^RangeError: randomSource: stream is NaN, expected an integer$/);
    assert.throws(() => randomSource(1).integer(0), /^RangeError: integer: n is 0, expected a positive integer$/);
  });
});

describe("normal", () => {
  it("gives point 17 whatever the batch", () => {
    assert.deepEqual(row(normal(randomSource(7), 18, 5), 17), row(normal(randomSource(7), 2000, 5), 17));
  });

  it("gives two batches that are one batch of both", () => {
    const source = randomSource(7);
    const [first, second] = [normal(source, 4, 3), normal(source, 6, 3)];
    assert.deepEqual([...first.values, ...second.values], [...normal(randomSource(7), 10, 3).values]);
  });

  it("has mean 0, covariance I and the fourth moment 3", () => {
    const n = 20_000;
    const z = normal(randomSource(11), n, 3);
    for (const value of columnMeans(z)) assert.ok(Math.abs(value) < 4 / Math.sqrt(n));
    // standard errors: √(2/n) on the diagonal, √(1/n) off it; √(96/n) of the fourth moment
    covariance(z).values.forEach((value, index) =>
      assert.ok(Math.abs(value - (index % 4 === 0 ? 1 : 0)) < 4 * Math.sqrt((index % 4 === 0 ? 2 : 1) / n)),
    );
    assert.ok(Math.abs(mean(z.values.map((value) => value ** 4)) - 3) < 4 * Math.sqrt(96 / (3 * n)));
  });
});

describe("uniform", () => {
  it("fills its interval evenly", () => {
    const u = uniform(randomSource(2), 10_000, 2, { low: -2, high: 4 }).values;
    assert.ok(u.every((value) => value >= -2 && value < 4));
    assert.ok(Math.abs(mean(u) - 1) < 4 * standardError(u));
    assert.ok(
      Math.abs(mean(u.map((value) => (value - 1) ** 2)) - 3) < 4 * standardError(u.map((value) => (value - 1) ** 2)),
    );
  });
});

describe("choice", () => {
  it("draws in proportion to the weights, and never what has none", () => {
    const n = 20_000;
    const drawn = choice(randomSource(4), n, [1, 0, 3]);
    const share = drawn.filter((index) => index === 2).length / n;
    assert.ok(!drawn.includes(1));
    assert.ok(Math.abs(share - 0.75) < 4 * Math.sqrt((0.75 * 0.25) / n), `share ${share}`);
  });

  it("refuses weights that are no probabilities", () => {
    assert.throws(
      () => choice(randomSource(0), 1, [1, -1]),
      /^RangeError: choice: weight 1 is -1, expected a finite number of at least 0$/,
    );
    assert.throws(
      () => choice(randomSource(0), 1, [0, 0]),
      /^RangeError: choice: the 2 weights sum to 0, expected a positive sum$/,
    );
  });
});

describe("signs", () => {
  it("are 1 and -1, equally likely", () => {
    const { values } = signs(randomSource(5), 100, 50);
    assert.ok(values.every((value) => Math.abs(value) === 1));
    assert.ok(Math.abs(values.reduce((sum, value) => sum + value, 0) / 5000) < 4 / Math.sqrt(5000));
  });
});

describe("permutation", () => {
  it("holds every index once, each place equally likely", () => {
    const source = randomSource(9);
    assert.deepEqual(
      [...permutation(source, 50)].sort((a, b) => a - b),
      Array.from({ length: 50 }, (_, i) => i),
    );
    const firsts = Array.from({ length: 6000 }, () => permutation(source, 3)[0]);
    for (const index of [0, 1, 2])
      assert.ok(
        Math.abs(firsts.filter((first) => first === index).length / 6000 - 1 / 3) < 4 * Math.sqrt(2 / 9 / 6000),
      );
  });

  it("shuffles rows without losing one", () => {
    const z = normal(randomSource(1), 5, 1);
    assert.deepEqual([...takeRows(z, permutation(randomSource(2), 5)).values].sort(), [...z.values].sort());
  });
});
