import assert from "node:assert/strict";
import { frechetDistance, moments } from "../../src/analysis/frechet.js";
import { compareFrechet, estimateMean, nearestDistances, squaredErrors } from "../../src/analysis/quality.js";
import { addToRows, diagonal, matrix, matrixFromRows, row, scale, takeRows } from "../../src/math/matrix.js";
import { normal, randomSource } from "../../src/math/random.js";
import { variance } from "../../src/math/stats.js";
import { assertClose } from "../helpers/close.js";

describe("compareFrechet", () => {
  const truth = { mean: new Float64Array(4), covariance: diagonal([1, 1, 1, 1]) };
  const shifted = (seed: number) => {
    const z = normal(randomSource(seed, 9), 400, 4);
    return [addToRows(z, [0.5, 0, 0, 0]), addToRows(scale(z, 1.02), [0.5, 0, 0, 0])];
  };
  const scores = compareFrechet(shifted(1), truth);

  it("has the distances of the whole sets and their differences from the first", () => {
    const expected = shifted(1).map((set) => frechetDistance(truth)(moments(set)));
    assertClose(scores.map(({ value }) => value), expected, 1e-14);
    assertClose(scores.map(({ change }) => change.value), [0, expected[1] - expected[0]], 1e-12);
    assert.equal(scores[0].change.uncertainty, 0);
    assert.ok(scores[1].change.uncertainty < scores[1].uncertainty / 5, "the seeds in common drop out");
  });

  const spread = (values: number[]) => Math.sqrt(variance(values));
  const many = Array.from({ length: 400 }, (_, seed) => shifted(seed + 100).map((set) => frechetDistance(truth)(moments(set))));
  const [own, change] = [spread(many.map(([first]) => first)), spread(many.map(([first, second]) => second - first))];
  // A standard deviation of 400 values is known to 3.5 %, one of 200 resamples to 5 %, and it differs from set to set by √(κ - 1) / 2√n, some 5 %.
  for (const [name, found] of Object.entries({ "infinitesimal jackknife": scores, bootstrap: compareFrechet(shifted(1), truth, { source: randomSource(1), resamples: 200 }) }))
    it(`has by the ${name} the uncertainties that independent sets of seeds have`, () => {
      for (const [seen, expected] of [[found[0].uncertainty, own], [found[1].change.uncertainty, change]]) assert.ok(Math.abs(seen / expected - 1) < 0.3, `${seen}, ${expected}`);
    });

  it("refuses no sets, other shapes and one resample", () => {
    assert.throws(() => compareFrechet([], truth), /^RangeError: compareFrechet: no sets, expected at least one$/);
    assert.throws(() => compareFrechet([matrix(2, 4), matrix(3, 4)], truth), /^RangeError: compareFrechet: 3 × 4 and 2 × 4 matrices, expected one shape$/);
    assert.throws(() => compareFrechet([matrix(2, 4)], truth, { source: randomSource(1), resamples: 1 }), /^RangeError: compareFrechet: resamples is 1, expected an integer of at least 2$/);
  });
});

describe("squaredErrors", () => {
  it("are the mean squared differences row by row", () => assertClose(squaredErrors(matrixFromRows([[1, 2], [3, 5]]), matrixFromRows([[1, 0], [0, 1]])), [2, 12.5], 1e-15));
  it("have a mean with its standard error", () => assert.deepEqual(estimateMean([1, 3, 5]), { value: 3, uncertainty: Math.sqrt(4 / 3) }));
});

describe("nearestDistances", () => {
  const points = normal(randomSource(1), 9000, 5); // more than two blocks
  it("are those found one by one", () => {
    const x = normal(randomSource(2), 20, 5);
    const expected = Float64Array.from({ length: 20 }, (_, n) => {
      let least = Infinity;
      for (let k = 0; k < points.rows; k++) least = Math.min(least, Math.hypot(...row(points, k).map((value, j) => value - row(x, n)[j])));
      return least;
    });
    assertClose(nearestDistances(x, points), expected, 1e-12);
  });
  it("are exactly 0 for copies", () => assert.deepEqual([...nearestDistances(takeRows(points, [8999, 0, 4096]), points)], [0, 0, 0]));
  it("refuse no points and other columns", () => {
    assert.throws(() => nearestDistances(points, matrix(0, 5)), /^RangeError: nearestDistances: no points, expected at least one$/);
    assert.throws(() => nearestDistances(points, matrix(1, 4)), /^RangeError: nearestDistances: x has 5 columns, expected 4$/);
  });
});
