import assert from "node:assert/strict";
import { exampleFields, threeModes } from "../../../src/analysis/gauge/examples.js";
import { addFields } from "../../../src/analysis/gauge/fields.js";
import { planeSamples } from "../../../src/analysis/gauge/planeSamples.js";
import { addToRows, takeRows } from "../../../src/math/matrix.js";
import { geometricSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import { sampleReverse } from "../../../src/diffusion/sampling/reverse.js";
import { last } from "../../../src/math/ode.js";
import { randomSource } from "../../../src/math/random.js";

const p = threeModes(0.01); // modes that do not overlap: responsibilities are counts
const n = 4000;
const right = p.sample(randomSource(1), n, 0.01);

describe("Samples of a mixture of the plane", () => {
  it("pass the χ² test with the right shares as often as they ought to", () => {
    const each = Array.from({ length: 400 }, (_, i) => [`${i}`, p.sample(randomSource(2, i), 500, 0.01)] as const);
    const below = planeSamples(p, Object.fromEntries(each), 0.01).filter((found) => found.p < 0.1).length;
    assert.ok(Math.abs(below / 400 - 0.1) < 4 * Math.sqrt((0.1 * 0.9) / 400), `${below} of 400 below 0.1`);
  });

  it("fail it with others, and have these shares in their text", () => {
    const first = p.responsibilities(right, 0.01);
    const ofFirst = Array.from({ length: n }, (_, i) => i).filter((i) => first.values[3 * i] > 0.5);
    const [seen] = planeSamples(p, { first: takeRows(right, ofFirst) }, 0.01);
    assert.ok(seen.p < 1e-12, `${seen.p}`);
    assert.equal(seen.modes, "1.000 / 0.000 / 0.000");
    assert.ok(Math.abs(seen.variation.value - 0.5) < 1e-9, `${seen.variation.value}`);
  });

  it("have a total variation of the shares within its standard error", () => {
    const [{ variation }] = planeSamples(p, { right }, 0.01);
    const expected = Math.sqrt((0.5 * 0.5) / n);
    assert.ok(Math.abs(variation.standardError - expected) < 0.15 * expected, `${variation.standardError}`);
    assert.ok(variation.value >= 0 && variation.value < 4 * variation.standardError, `${variation.value}`);
  });

  it("that were shifted moved by the shift", () => {
    const [a, b] = planeSamples(p, { right, shifted: addToRows(right, [3, 4]) }, 0.01);
    assert.equal(a.moved, 0);
    assert.ok(Math.abs(b.moved - 5) < 1e-12, `${b.moved}`);
  });

  it("by the reverse stochastic equation have the right shares with a gauge field, and wrong ones with another", () => {
    const wide = threeModes(0.15);
    const start = wide.sample(randomSource(3), 2000, 20);
    const levels = geometricSigmas(200, { sigmaMin: 0.01, sigmaMax: 20 });
    const [gauge, other] = (["2 J s", "α² J x: ∇·r = 0"] as const).map((name) => {
      const field = addFields(wide, exampleFields(wide)[name]);
      const x = last(sampleReverse(field, start, levels, { source: randomSource(4) }));
      return planeSamples(wide, { [name]: x }, 0.01)[0];
    });
    const { value, standardError } = gauge.variation;
    assert.ok(value < 4 * standardError + 0.01, `${value} ± ${standardError}`); // 0.01 for the steps
    assert.ok(other.variation.value > 0.08, `${other.variation.value}`);
  });

  it("are refused where there are none", () =>
    assert.throws(
      () => planeSamples(p, {}, 0.01),
      /^RangeError: planeSamples: no sets of samples, expected at least one$/,
    ));
});
