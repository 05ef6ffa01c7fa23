import assert from "node:assert/strict";
import { sampleQuality } from "../../../src/analysis/samples/quality.js";
import { longestSaving, longestSkip, skipStudy, type SkipResult } from "../../../src/analysis/samples/skipStudy.js";
import { isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { karrasSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import { addToRows, scale } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { mean } from "../../../src/math/stats.js";
import { golden } from "../../helpers/golden.js";

const x = addToRows(scale(normal(randomSource(1), 500, 2), 80), golden.mean);
const fine = golden.flow(x, 80, 0);
const data = golden.flow(addToRows(scale(normal(randomSource(2), 2000, 2), 80), golden.mean), 80, 0);
const results = skipStudy(golden, x, karrasSigmas(18), {
  statistics: {
    Gaussian: golden,
    mean: isotropicGaussian(golden.mean),
    nothing: isotropicGaussian(new Float64Array(2)),
  },
  skips: [4, 10, 14],
  quality: sampleQuality({ features: (images) => images, data, fine }),
});
const of = (name: string) => results.filter((result) => result.name === name);

describe("skipStudy", () => {
  it("saves two evaluations for each level, and no statistics loses anything at skip 0", () => {
    assert.deepEqual(
      of("Gaussian").map(({ skip, evaluations }) => [skip, evaluations]),
      [
        [0, 35],
        [4, 27],
        [10, 15],
        [14, 7],
      ],
    );
    assert.deepEqual(
      of("mean").map(({ saved }) => Math.round(35 * saved)),
      [0, 8, 20, 28],
    );
    for (const name of ["Gaussian", "mean", "nothing"])
      assert.deepEqual([of(name)[0].frechet.change.value, of(name)[0].saved], [0, 0]);
  });
  it("finds that on a Gaussian its own statistics lose nothing however far, the mean alone where its variance counts", () => {
    assert.equal(longestSkip(results, "Gaussian").skip, 14);
    assert.ok(of("Gaussian")[3].error.value < of("Gaussian")[0].error.value);
    assert.ok(
      longestSkip(results, "mean").skip < 10 && of("mean")[2].frechet.value > 10 * of("Gaussian")[2].frechet.value,
    );
    assert.ok(of("nothing")[2].error.value > of("mean")[2].error.value);
  });
  it("refuses a skip of 0", () =>
    assert.throws(
      () => skipStudy(golden, x, karrasSigmas(4), { statistics: {}, skips: [0], quality: () => [] }),
      /^RangeError: skipStudy: a skip of 0, which is measured always; leave it out$/,
    ));
});

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
    assert.deepEqual(longestSaving(study(-1, 1), "a", bootstrap()), { value: 0.2, standardError: 0 });
  });
  it("is as uncertain as a toss between two skips where the change is all that is allowed", () => {
    const { value, standardError } = longestSaving(study(-1, 0.2), "a", bootstrap());
    assert.equal(value, 0.4);
    // A half of the resamples, within four standard errors 0.4 to 0.6 of them, ends before the last skip: 0.2 √(p (1 -
    // p)).
    assert.ok(Math.abs(standardError - 0.1) < 0.0021, `${standardError}`);
  });
});
