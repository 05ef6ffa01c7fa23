import assert from "node:assert/strict";
import {
  errorsApart,
  gaussianKLRate,
  reverseMoments,
  reverseVarianceRatio,
  sampledMoments,
  scaledGaussianDenoiser,
  varianceRatioKL,
} from "../../../src/analysis/stochasticity/index.js";
import { fromDenoiser } from "../../../src/diffusion/distribution.js";
import { geometricSigmas, karrasSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import { sampleReverse } from "../../../src/diffusion/sampling/reverse.js";
import { sample } from "../../../src/diffusion/sampling/sampler.js";
import { addToRows, matrix, scale, type Matrix } from "../../../src/math/matrix.js";
import { euler, heun, integrate, last, linspace, observedOrder, rk4 } from "../../../src/math/ode.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { mean, variance } from "../../../src/math/stats.js";
import { assertClose } from "../../helpers/close.js";

const close = (seen: number, expected: number, tolerance: number) => assertClose([seen], [expected], tolerance);

const setting = { variance: 0.25, gamma: 1 };

describe("The reverse equations of a Gaussian", () => {
  it("solve the equation of the variance, whatever γ and δ are", () => {
    for (const gamma of [0, 0.3, 1, 4])
      for (const delta of [-0.2, 0, 0.05, -gamma / (1 + gamma)]) {
        // dq / dσ = 2 (1 + γ)(1 + δ) σ q / V - 2 γ σ, in ln σ
        const slope = (q: Matrix, u: number) => {
          const square = Math.exp(2 * u);
          const rate = (2 * (1 + gamma) * (1 + delta)) / (0.25 + square);
          return matrix(
            1,
            1,
            q.values.map((value) => square * (rate * value - 2 * gamma)),
          );
        };
        const [from, to] = [3, 0.1];
        const V = (sigma: number) => 0.25 + sigma ** 2;
        const start = matrix(1, 1, Float64Array.of(1.7 * V(from)));
        const q = last(integrate(slope, start, linspace(Math.log(from), Math.log(to), 4000), rk4)).values[0];
        close(reverseVarianceRatio({ variance: 0.25, gamma, delta }, from, to, 1.7), q / V(to), 1e-9);
      }
  });

  it("forget an error of the start as (V / V_T)^γ, the probability flow never", () => {
    const [from, to, initial] = [5, 0.02, 2];
    const ratio = (0.25 + to ** 2) / (0.25 + from ** 2);
    for (const gamma of [0, 0.5, 1, 2]) {
      const rho = reverseVarianceRatio({ variance: 0.25, gamma }, from, to, initial);
      close(rho - 1, (initial - 1) * ratio ** gamma, 1e-12);
    }
  });

  it("bound an error of the score by γ / (γ + δ (1 + γ)), the probability flow does not", () => {
    const known = { 0: 0.602, 0.25: 0.8084, 0.5: 0.87, 1: 0.9091, 2: 0.9302, 4: 0.9412 };
    for (const [gamma, rho] of Object.entries(known))
      close(reverseVarianceRatio({ variance: 0.25, gamma: Number(gamma), delta: 0.05 }, 80, 0.002), rho, 1e-4);
    for (const gamma of [1, 3])
      close(
        reverseVarianceRatio({ variance: 0.25, gamma, delta: 0.3 }, 1e6, 0),
        gamma / (gamma + 0.3 * (1 + gamma)),
        1e-12,
      );
    close(
      reverseVarianceRatio({ variance: 0.25, gamma: 0, delta: 0.05 }, 80, 0.002),
      ((0.25 + 4e-6) / (0.25 + 6400)) ** 0.05,
      1e-12,
    );
  });

  it("keep their digits where hardly anything is left of the variance, and KL where hardly any of it is wrong", () => {
    for (const delta of [1, 3, 6]) {
      const rho = reverseVarianceRatio({ variance: 0.25, gamma: 0, delta }, 80, 0.002);
      close(rho / ((0.25 + 4e-6) / 6400.25) ** delta, 1, 1e-12);
    }
    for (const delta of [1e-9, 1e-7, 1e-5]) close(varianceRatioKL(1 + delta) / (delta ** 2 / 4), 1, 1e-5);
    assert.equal(varianceRatioKL(0), Infinity);
    for (const ratio of [-1, NaN, Infinity]) assert.throws(() => varianceRatioKL(ratio), /the ratio is/);
  });

  it("change KL at the rate that its two parts sum to", () => {
    for (const gamma of [0, 0.5, 2])
      for (const delta of [-0.1, 0, 0.2]) {
        const own = { variance: 0.4, gamma, delta };
        const at = (sigma: number) => varianceRatioKL(reverseVarianceRatio(own, 2, sigma, 1.5));
        const [sigma, h] = [0.7, 1e-4];
        const measured = (at(sigma - h) - at(sigma + h)) / (2 * h);
        const rate = gaussianKLRate(own, sigma, reverseVarianceRatio(own, 2, sigma, 1.5));
        close(rate.total, measured, 1e-7);
        assert.ok(gamma === 0 ? rate.correction === 0 : rate.correction < 0);
      }
  });

  it("refuse what is no noise level and no γ", () => {
    assert.throws(() => reverseVarianceRatio({ variance: 1, gamma: -1 }, 1, 0), /γ is -1/);
    assert.throws(() => reverseVarianceRatio({ variance: 1, gamma: 1, delta: NaN }, 1, 0), /δ is NaN/);
    assert.throws(() => reverseVarianceRatio({ variance: 0, gamma: 1 }, 1, 0), /σ is 0/);
    assert.throws(() => gaussianKLRate(setting, 1, 0), /the ratio is 0/);
  });
});

describe("The moments of a sampler of a Gaussian", () => {
  const ratio = (moments: { variance: number }) => moments.variance / 0.25;
  const start = { mean: 0, variance: 0.25 + 80 ** 2 };

  it("are those of known variance ratios: with few steps noise adds to the error, with a wrong score it takes away", () => {
    const exact = scaledGaussianDenoiser(0.25);
    const wrong = scaledGaussianDenoiser(0.25, 0.05);
    // prettier-ignore
    const known: [number, number, number, number, number, number][] = [
      // steps, Euler, Heun, Euler–Maruyama, Heun with S_churn = 10, and with S_churn = 20 and a wrong score
      [18, 0.7159, 1.1136, 1.3847, 1.2644, 1.1422],
      [40, 0.8644, 1.0196, 1.1399, 1.0538, 0.9847],
      [400, 0.9858, 1.0002, 1.0123, 1.0005, 0.926],
    ];
    for (const [steps, ...ratios] of known) {
      const sigmas = karrasSigmas(steps);
      const found = [
        sampledMoments(exact, sigmas, { start, method: euler }),
        sampledMoments(exact, sigmas, { start }),
        reverseMoments(exact, sigmas, { start }),
        sampledMoments(exact, sigmas, { start, churn: { sChurn: 10 } }),
        sampledMoments(wrong, sigmas, { start, churn: { sChurn: 20 } }),
      ];
      found.forEach((moments, i) => close(ratio(moments), ratios[i], 1e-4));
    }
  });

  it("tend to the reverse equation's in its limit of many steps, at each method's order", () => {
    const wrong = scaledGaussianDenoiser(0.25, 0.05);
    const limit = (gamma: number) => reverseVarianceRatio({ variance: 0.25, gamma, delta: 0.05 }, 10, 0.1) * 0.26;
    const steps = [1600, 3200, 6400];
    const h = steps.map((n) => 1 / n);
    const grid = (n: number) => geometricSigmas(n, { sigmaMax: 10, sigmaMin: 0.1 });
    const from = { start: { mean: 0, variance: 100.25 } };
    const order = (variances: number[], exact: number) =>
      observedOrder(
        h,
        variances.map((value) => Math.abs(value - exact)),
      );
    const flows = [euler, heun].map((method) =>
      order(
        steps.map((n) => sampledMoments(wrong, grid(n), { ...from, method }).variance),
        limit(0),
      ),
    );
    assert.ok(Math.abs(flows[0] - 1) < 0.1 && Math.abs(flows[1] - 2) < 0.1, `orders ${flows}`);
    const noisy = order(
      steps.map((n) => reverseMoments(wrong, grid(n), { ...from, gamma: 1 }).variance),
      limit(1),
    );
    assert.ok(Math.abs(noisy - 1) < 0.1, `order ${noisy}`);
    // S_churn / N is γ Δ ln σ: churn is the reverse equation of γ = S_churn / ln (σ_max / σ_min)
    const churned = order(
      steps.map((n) => sampledMoments(wrong, grid(n), { ...from, churn: { sChurn: Math.log(100) } }).variance),
      limit(1),
    );
    assert.ok(Math.abs(churned - 1) < 0.1, `order ${churned}`);
  });

  it("are those of samples, with all four amounts of churn and an offset", () => {
    const [n, sigmas] = [200_000, karrasSigmas(6, { sigmaMin: 0.05, sigmaMax: 5 })];
    const gain = (sigma: number) => 1 / (1 + 1.2 * sigma ** 2);
    const linear = { gain, offset: (sigma: number) => 0.1 * sigma };
    const field = fromDenoiser(1, (x, sigma) => addToRows(scale(x, gain(sigma)), [0.1 * sigma]));
    const noise = scale(normal(randomSource(1), n, 1), 5);
    for (const churn of [{ sChurn: 1 }, { sChurn: 2, sMin: 0.2, sMax: 3, sNoise: 1.1 }]) {
      const x = last(sample(field, noise, sigmas, heun, { ...churn, source: randomSource(2) })).values;
      const { mean: m, variance: q } = sampledMoments(linear, sigmas, { churn });
      assert.ok(Math.abs(mean(x) - m) < 4 * Math.sqrt(q / n), `mean ${mean(x)}, expected ${m}`);
      assert.ok(Math.abs(variance(x) - q) < 4 * q * Math.sqrt(2 / n), `variance ${variance(x)}, expected ${q}`);
    }
    const y = last(sampleReverse(field, noise, sigmas, { source: randomSource(3), gamma: 0.7 })).values;
    const { mean: m, variance: q } = reverseMoments(linear, sigmas, { gamma: 0.7 });
    assert.ok(Math.abs(mean(y) - m) < 4 * Math.sqrt(q / n), `mean ${mean(y)}, expected ${m}`);
    assert.ok(Math.abs(variance(y) - q) < 4 * q * Math.sqrt(2 / n), `variance ${variance(y)}, expected ${q}`);
  });

  it("are exactly those of the deterministic sampler on one point", () => {
    const sigmas = karrasSigmas(7, { sigmaMin: 0.05, sigmaMax: 5 });
    const linear = scaledGaussianDenoiser(0.6, -0.1);
    const field = fromDenoiser(1, (x, sigma) => scale(x, linear.gain(sigma)));
    for (const method of [euler, heun, rk4]) {
      const end = last(sample(field, matrix(1, 1, Float64Array.of(3)), sigmas, method)).values[0];
      const moments = sampledMoments(linear, sigmas, { start: { mean: 3, variance: 9 }, method });
      close(moments.mean, end, 1e-12);
      close(moments.variance, end ** 2, 1e-12);
    }
  });

  it("refuse levels that rise and churn below 0", () => {
    assert.throws(() => sampledMoments(scaledGaussianDenoiser(1), [1, 2]), /level 1 is 2 after 1/);
    assert.throws(() => sampledMoments(scaledGaussianDenoiser(1), [2, 1], { churn: { sChurn: -1 } }), /churn of -1/);
    assert.throws(() => reverseMoments(scaledGaussianDenoiser(1), [2, 1], { gamma: NaN }), /γ is NaN/);
  });

  it("refuse amounts of churn, starts and data that are none, as samplers do", () => {
    const linear = scaledGaussianDenoiser(1);
    const field = fromDenoiser(1, (x) => scale(x, 0.5));
    for (const [churn, message] of [
      [{ sChurn: 1, sNoise: NaN }, /S_noise is NaN/],
      [{ sChurn: 1, sNoise: -1 }, /S_noise is -1/],
      [{ sChurn: 1, sMin: NaN }, /S_min is NaN/],
      [{ sChurn: 1, sMax: NaN }, /S_max is NaN/],
    ] as const) {
      assert.throws(() => sampledMoments(linear, [2, 1], { churn }), message);
      assert.throws(
        () => last(sample(field, matrix(1, 1), [2, 1], heun, { ...churn, source: randomSource(1) })),
        message,
      );
    }
    assert.throws(() => sampledMoments(linear, [2, 1], { start: { mean: 0, variance: -1 } }), /variance -1/);
    assert.throws(() => reverseMoments(linear, [2, 1], { start: { mean: NaN, variance: 1 } }), /mean NaN/);
    assert.throws(() => scaledGaussianDenoiser(-1), /λ is -1/);
    assert.throws(() => scaledGaussianDenoiser(1, NaN), /δ is NaN/);
    assert.throws(() => errorsApart({ variance: 0 }), /the variance is 0/);
    assert.deepEqual(sampledMoments(linear, [3]), { mean: 0, variance: 9 });
  });
});
