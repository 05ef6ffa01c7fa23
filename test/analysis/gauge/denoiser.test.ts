import assert from "node:assert/strict";
import { denoiserGauge, gaugeOverLevels, gradientDenoiser } from "../../../src/analysis/gauge/denoiser.js";
import { fitGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { addScaled, matrix, scale, type Matrix } from "../../../src/math/matrix.js";
import { multiply } from "../../../src/math/multiply.js";
import { normal, randomSource } from "../../../src/math/random.js";

const d = 4;
const sigma = 0.8;
const g = fitGaussian(normal(randomSource(1), 12, d));
const K = matrix(d, d, Float64Array.of(0, 1, 0, 0, -1, 0, 2, 0, 0, -2, 0, 0.5, 0, 0, -0.5, 0));
const draw = (seed: number, n: number): Matrix => {
  const z = normal(randomSource(seed), n, d);
  const c = multiply(z, g.U);
  return addScaled(
    multiply(
      matrix(
        n,
        d,
        c.values.map((value, i) => value * Math.sqrt(g.lambda[i % d])),
      ),
      g.U,
      { transposeB: true },
    ),
    1,
    matrix(
      n,
      d,
      Float64Array.from({ length: n * d }, (_, i) => g.mean[i % d]),
    ),
  );
};
const [fit, test] = [draw(2, 3000), draw(3, 4000)];
const J = g.jacobianProduct;
/** The exact denoiser of a Gaussian plus σ² ω K s. */
const denoiser = (omega: number) => {
  const turn = (m: Matrix, back = 1) => addScaled(m, omega * back, multiply(m, K, { transposeB: true }));
  const score = (x: Matrix, level: number) => scale(addScaled(g.denoiser(x, level), -1, x), 1 / level ** 2);
  return {
    denoiser: (x: Matrix, level: number) => addScaled(x, level ** 2, turn(score(x, level))),
    jvp: (x: Matrix, level: number, v: Matrix) => addScaled(v, level ** 2, turn(J(x, level, v))),
    vjp: (x: Matrix, level: number, v: Matrix) => addScaled(v, level ** 2, J(x, level, turn(v, -1))),
  };
};

describe("the gauge part of a denoiser", () => {
  const seen = denoiserGauge(denoiser(0.3), fit, test, sigma, { source: randomSource(4), ridges: 20 });
  // E |R|² = σ⁴ ω² tr K Σ_σ⁻¹ Kᵀ
  const KU = multiply(K, g.U);
  const exact =
    sigma ** 4 * 0.09 * KU.values.reduce((sum, value, i) => sum + value ** 2 / (g.lambda[i % d] + sigma ** 2), 0);
  it("of K s lies between the bounds, and near the upper one", () => {
    assert.ok(
      seen.lower.value - 4 * seen.lower.standardError < exact && seen.lower.value > 0.1 * exact,
      `lower ${seen.lower.value}, exactly ${exact}`,
    );
    assert.ok(
      Math.abs(seen.upper.value - exact) < 4 * seen.upper.standardError + 0.03 * exact,
      `upper ${seen.upper.value} ± ${seen.upper.standardError}, exactly ${exact}`,
    ); // 3 %: second moments of 3000 samples
  });
  it("is what the loss falls by without it", () =>
    assert.ok(
      Math.abs(seen.lossChange.value + exact) < 4 * seen.lossChange.standardError + 0.03 * exact,
      `${seen.lossChange.value} ± ${seen.lossChange.standardError}, expected ${-exact}`,
    ));
  it("of another point raises the loss by the energy", () =>
    assert.ok(
      Math.abs(seen.otherChange.value - exact) < 4 * seen.otherChange.standardError + 0.03 * exact,
      `${seen.otherChange.value} ± ${seen.otherChange.standardError}, expected ${exact}`,
    ));
  it("has a share of the energy of the whole, σ⁴ tr Σ_σ⁻¹ and its own", () => {
    const rest = sigma ** 4 * g.lambda.reduce((sum, value) => sum + 1 / (value + sigma ** 2), 0);
    assert.ok(
      Math.abs(seen.energy.value - rest - exact) < 4 * seen.energy.standardError,
      `${seen.energy.value} ± ${seen.energy.standardError}, expected ${rest + exact}`,
    );
  });
  it("is 0 of the exact denoiser", () => {
    const { lower, upper, asymmetry, loss } = denoiserGauge(denoiser(0), fit, test, sigma, {
      source: randomSource(4),
      ridges: 20,
    });
    assert.ok(
      lower.value < 1e-20 && asymmetry.value < 1e-20 && upper.value < 1e-8 * loss.value,
      `${lower.value} ${upper.value} of ${loss.value}`,
    );
  });
  it("at several levels is that of each, of the same draws", () => {
    const options = { source: () => randomSource(5), ridges: 5 };
    const net = denoiser(0.3);
    const levels = gaugeOverLevels(net, fit, test, [0.5, sigma], options);
    const { upper, lower } = denoiserGauge(net, fit, test, sigma, { ...options, source: randomSource(5) });
    assert.deepEqual([levels[1].sigma, levels[1].upper, levels[1].lower], [sigma, upper, lower]);
  });
  it("leaves a denoiser at the levels where it is known", () => {
    const D = gradientDenoiser([seen]);
    assert.deepEqual(D(test, sigma * (1 + 1e-12)), seen.gradient(test));
    assert.throws(
      () => D(test, 1),
      /^RangeError: gradientDenoiser: σ is 1, expected one of 0.8, where the potential is known$/,
    );
  });
});
