import assert from "node:assert/strict";
import { estimateMean, meanWithInfluence, bootstrapEstimate } from "../../src/math/estimate.js";
import { normal, randomSource } from "../../src/math/random.js";
import { assertClose } from "../helpers/close.js";

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
});
