import assert from "node:assert/strict";
import { threeModes } from "../../../src/analysis/gauge/examples.js";
import { addFields, gaugeField, linearField, rotation90 } from "../../../src/analysis/gauge/fields.js";
import { gaugeSource, guided, guidedSource, linearFieldZero } from "../../../src/analysis/gauge/guidance.js";
import { gaussian, isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { matrix, scale } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose, assertMatrix } from "../../helpers/close.js";

const x = normal(randomSource(1), 40, 2);
const [u, c] = [threeModes(0.8), threeModes(0.3)].map((p, i) => ({
  score: p,
  gauge: gaugeField(p, scale(rotation90, 1 - 3 * i)),
}));

describe("Guidance", () => {
  it("is one of the two fields at w = 0 and 1", () => {
    for (const [w, one] of [u.score, c.score].entries())
      assertMatrix(guided(u.score, c.score, w).score(x, 0.4), one.score(x, 0.4), 1e-13);
  });

  it("leaves the gauge by the predicted source, except at w = 0 and 1", () => {
    const { seen, predicted, error } = guidedSource(u, c, 2.5, x, 0.4);
    assertClose(seen, predicted, 1e-12);
    assert.ok(error < 1e-12 && seen.some((value) => Math.abs(value) > 1), `${error}`);
    for (const w of [0, 1])
      assertClose(guidedSource(u, c, w, x, 0.4).seen, new Float64Array(40), 1e-11, `the source at w = ${w}`);
  });
});

describe("gaugeSource", () => {
  it("is 0 of a gauge field and ∇ · r + r · s of others: d - |x|² of r = x and N(0, I)", () => {
    const p = isotropicGaussian(new Float64Array(2), 1);
    const source = gaugeSource(p, linearField(matrix(2, 2, Float64Array.of(1, 0, 0, 1))), x, 0);
    assertClose(
      source,
      Float64Array.from(source, (_, n) => 2 - x.values[2 * n] ** 2 - x.values[2 * n + 1] ** 2),
      1e-13,
    );
    assertClose(gaugeSource(p, gaugeField(p, rotation90), x, 0), new Float64Array(40), 1e-13);
  });
});

describe("linearFieldZero", () => {
  it("is the mean of a Gaussian, with a gauge field of its own or without", () => {
    const g = gaussian(Float64Array.of(1, -2), matrix(2, 2, Float64Array.of(2, 0.6, 0.6, 0.5)));
    assertClose(linearFieldZero(g), [1, -2], 1e-12);
    assertClose(linearFieldZero(addFields(g, gaugeField(g, rotation90)), 0.3), [1, -2], 1e-12);
  });

  it("is moved from (4/3, 0) to (16/13, 2/13) by a gauge part of the conditional field, guided with w = 2", () => {
    const [free, conditional] = [
      isotropicGaussian(new Float64Array(2), 1),
      isotropicGaussian(Float64Array.of(1, 0), 0.5),
    ];
    assertClose(linearFieldZero(guided(free, conditional, 2)), [4 / 3, 0], 1e-12);
    const turning = addFields(conditional, gaugeField(conditional, scale(rotation90, -0.5)));
    assertClose(linearFieldZero(guided(free, turning, 2)), [16 / 13, 2 / 13], 1e-12);
  });
});
