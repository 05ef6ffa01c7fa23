import assert from "node:assert/strict";
import { frechetDistance, meanAndCovariance } from "../../../src/analysis/samples/frechet.js";
import { compareFrechet, nearestDistances, sharesWithin } from "../../../src/analysis/samples/quality.js";
import { bootstrapEstimate } from "../../../src/math/estimate.js";
import { addToRows, diagonal, matrix, row, scale, takeRows } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { variance } from "../../../src/math/stats.js";
import { assertClose } from "../../helpers/close.js";

describe("compareFrechet", () => {
  const truth = { mean: new Float64Array(4), covariance: diagonal([1, 1, 1, 1]) };
  const shifted = (seed: number) => {
    const z = normal(randomSource(seed, 9), 400, 4);
    return [addToRows(z, [0.5, 0, 0, 0]), addToRows(scale(z, 1.02), [0.5, 0, 0, 0])];
  };
  const scores = compareFrechet(shifted(1), truth);

  it("has the distances of the whole sets and their differences from the first", () => {
    const expected = shifted(1).map((set) => frechetDistance(truth)(meanAndCovariance(set)));
    assertClose(
      scores.map(({ value }) => value),
      expected,
      1e-14,
    );
    assertClose(
      scores.map(({ change }) => change.value),
      [0, expected[1] - expected[0]],
      1e-12,
    );
    assert.equal(scores[0].change.standardError, 0);
    assert.ok(scores[1].change.standardError < scores[1].standardError / 5, "the seeds in common drop out");
  });

  const spread = (values: number[]) => Math.sqrt(variance(values));
  const many = Array.from({ length: 400 }, (_, seed) =>
    shifted(seed + 100).map((set) => frechetDistance(truth)(meanAndCovariance(set))),
  );
  const [own, change] = [spread(many.map(([first]) => first)), spread(many.map(([first, second]) => second - first))];
  // A standard deviation of 400 values is known to 3.5 %, one of 200 resamples to 5 %, and it differs from set to set
  // by √(κ - 1) / 2√n, some 5 %.
  for (const [name, found] of Object.entries({
    "infinitesimal jackknife": scores,
    bootstrap: compareFrechet(shifted(1), truth, { source: randomSource(1), resamples: 200 }),
  }))
    it(`has by the ${name} the standard errors that independent sets of seeds have`, () => {
      for (const [seen, expected] of [
        [found[0].standardError, own],
        [found[1].change.standardError, change],
      ])
        assert.ok(Math.abs(seen / expected - 1) < 0.3, `${seen}, ${expected}`);
    });

  describe("to a reference from the same seeds", () => {
    const paired = (seed: number) => {
      const z = normal(randomSource(seed, 9), 400, 4);
      const turned = matrix(
        400,
        4,
        z.values.map((value, i) => value + 0.3 * Math.sin(2 * value) + (i % 4 === 0 ? 0.2 : 0)),
      );
      return { z, sets: [turned, addToRows(scale(z, 1.1), [0, 0.1, 0, 0])] };
    };
    const found = (seed: number) => compareFrechet(paired(seed).sets, paired(seed).z);
    const { sets, z } = paired(1);
    it("has the same distances as to its moments", () =>
      assertClose(
        found(1).map(({ value }) => value),
        sets.map((set) => frechetDistance(meanAndCovariance(z))(meanAndCovariance(set))),
        1e-14,
      ));
    it("has smaller standard errors, those that independent sets of seeds have", () => {
      const seen = found(1).map(({ standardError }) => standardError);
      const others = Array.from({ length: 400 }, (_, seed) => paired(seed + 100)).map(({ sets, z }) =>
        sets.map((set) => frechetDistance(meanAndCovariance(z))(meanAndCovariance(set))),
      );
      const expected = [0, 1].map((i) => spread(others.map((values) => values[i])));
      seen.forEach((value, i) => assert.ok(Math.abs(value / expected[i] - 1) < 0.3, `${value}, ${expected[i]}`));
      compareFrechet(sets, meanAndCovariance(z)).forEach(({ standardError }, i) =>
        assert.ok(seen[i] < 0.7 * standardError, `${seen[i]}, ${standardError}`),
      );
    });
    it("has by the bootstrap the same standard errors", () => {
      const resampled = compareFrechet(sets, z, { source: randomSource(1), resamples: 200 });
      found(1).forEach(({ standardError, change }, i) => {
        assert.ok(
          Math.abs(resampled[i].standardError / standardError - 1) < 0.2,
          `${resampled[i].standardError}, ${standardError}`,
        ); // four standard errors of one of 200 resamples
        if (i > 0) assert.ok(Math.abs(resampled[i].change.standardError / change.standardError - 1) < 0.2);
      });
    });
  });

  it("refuses no sets, other shapes and one resample", () => {
    assert.throws(() => compareFrechet([], truth), /^RangeError: compareFrechet: no sets, expected at least one$/);
    assert.throws(
      () => compareFrechet([matrix(2, 4), matrix(3, 4)], truth),
      /^RangeError: compareFrechet: 3 × 4 and 2 × 4 matrices, expected one shape$/,
    );
    assert.throws(
      () => compareFrechet([matrix(2, 4)], truth, { source: randomSource(1), resamples: 1 }),
      /^RangeError: compareFrechet: resamples is 1, expected an integer of at least 2$/,
    );
  });
});

describe("bootstrapEstimate", () => {
  const truth = { mean: new Float64Array(3), covariance: diagonal([1, 1, 1]) };
  const sets = (seed: number) =>
    [0, 2, 4].map((shift) => addToRows(normal(randomSource(seed, 9), 400, 3), [shift, 0, 0]));
  const scores = compareFrechet(sets(1), truth);
  const bootstrap = () => ({ source: randomSource(2), resamples: 400 });
  it("gives a difference the standard error of the infinitesimal jackknife", () => {
    const { value, standardError } = bootstrapEstimate(scores, ([none, some]) => some - none, bootstrap());
    assertClose([value], [scores[1].change.value], 1e-14);
    assert.ok(
      Math.abs(standardError / scores[1].change.standardError - 1) < 0.15,
      `${standardError}, ${scores[1].change.standardError}`,
    ); // four standard errors of one of 400 resamples
  });
  it("gives a ratio of changes the standard deviation that independent sets of seeds have", () => {
    const ratio = ([none, some, more]: readonly number[]) => (more - none) / (some - none);
    const { value, standardError } = bootstrapEstimate(scores, ratio, bootstrap());
    const others = Array.from({ length: 400 }, (_, seed) =>
      ratio(sets(seed + 100).map((set) => frechetDistance(truth)(meanAndCovariance(set)))),
    );
    assertClose([value], [ratio(scores.map((score) => score.value))], 1e-14);
    assert.ok(
      Math.abs(standardError / Math.sqrt(variance(others)) - 1) < 0.3,
      `${standardError}, ${Math.sqrt(variance(others))}`,
    );
  });
  it("refuses no values, other numbers of seeds and one resample", () => {
    assert.throws(
      () => bootstrapEstimate([], () => 0, bootstrap()),
      /^RangeError: bootstrapEstimate: no values, expected at least one$/,
    );
    assert.throws(
      () => bootstrapEstimate([scores[0], { value: 1, influence: new Float64Array(3) }], () => 0, bootstrap()),
      /^RangeError: bootstrapEstimate: value 1 is of 3 seeds and value 0 of 400, expected 400$/,
    );
    assert.throws(
      () => bootstrapEstimate(scores, () => 0, { source: randomSource(2), resamples: 1 }),
      /^RangeError: bootstrapEstimate: resamples is 1, expected an integer of at least 2$/,
    );
  });
});

describe("nearestDistances", () => {
  const points = normal(randomSource(1), 9000, 5); // more than two blocks
  it("are those found one by one", () => {
    const x = normal(randomSource(2), 20, 5);
    const expected = Float64Array.from({ length: 20 }, (_, n) => {
      let least = Infinity;
      for (let k = 0; k < points.rows; k++)
        least = Math.min(least, Math.hypot(...row(points, k).map((value, j) => value - row(x, n)[j])));
      return least;
    });
    assertClose(nearestDistances(x, points), expected, 1e-12);
  });
  it("are exactly 0 for copies", () =>
    assert.deepEqual([...nearestDistances(takeRows(points, [8999, 0, 4096]), points)], [0, 0, 0]));
  it("refuse no points and other columns", () => {
    assert.throws(
      () => nearestDistances(points, matrix(0, 5)),
      /^RangeError: nearestDistances: no points, expected at least one$/,
    );
    assert.throws(
      () => nearestDistances(points, matrix(1, 4)),
      /^RangeError: nearestDistances: x has 5 columns, expected 4$/,
    );
  });
});

describe("sharesWithin", () => {
  it("counts the rows that are near a point, those at the very distance among them", () => {
    const points = matrix(2, 1, Float64Array.of(0, 10));
    const shares = sharesWithin(matrix(4, 1, Float64Array.of(0, 1, 8, 5)), points, [0, 1, 2, 9]);
    assert.deepEqual(
      shares.map(({ value }) => value),
      [0.25, 0.5, 0.75, 1],
    );
    assertClose([shares[1].standardError, shares[3].standardError], [Math.sqrt(1 / 12), 0], 1e-12);
  });
});
