import assert from "node:assert/strict";
import { withEnergy } from "../../../src/analysis/samples/energyDistance.js";
import { sampleQuality } from "../../../src/analysis/samples/quality.js";
import { relativeChange, skipStudy, skipTable, type SkipResult } from "../../../src/analysis/samples/skipStudy.js";
import { isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { karrasSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import type { Estimate } from "../../../src/math/estimate.js";
import { addToRows, scale } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
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
    for (const { frechet } of of("Gaussian")) assert.ok(frechet.change.value <= 2 * frechet.change.standardError);
    assert.ok(of("Gaussian")[3].error.value < of("Gaussian")[0].error.value);
    assert.ok(of("mean")[2].frechet.value > 10 * of("Gaussian")[2].frechet.value);
    assert.ok(of("nothing")[2].error.value > of("mean")[2].error.value);
  });
  it("is a table by rows, which says of both distances that its own statistics lose nothing", () => {
    const rows = skipTable(withEnergy(of("Gaussian"), (images) => images, data));
    assert.deepEqual(
      rows.map(({ by, skip, evaluations }) => [by, skip, evaluations]),
      [0, 4, 10, 14].map((skip) => ["Gaussian", skip, 35 - 2 * skip]),
    );
    const far = skipTable(withEnergy(of("mean"), (images) => images, data)).at(-1)!;
    for (const name of ["its change", "change of it"]) {
      for (const row of rows) {
        const { value, standardError } = row[name] as Estimate;
        assert.ok(value <= 2 * standardError, `${name}: ${value} ± ${standardError}`);
      }
      const lost = far[name] as Estimate;
      assert.ok(lost.value > 4 * lost.standardError, `${name} by the mean: ${lost.value} ± ${lost.standardError}`);
    }
  });
  it("refuses a skip of 0", () =>
    assert.throws(
      () => skipStudy(golden, x, karrasSigmas(4), { statistics: { golden }, skips: [0], quality: () => [] }),
      /^RangeError: skipStudy: a skip of 0, which is measured always; leave it out$/,
    ));
});

describe("changes of a study", () => {
  const z = normal(randomSource(5), 1, 100).values;
  const result = (name: string, skip: number, loss: number) =>
    ({
      name,
      skip,
      frechet: {
        value: 4 + loss,
        influence: z.map((one) => one * (1 + loss)), // a loss in proportion to itself, whatever the seeds
        change: { value: loss, standardError: 0.2 },
      },
    }) as SkipResult;
  const known = [result("a", 0, 0), result("a", 6, 0.5), result("b", 0, 0), result("b", 6, 2)];
  it("are relative to the whole grid", () =>
    assert.deepEqual(relativeChange(known, "b", 6), { value: 0.5, standardError: 0.05, count: 100 }));
  it("refuse what was not measured", () =>
    assert.throws(
      () => relativeChange(known, "a", 5),
      /^RangeError: relativeChange: no result of "a" with skip 5, expected one of "a" with 0, "a" with 6, "b" with 0, /,
    ));
});
