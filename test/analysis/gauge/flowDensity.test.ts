import assert from "node:assert/strict";
import { exampleFields, threeModes } from "../../../src/analysis/gauge/examples.js";
import { gaugeField } from "../../../src/analysis/gauge/fields.js";
import { carriedDensities } from "../../../src/analysis/gauge/flowDensity.js";
import { translatedBlobGrid } from "../../../src/datasets/blobs.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";
import { randomAntisymmetric } from "../../../src/math/antisymmetric.js";
import { randomSource } from "../../../src/math/random.js";

const m = threeModes(0.15);
const x = m.sample(randomSource(1), 16);
const steps = [250, 500, 1000];

describe("the density that a flow carries", () => {
  const carried = carriedDensities(m, exampleFields(m), x, { sigmaMin: 0.01, sigmaMax: 20, steps });
  for (const { field, order, error, errors } of carried.slice(0, 4))
    it(`is exact to the order of the method: with ${field}`, () => {
      assert.ok(error < 1e-5 && Math.abs(order - 4) < 0.3, `errors ${JSON.stringify(errors)}, order ${order}`);
      assert.ok(errors[0] > errors[1] && errors[2] === error, JSON.stringify(errors));
    });
  for (const { field, order, error, errors } of carried.slice(4))
    it(`is wrong, whatever the steps, with a field that is no gauge field: ${field}`, () =>
      assert.ok(error > 0.5 && Math.abs(order) < 0.01, `errors ${JSON.stringify(errors)}, order ${order}`));
  it("does not tell from the asymmetry of the field", () => {
    const [none, turned, ...others] = carried;
    assert.ok(none.asymmetry < 1e-20 && others[others.length - 1].asymmetry < 1e-20 && turned.asymmetry > 0.5);
  });

  it("is exact in 64 dimensions too, with K s", () => {
    const blobs = empiricalDistribution(translatedBlobGrid().points);
    const Ks = gaugeField(blobs, randomAntisymmetric(randomSource(2), 64, 1.5));
    const from = blobs.sample(randomSource(3), 1, 0.15);
    const options = { sigmaMin: 0.15, sigmaMax: 10, steps: [100, 150] };
    for (const { field, order, error } of carriedDensities(blobs, { "K s": Ks }, from, options))
      assert.ok(error < 1e-3 && Math.abs(order - 4) < 0.5, `${field}: error ${error}, order ${order}`);
  });
});
