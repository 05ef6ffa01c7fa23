import assert from "node:assert/strict";
import { exampleFields, exampleLinearFields, threeModes } from "../../../src/analysis/gauge/examples.js";
import { gaugeSource } from "../../../src/analysis/gauge/guidance.js";
import { gaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { matrix, rowDots } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";

const x = normal(randomSource(1), 50, 2);
const largest = (values: Float64Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

describe("The examples of fields to add to a score", () => {
  const p = threeModes(0.4);
  const S = matrix(2, 2, Float64Array.of(2, 0.6, 0.6, 0.5));
  const cases = [
    { name: "the mixture", s: p, gauges: 3, fields: exampleFields(p) },
    { name: "a Gaussian", s: gaussian(new Float64Array(2), S), gauges: 2, fields: exampleLinearFields(S) },
  ];
  for (const { name, s, gauges, fields } of cases)
    it(`of ${name} begin with gauge fields, ∇ · r + r · s = 0, and go on with others`, () => {
      for (const sigma of [0.3, 2])
        Object.entries(fields).forEach(([field, r], i) => {
          const source = largest(gaugeSource(s, r, x, sigma));
          const size = largest(rowDots(r.score(x, sigma), s.score(x, sigma))) + largest(r.divergence(x, sigma)) + 1;
          assert.ok(i < gauges ? source < 1e-12 * size : source > 1e-3, `${field} at σ = ${sigma}: ${source}`);
        });
    });

  it("have one of the two conditions where they say so", () => {
    const fields = exampleFields(p);
    assert.equal(largest(fields["J x, divergence 0 only"].divergence(x, 0.7)), 0);
    const across = fields["q J s, at right angles to s only"];
    assert.ok(largest(rowDots(across.score(x, 0.7), p.score(x, 0.7))) < 1e-13);
  });
});
