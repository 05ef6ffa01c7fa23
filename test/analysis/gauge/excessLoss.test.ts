import assert from "node:assert/strict";
import { threeModes } from "../../../src/analysis/gauge/examples.js";
import { excessLoss } from "../../../src/analysis/gauge/excessLoss.js";
import { addFields, gaugeField, linearField, rotation90 } from "../../../src/analysis/gauge/fields.js";
import { matrix } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";

const p = threeModes(0.35);
const clean = p.sample(randomSource(1), 20_000);
const z = normal(randomSource(2), clean.rows, 2);

describe("The loss of denoising score matching", () => {
  const gauge = gaugeField(p, rotation90);
  const errors = { gauge, both: addFields(gauge, p, 0.3), none: linearField(matrix(2, 2)) };
  const [ofGauge, ofBoth] = excessLoss(p, { gauge: errors.gauge, both: errors.both }, clean, z, 0.5);

  it("rises by the energy of an error, within four standard errors", () => {
    for (const { error, deviation } of [ofGauge, ofBoth]) assert.ok(Math.abs(deviation) < 4, `${error}: ${deviation}`);
  });

  it("sees J s as it sees s, and the two add up, for they are orthogonal", () => {
    const energy = ofGauge.energy; // E |s|²
    assert.ok(Math.abs(ofBoth.energy / energy - 1.09) < 1e-12, `${ofBoth.energy} of ${energy}`);
  });

  it("does not change without an error", () => {
    const [{ excess, energy }] = excessLoss(p, { none: errors.none }, clean, z, 0.5);
    assert.deepEqual([excess.value, excess.standardError, energy], [0, 0, 0]);
  });
});
