import assert from "node:assert/strict";
import { longestSaving, longestSavings, longestSkip, longestSkips } from "../../../src/analysis/samples/longestSkip.js";
import type { SkipResult } from "../../../src/analysis/samples/skipStudy.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { mean } from "../../../src/math/stats.js";

describe("longestSkip", () => {
  const result = (skip: number, value: number) =>
    ({ name: "a", skip, frechet: { value: 1, standardError: 1, change: { value, standardError: 1 } } }) as SkipResult;
  it("ends before the first skip that is worse, whatever comes after it", () => {
    assert.equal(longestSkip([result(6, -1), result(0, 0), result(2, 1.9), result(4, 2.1)], "a").skip, 2);
    assert.equal(
      longestSkip([result(6, -1), result(0, 0), result(2, 1.9), result(4, 2.1)], "a", { sigmas: 3 }).skip,
      6,
    );
  });
  it("can go by the interval of the distance itself", () => {
    const wide = (skip: number, value: number) =>
      ({ name: "a", skip, frechet: { value: 1, standardError: 3, change: { value, standardError: 1 } } }) as SkipResult;
    const results = [wide(0, 0), wide(2, 5), wide(4, 7)];
    assert.deepEqual([longestSkip(results, "a").skip, longestSkip(results, "a", { of: "distance" }).skip], [0, 2]);
  });
  it("refuses a name that there is not", () =>
    assert.throws(
      () => longestSkip([result(0, 0)], "b"),
      /^RangeError: longestSkip: no result of "b", expected one of a$/,
    ));
});

describe("longestSaving", () => {
  const bootstrap = () => ({ source: randomSource(3), resamples: 400 });
  /**
   * Skips that save 0, 0.2 and 0.4 of the evaluations, with changes of what is given, of 100 seeds and a standard error
   * of 0.1.
   */
  const study = (...changes: readonly number[]) => {
    const z = normal(randomSource(4), changes.length, 100);
    return [0, ...changes].map((value, skip) => {
      const drawn = skip === 0 ? new Float64Array(100) : z.values.slice(100 * (skip - 1), 100 * skip);
      const influence = drawn.map((value) => value - mean(drawn));
      return {
        name: "a",
        skip,
        saved: 0.2 * skip,
        frechet: { value: 1 + value, standardError: 0.1, change: { value, standardError: 0.1 }, influence },
      } as SkipResult;
    });
  };
  it("is that of the longest skip, certain where every resample agrees", () => {
    assert.deepEqual(longestSaving(study(-1, 1), "a", bootstrap()), { value: 0.2, standardError: 0, count: 100 });
  });
  it("is as uncertain as a toss between two skips where the change is all that is allowed", () => {
    const { value, standardError } = longestSaving(study(-1, 0.2), "a", bootstrap());
    assert.equal(value, 0.4);
    // A half of the resamples, within four standard errors 0.4 to 0.6 of them, ends before the last skip: 0.2 √(p (1 -
    // p)).
    assert.ok(Math.abs(standardError - 0.1) < 0.0021, `${standardError}`);
  });
});

describe("longestSkips and longestSavings", () => {
  const influence = normal(randomSource(5), 1, 50).values;
  const results = ["a", "b"].flatMap((name) =>
    [0, 1.5, 5, 9].map((value, i) => {
      const change = { value: name === "a" ? value : -value, standardError: 1 };
      const frechet = { value: 20 + change.value, standardError: 3, influence, change };
      return { name, skip: 2 * i, saved: 0.2 * i, frechet } as SkipResult;
    }),
  );
  it("are those of each name and criterion, the interval of the distance being the wider one", () => {
    assert.deepEqual(
      longestSkips(results).map(({ name, of, skip, change }) => [name, of, skip, change.value]),
      [
        ["a", "change", 2, 1.5],
        ["a", "distance", 4, 5],
        ["b", "change", 6, -9],
        ["b", "distance", 6, -9],
      ],
    );
  });
  it("save what these skips save, certainly where seeds move all distances alike", () => {
    const savings = longestSavings(results, { source: randomSource(6), resamples: 50 });
    for (const { name, of, saved } of longestSkips(results))
      assert.deepEqual(savings[name][of], { value: saved, standardError: 0, count: 50 });
  });
});
