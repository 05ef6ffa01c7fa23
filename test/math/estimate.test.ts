import assert from "node:assert/strict";
import { estimateMean, estimateMedian, meanWithInfluence, bootstrapEstimate } from "../../src/math/estimate.js";
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
});
