import assert from "node:assert/strict";
import { flowDensityConvergence } from "../../../src/analysis/gauge/flowDensity.js";
import {
  addFields,
  gaugeField,
  gradientField,
  linearField,
  orthogonalField,
  quadraticPotential,
  rotation90,
  scaledPotential,
} from "../../../src/analysis/gauge/fields.js";
import { ridgePotential, wave } from "../../../src/analysis/gauge/ridge.js";
import { matrix, scale } from "../../../src/math/matrix.js";
import { randomSource } from "../../../src/math/random.js";
import { threeModes } from "../../helpers/plane.js";
import type { VectorField } from "../../../src/diffusion/distribution.js";

const m = threeModes(0.15);
const x = m.sample(randomSource(1), 16);
const alpha = (sigma: number) => 1 / Math.sqrt(1 + sigma ** 2); // what is large at large σ makes the flow stiff
const q = scaledPotential(
  quadraticPotential({ linear: [0.3, 0], quadratic: matrix(2, 2, Float64Array.of(0, 0.2, 0.2, 0)) }),
  alpha,
);
const run = (r?: VectorField) =>
  flowDensityConvergence(m, r ? addFields(m, r) : m, x, {
    sigmaMin: 0.01,
    sigmaMax: 20,
    steps: [250, 500, 1000],
  });

describe("the density that a flow carries", () => {
  for (const [name, r] of Object.entries({
    "of the score": undefined,
    "with 2 J s": gaugeField(m, scale(rotation90, 2)),
    "with J (∇q + q s)": gaugeField(m, rotation90, q),
  }))
    it(`is exact to the order of the method: ${name}`, () => {
      const { error, order } = run(r);
      assert.ok(error[2] < 1e-5 && Math.abs(order - 4) < 0.3, `errors ${error}, order ${order}`);
    });
  const bend = ridgePotential(
    { directions: matrix(2, 2, Float64Array.of(1, 0, 0, 1)), offsets: Float64Array.of(0, -Math.PI / 2), profile: wave },
    Float64Array.of(0.3, 0.15),
  );
  for (const [name, r] of Object.entries({
    "α² J x": linearField((sigma) => scale(rotation90, alpha(sigma) ** 2)),
    "q J s": orthogonalField(m, rotation90, q),
    "∇ (0.3 sin αx - 0.15 cos αy)": gradientField(scaledPotential(bend, alpha)),
  }))
    it(`is wrong, whatever the steps, with a field that is no gauge field: ${name}`, () => {
      const { error, order } = run(r);
      assert.ok(error[2] > 0.5 && Math.abs(order) < 0.01, `errors ${error}, order ${order}`);
    });
});
