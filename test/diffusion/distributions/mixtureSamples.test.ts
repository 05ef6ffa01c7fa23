import assert from "node:assert/strict";
import { fitGaussian, gaussianFromSpectrum, isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { gaussianMixture } from "../../../src/diffusion/distributions/mixture.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { addScaled, matrix, scale } from "../../../src/math/matrix.js";
import { multiply } from "../../../src/math/multiply.js";
import { columnMeans } from "../../../src/math/stats.js";
import { denseCovariance, drawsItself } from "../../helpers/distribution.js";

describe("samples of a mixture", () => {
  const d = 3;
  const n = 40_000;
  const full = fitGaussian(normal(randomSource(1), 9, d));
  const low = gaussianFromSpectrum({
    ...fitGaussian(normal(randomSource(2), 9, d), { rank: 1 }),
    residualVariance: 0.2,
  });
  const m = gaussianMixture([0.2, 0.5, 0.3], [full, low, isotropicGaussian(Float64Array.of(4, 0, -4), 0.3)]);
  const mean = matrix(1, d);
  m.components.forEach((g, k) => g.mean.forEach((value, j) => (mean.values[j] += m.weights[k] * value)));
  // Σ_k w_k (Σ_k + μ_k μ_kᵀ) - μ μᵀ
  let expected = scale(multiply(mean, mean, { transposeA: true }), -1);
  m.components.forEach((g, k) => {
    const centre = matrix(1, d, g.mean);
    const second = addScaled(denseCovariance(g), 1, multiply(centre, centre, { transposeA: true }));
    expected = addScaled(expected, m.weights[k], second);
  });
  drawsItself(m, mean.values, expected);
  it("come from each component as often as its weight", () => {
    const x = m.sample(randomSource(4), n, 0.1);
    columnMeans(m.responsibilities(x, 0.1)).forEach((share, k) =>
      assert.ok(Math.abs(share - m.weights[k]) < 4 * Math.sqrt((m.weights[k] * (1 - m.weights[k])) / n)),
    );
  });
});
