import assert from "node:assert/strict";
import { fitGaussian, isotropicGaussian, type Gaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { gaussianMixture, mixtureResponsibilities } from "../../../src/diffusion/distributions/mixture.js";
import { mixtureSamples } from "../../../src/diffusion/distributions/mixtureSamples.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { columnMeans, covariance } from "../../../src/math/stats.js";
import { assertClose } from "../../helpers/close.js";

describe("samples of a mixture", () => {
  const d = 3;
  const n = 40_000;
  const full = fitGaussian(normal(randomSource(1), 9, d));
  const low = { ...fitGaussian(normal(randomSource(2), 9, d), { rank: 1 }), residualVariance: 0.2 };
  const m = gaussianMixture([0.2, 0.5, 0.3], [full, low, isotropicGaussian(Float64Array.of(4, 0, -4), 0.3)]);
  it("have the covariance of a component", () => {
    for (const g of [full, low])
      for (const sigma of [0, 0.7]) {
        const one = gaussianMixture([1], [g]);
        const seen = covariance(mixtureSamples(one, randomSource(3), n, sigma));
        const rest = (g as Gaussian).residualVariance ?? 0;
        const expected = seen.values.map((_, i) => {
          const [a, b] = [Math.floor(i / d), i % d];
          return g.lambda.reduce(
            (sum, lambda, k) => sum + g.U.values[a * g.U.cols + k] * g.U.values[b * g.U.cols + k] * (lambda - rest),
            a === b ? rest + sigma ** 2 : 0,
          );
        });
        assertClose(seen.values, expected, 4 * Math.sqrt(2 / n) * 2); // entries' errors are below √(2/n) of the largest two variances
      }
  });
  it("come from each component as often as its weight", () => {
    const x = mixtureSamples(m, randomSource(4), n, 0.1);
    columnMeans(mixtureResponsibilities(m)(x, 0.1)).forEach((share, k) =>
      assert.ok(Math.abs(share - m.weights[k]) < 4 * Math.sqrt((m.weights[k] * (1 - m.weights[k])) / n)),
    );
  });
  it("are the same for a seed, and refuse a σ that is none", () => {
    assert.deepEqual(mixtureSamples(m, randomSource(5), 7), mixtureSamples(m, randomSource(5), 7));
    assert.throws(
      () => mixtureSamples(m, randomSource(5), 7, -1),
      /^RangeError: mixtureSamples: σ is -1, expected a finite noise level of at least 0$/,
    );
  });
});
