import assert from "node:assert/strict";
import { exponential } from "../../src/math/exponential.js";
import { randomSource, uniform } from "../../src/math/random.js";

describe("exponential", () => {
  it("is that of Math.exp to a unit of the last place or two, over the whole range", () => {
    const u = uniform(randomSource(1), 1000, 200).values;
    for (let i = 0; i < u.length; i++) {
      const x = i % 2 === 0 ? 1454.8 * u[i] - 745.1 : 80 * (u[i] - 1);
      const exact = Math.exp(x);
      const unit = Math.max(exact * 2 ** -52, 2 ** -1074);
      assert.ok(Math.abs(exponential(x) - exact) <= 2 * unit, `exp(${x}) is ${exact}, not ${exponential(x)}`);
    }
  });

  it("is exact at 0 and at the ends", () => {
    for (const x of [0, -0, -Infinity, Infinity, NaN, -746, -745.2, -1e300, 710, 1e300, Number.MIN_VALUE])
      assert.equal(exponential(x), Math.exp(x), `${x}`);
    assert.equal(exponential(-745), 5e-324);
    assert.ok(Number.isFinite(exponential(709.78)));
  });
});
