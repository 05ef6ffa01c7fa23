import assert from "node:assert/strict";
import {
  bootstrapEstimate,
  bootstrapInterval,
  estimateDifference,
  estimateGroups,
  estimateMean,
  estimateMedian,
  farthestFrom,
  largest,
  meanWithInfluence,
  pairedDifference,
  smallest,
  sumEstimates,
  zScore,
} from "../../src/math/estimate.js";
import { normal, randomSource } from "../../src/math/random.js";
import { assertClose } from "../helpers/close.js";

describe("estimateGroups", () => {
  const rows = [
    { data: "plane", tied: true, error: 1, k: 2 },
    { data: "circle", tied: true, error: 7, k: 1 },
    { data: "plane", tied: true, error: 3, k: 2 },
    { data: "plane", tied: false, error: 4, k: 2 },
  ];

  it("averages over the records with the same keys, and keeps the number of a single one", () => {
    const [plane, circle, untied] = estimateGroups(rows, ["data", "tied"]);
    assert.deepEqual(plane, { data: "plane", tied: true, error: estimateMean([1, 3]), k: estimateMean([2, 2]) });
    assert.deepEqual([circle, untied], [rows[1], rows[3]]);
  });

  it("of one key more only splits groups: the sizes and sums stay", () => {
    const total = estimateGroups(
      rows.map((row) => ({ ...row, all: 0 })),
      ["all", "data"],
    );
    assert.deepEqual(
      total.map(({ data, error }) => [data, typeof error === "number" ? error : error.value * error.count!]),
      [
        ["plane", 8],
        ["circle", 7],
      ],
    );
  });
});

describe("An estimate", () => {
  const values = normal(randomSource(1), 1, 200).values;

  it("of a mean has the standard error of the mean and the number of values", () =>
    assert.deepEqual(estimateMean([1, 3, 5]), { value: 3, standardError: Math.sqrt(4 / 3), count: 3 }));

  it("of a mean by the bootstrap is that of the values themselves, its error within that of 400 resamples", () => {
    const { value, standardError } = bootstrapEstimate([meanWithInfluence(values)], ([mean]) => mean, {
      source: randomSource(2),
      resamples: 400,
    });
    const direct = estimateMean(values);
    assertClose([value], [direct.value], 1e-15);
    assert.ok(Math.abs(standardError / direct.standardError - 1) < 4 / Math.sqrt(2 * 400), `${standardError}`);
  });

  it("of a difference of equal values is exactly 0", () => {
    const same = meanWithInfluence(values);
    const options = { source: randomSource(2), resamples: 20 };
    assert.deepEqual(
      bootstrapEstimate([same, same], ([a, b]) => a - b, options),
      { value: 0, standardError: 0, count: 200 },
    );
  });

  it("of a sum of n like ones has √n of the standard error, and their count where they share one", () => {
    const one = estimateMean(values);
    const sum = sumEstimates([one, one, one, one]);
    assertClose([sum.value, sum.standardError], [4 * one.value, 2 * one.standardError], 1e-15);
    assert.equal(sum.count, 200);
    assert.ok(!("count" in sumEstimates([one, { ...one, count: 3 }])));
    assert.deepEqual(sumEstimates([]), { value: 0, standardError: 0 });
  });

  it("is off by one standard error in the root mean square of many", () => {
    const all = normal(randomSource(4), 400, 100);
    const squares = Array.from(
      { length: 400 },
      (_, n) => zScore(estimateMean(all.values.subarray(n * 100, (n + 1) * 100)), 0) ** 2,
    );
    const { value, standardError } = estimateMean(squares);
    assert.ok(Math.abs(value - 99 / 97) < 4 * standardError, `${value}`); // the variance of Student's t
  });

  it("of a median has the standard deviation that independent samples of a normal variable have, √(π / 2n)", () => {
    const all = normal(randomSource(3), 400, 400);
    const each = Array.from({ length: 400 }, (_, n) => estimateMedian(all.values.subarray(n * 400, (n + 1) * 400)));
    const claimed = each.reduce((sum, { standardError }) => sum + standardError / 400, 0);
    const exact = Math.sqrt(Math.PI / 800);
    const seen = Math.sqrt(each.reduce((sum, { value }) => sum + value ** 2 / 400, 0));
    assert.ok(
      Math.abs(seen / exact - 1) < 4 / Math.sqrt(800) && Math.abs(claimed / exact - 1) < 0.05,
      `${seen}, ${claimed}, ${exact}`,
    );
  });

  it("of a difference of independent means has their variances' sum, as many draws of both show", () => {
    const [a, b] = [normal(randomSource(4), 400, 50), normal(randomSource(5), 400, 100)];
    const each = Array.from({ length: 400 }, (_, n) =>
      estimateDifference(
        estimateMean(a.values.subarray(n * 50, (n + 1) * 50)),
        estimateMean(b.values.subarray(n * 100, (n + 1) * 100)),
      ),
    );
    const claimed = Math.sqrt(each.reduce((sum, { standardError }) => sum + standardError ** 2 / 400, 0));
    const seen = Math.sqrt(each.reduce((sum, { value }) => sum + value ** 2 / 400, 0));
    assert.ok(Math.abs(seen / claimed - 1) < 4 / Math.sqrt(800), `${seen}, ${claimed}`);
  });

  it("of a difference keeps a number of draws that both have", () => {
    const [a, b] = [estimateMean([1, 3]), estimateMean([1, 3, 5])];
    assert.deepEqual([estimateDifference(a, a).count, estimateDifference(a, b).count], [2, undefined]);
  });
});

describe("pairedDifference", () => {
  it("has no error where the two go together", () => {
    assert.deepEqual(pairedDifference(Float64Array.of(3, 4, 5), Float64Array.of(1, 2, 3)), {
      value: 2,
      standardError: 0,
      count: 3,
    });
    assertClose([pairedDifference(Float64Array.of(3, 1), Float64Array.of(1, 1)).standardError], [1], 1e-14);
  });
});

describe("smallest and largest", () => {
  const estimates = [2, 1, 3, 1, 3].map((value, n) => ({ value, standardError: n }));

  it("are the first of the estimates with the extreme value", () => {
    assert.equal(smallest(estimates), estimates[1]);
    assert.equal(largest(estimates), estimates[2]);
  });

  it("refuse no estimates", () => {
    assert.throws(() => smallest([]), /^RangeError: smallest: 0 estimates, expected at least 1$/);
    assert.throws(() => largest([]), /^RangeError: largest: 0 estimates, expected at least 1$/);
  });
});

describe("farthestFrom", () => {
  it("is the one on either side with the greatest distance, a number or an estimate with its error", () => {
    assert.equal(farthestFrom(1, [1, 0.7, 1.2]), 0.7);
    assert.equal(farthestFrom(1, Float64Array.of(1, 0.7, 1.4)), 1.4);
    const estimates = [estimateMean([1, 3]), estimateMean([2, 8])];
    assert.equal(farthestFrom(1, estimates), estimates[1]);
    assert.equal(farthestFrom(9, estimates), estimates[0]);
  });

  it("keeps the first of equals, shows NaN wherever it is, and refuses none", () => {
    assert.equal(farthestFrom(1, [2, 0]), 2);
    for (const values of [
      [NaN, 5, 1],
      [5, NaN, 1],
      [1, 5, NaN],
    ])
      assert.equal(farthestFrom(0, values), NaN);
    assert.throws(() => farthestFrom(1, []), /^RangeError: farthestFrom: 0 values, expected at least 1$/);
  });
});

describe("bootstrapInterval", () => {
  const values = normal(randomSource(3), 400, 1).values;
  const meanOf = (rows: ArrayLike<number>) => Array.from(rows).reduce((sum, n) => sum + values[n], 0) / values.length;
  const options = () => ({ source: randomSource(4), resamples: 2000 });

  it("of a mean has its value, its standard error and the quantiles of a normal one", () => {
    const { value, standardError, low, high, count } = bootstrapInterval(400, meanOf, options());
    const expected = estimateMean(values);
    assertClose([value], [expected.value], 1e-12);
    assert.equal(count, 400);
    for (const [seen, wanted] of [
      [standardError, expected.standardError],
      [value - low, 1.96 * expected.standardError],
      [high - value, 1.96 * expected.standardError],
    ])
      assert.ok(Math.abs(seen / wanted - 1) < 0.15, `${seen}, expected about ${wanted}`);
  });

  it("is wider at a higher level, and refuses one that is none", () => {
    const [wide, narrow] = [0.99, 0.5].map((level) => bootstrapInterval(400, meanOf, options(), level));
    assert.ok(wide.low < narrow.low && narrow.high < wide.high);
    assert.throws(
      () => bootstrapInterval(400, meanOf, options(), 1),
      /^RangeError: bootstrapInterval: the level is 1, expected a share above 0 and below 1$/,
    );
  });
});
