import { gaugeField, quadraticPotential, rotation90 } from "../../src/analysis/gauge/fields.js";
import { isotropicGaussian } from "../../src/diffusion/distributions/gaussian.js";
import { gaussianMixture, type GaussianMixture } from "../../src/diffusion/distributions/mixture.js";
import { addScaled, matrix, type Matrix } from "../../src/math/matrix.js";

/** Three Gaussians of a variance in the plane, with weights ½, 0.3 and 0.2. */
export function threeModes(variance: number): GaussianMixture {
  return gaussianMixture(
    [0.5, 0.3, 0.2],
    [
      [-1.5, 0],
      [1.5, 0.5],
      [0, -1.5],
    ].map((mean) => isotropicGaussian(Float64Array.from(mean), variance)),
  );
}

export const plane = threeModes(0.6);

/** ∇ (sin x + ½ x cos y). */
export const planeGradient = (x: Matrix): Matrix => ({
  ...x,
  values: x.values.map((_, i, all) =>
    i % 2 === 0 ? Math.cos(all[i]) + 0.5 * Math.cos(all[i + 1]) : -0.5 * all[i - 1] * Math.sin(all[i]),
  ),
});

/** A gauge field of the plane's mixture with a divergence, q = 0.3 x + 0.2 xy. */
export const planeGauge = gaugeField(
  plane,
  rotation90,
  quadraticPotential({ linear: [0.3, 0], quadratic: matrix(2, 2, Float64Array.of(0, 0.2, 0.2, 0)) }),
);

export const planeField = (x: Matrix): Matrix => addScaled(planeGradient(x), 1, planeGauge.score(x, 0));
