import assert from "node:assert/strict";
import { exampleFields, threeModes } from "../../../src/analysis/gauge/examples.js";
import { gaugeSource } from "../../../src/analysis/gauge/guidance.js";
import { rowDots } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";

const x = normal(randomSource(1), 50, 2);
const largest = (values: Float64Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

describe("The examples of fields to add to a score", () => {
  const p = threeModes(0.4);
  const fields = exampleFields(p);
  it("are three gauge fields, ∇ · r + r · s = 0, and three others", () => {
    for (const sigma of [0.3, 2])
      Object.entries(fields).forEach(([field, r], i) => {
        const source = largest(gaugeSource(p, r, x, sigma));
        const size = largest(rowDots(r.score(x, sigma), p.score(x, sigma))) + largest(r.divergence(x, sigma)) + 1;
        assert.ok(i < 3 ? source < 1e-12 * size : source > 1e-3, `${field} at σ = ${sigma}: ${source}`);
      });
  });

  it("have one of the two conditions where they say so", () => {
    assert.equal(largest(fields["α² J x: ∇·r = 0"].divergence(x, 0.7)), 0);
    const across = fields["q J s: r·s = 0"];
    assert.ok(largest(rowDots(across.score(x, 0.7), p.score(x, 0.7))) < 1e-13);
  });
});
