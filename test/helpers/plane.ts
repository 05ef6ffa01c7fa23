import { exampleQuadratic, threeModes } from "../../src/analysis/gauge/examples.js";
import { gaugeField, rotation90 } from "../../src/analysis/gauge/fields.js";
import { addScaled, type Matrix } from "../../src/math/matrix.js";

export const plane = threeModes(0.6);

/** ∇ (sin x + ½ x cos y). */
export const planeGradient = (x: Matrix): Matrix => ({
  ...x,
  values: x.values.map((_, i, all) =>
    i % 2 === 0 ? Math.cos(all[i]) + 0.5 * Math.cos(all[i + 1]) : -0.5 * all[i - 1] * Math.sin(all[i]),
  ),
});

/** A gauge field of the plane's mixture with a divergence, q = 0.3 x + 0.2 xy. */
export const planeGauge = gaugeField(plane, rotation90, exampleQuadratic);

export const planeField = (x: Matrix): Matrix => addScaled(planeGradient(x), 1, planeGauge.score(x, 0));
