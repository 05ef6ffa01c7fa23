import assert from "node:assert/strict";
import { exactCases, posteriorMeanFeature } from "../../../src/analysis/variance/exactCases.js";
import { featureFamily, gaussianProducts } from "../../../src/analysis/variance/features.js";
import { fitLinearModel, linearDenoiser, regression, sampleFlow } from "../../../src/analysis/variance/linearModel.js";
import { spectralFilter } from "../../../src/analysis/variance/spectralFilter.js";
import {
  exactDenoiser,
  scheduleOf,
  trainingDraws,
  type TrainingProblem,
} from "../../../src/analysis/variance/trainingDraws.js";
import { proxyVariance } from "../../../src/analysis/variance/proxyScore.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";
import { estimateMean, zScore } from "../../../src/math/estimate.js";
import { addScaled, matrix, matrixFromRows, relativeError, scale } from "../../../src/math/matrix.js";
import { multiply } from "../../../src/math/multiply.js";
import { randomSource } from "../../../src/math/random.js";

const problem: TrainingProblem = { points: matrixFromRows([[-1], [0], [1]]), times: [0.05, 1] };
const features = gaussianProducts(1, 8, problem.times, 5);

describe("Draws of training", () => {
  const draws = trainingDraws(problem, 20_000, randomSource(1));
  const schedule = scheduleOf(problem);

  it("have a noisy target with the exact one as its mean, whatever is asked of x_t", () => {
    for (const f of [() => 1, (x: number) => x, (x: number, t: number) => Math.cos(3 * x) * t]) {
      const differences = draws.sample.values.map(
        (x0, p) => (x0 - draws.posteriorMean.values[p]) * f(draws.x.values[p], draws.t[p]),
      );
      assert.ok(Math.abs(zScore(estimateMean(differences), 0)) < 4);
    }
  });

  it("have the exact denoiser as their exact target", () => {
    const exact = exactDenoiser(problem);
    for (const p of [0, 5, 17])
      assert.ok(
        Math.abs(
          exact(matrix(1, 1, draws.x.values.slice(p, p + 1)), draws.t[p]).values[0] - draws.posteriorMean.values[p],
        ) < 1e-12,
      );
  });

  it("make J1 larger than J0 by half the mean of λ tr C, whatever the model", () => {
    const p = empiricalDistribution(problem.points);
    const gaps = draws.t.map((t, n) => {
      const [x0, m, alpha, sigma] = [
        draws.sample.values[n],
        draws.posteriorMean.values[n],
        schedule.alpha(t),
        schedule.noiseLevel(t),
      ];
      const model = Math.sin(2 * draws.x.values[n]); // any function of x_t and t
      const C = proxyVariance(p, matrixFromRows([[draws.x.values[n] / alpha]]), sigma).variance[0];
      return 0.5 * draws.weights[n] * ((x0 - model) ** 2 - (m - model) ** 2) - 0.5 * sigma ** 2 * C;
    });
    assert.ok(Math.abs(zScore(estimateMean(gaps), 0)) < 4);
  });

  it("refuse times that are not in order", () =>
    assert.throws(() => trainingDraws({ ...problem, times: [0, 1] }, 1, randomSource(1)), /expected 0 < from ≤ to/));
});

describe("Linear models", () => {
  const few = trainingDraws(problem, 30, randomSource(2));
  const many = trainingDraws(problem, 200, randomSource(2));

  it("solve the normal equations with a ridge, with fewer draws than features and with more", () => {
    for (const draws of [few, many]) {
      const { weights, targets } = regression(problem, draws, "denoiser");
      const phi = featureFamily(features).evaluate(draws.x, draws.t);
      const weighted = {
        ...phi,
        values: phi.values.map((v, i) => (v * weights[Math.floor(i / phi.cols)]) / draws.x.rows),
      };
      const sigma = multiply(weighted, phi, { transposeA: true });
      const fit = fitLinearModel(problem, features, draws);
      (["J0", "J1"] as const).forEach((objective, k) => {
        const W = fit[objective].weights;
        const left = addScaled(multiply(W, sigma), 0.1, W);
        assert.ok(relativeError(left, multiply(targets[k], weighted, { transposeA: true })) < 1e-9);
      });
    }
  });

  it("have the same weights through the kernel of their features", () => {
    const { kernel: _, ...plain } = featureFamily(features);
    const [a, b] = [features, plain].map((own) => fitLinearModel(problem, own, few).J1.weights);
    assert.ok(relativeError(b, a) < 1e-9);
  });

  it("are those of gradient flow stopped at a time", () => {
    const { weights, targets } = regression(problem, many, "denoiser");
    const phi = featureFamily(features).evaluate(many.x, many.t);
    const weighted = { ...phi, values: phi.values.map((v, i) => (v * weights[Math.floor(i / phi.cols)]) / 200) };
    const [sigma, A] = [phi, targets[1]].map((m) => multiply(m, weighted, { transposeA: true }));
    let W = matrix(1, 40);
    const [steps, stop] = [4000, 1e-3];
    for (let k = 0; k < steps; k++) {
      // the midpoint rule, of order 2
      const half = addScaled(W, stop / steps / 2, addScaled(A, -1, multiply(W, sigma)));
      W = addScaled(W, stop / steps, addScaled(A, -1, multiply(half, sigma)));
    }
    const early = fitLinearModel(problem, features, many, { regularisation: { stop } }).J1.weights;
    assert.ok(relativeError(early, W) < 1e-5, String(relativeError(early, W)));
  });

  it("in the form of a score are the denoiser that Tweedie's formula makes of it", () => {
    const fit = fitLinearModel(problem, features, many, { form: "score" }).J1;
    const schedule = scheduleOf(problem);
    const [x, t] = [matrixFromRows([[0.3], [-0.9]]), 0.4];
    const s = multiply(featureFamily(features).evaluate(x, [t, t]), fit.weights, { transposeB: true });
    const variance = (schedule.alpha(t) * schedule.noiseLevel(t)) ** 2;
    const wanted = scale(addScaled(x, variance, s), 1 / schedule.alpha(t));
    assert.ok(relativeError(linearDenoiser(fit)(x, t), wanted) < 1e-12);
  });

  it("have nothing to generalise of one point, nor by J0 with the posterior mean as a feature", () => {
    const [one, mean] = exactCases(problem);
    assert.ok(one.J0 < 1e-12 && one.J1 < 1e-12, JSON.stringify(one));
    assert.ok(mean.J0 < 1e-12 && mean.J1 > 0.01, JSON.stringify(mean));
  });

  it("sample as the exact flow does where they are exact", () => {
    const own = posteriorMeanFeature(problem);
    const fit = fitLinearModel(problem, own, few, { regularisation: { ridge: 0 } }).J0;
    const [a, b] = [linearDenoiser(fit), exactDenoiser(problem)].map((denoiser) =>
      sampleFlow(problem, denoiser, { count: 50, source: randomSource(4) }),
    );
    assert.ok(relativeError(a, b) < 1e-9);
  });

  it("keep the value at the edge beyond it, where they are clamped", () => {
    const denoise = linearDenoiser(fitLinearModel(problem, features, many).J1, { clamp: [-1.5, 1.5] });
    assert.deepEqual(denoise(matrixFromRows([[2.4]]), 0.5), denoise(matrixFromRows([[1.5]]), 0.5));
  });

  it("refuse a ridge below 0, and none where there are fewer draws than features", () => {
    assert.throws(() => fitLinearModel(problem, features, many, { regularisation: { ridge: -1 } }), /ridge is -1/);
    const twice = { ...few, x: matrix(30, 1), t: new Float64Array(30).fill(0.5) };
    assert.throws(
      () => fitLinearModel(problem, features, twice, { regularisation: { ridge: 0 } }),
      /^RangeError: fitLinearModel: Σ is singular with the ridge 0, expected a larger one/,
    );
  });
});

describe("Filters of a spectrum", () => {
  it("have their divided differences, near and far", () => {
    for (const filter of [spectralFilter({ ridge: 0.3 }), spectralFilter({ stop: 2 })])
      for (const [a, b] of [
        [1, 4],
        [1, 1 + 1e-3],
        [1, 1 + 1e-7],
        [1, 1],
        [0, 0],
        [1e-4, 2e-4],
      ]) {
        const h = 1e-4;
        const middle = (a + b) / 2;
        const derivative =
          (filter.value(middle + h) - filter.value(Math.max(middle - h, 0))) / (h + Math.min(h, middle));
        const wanted = Math.abs(a - b) > 0.1 ? (filter.value(a) - filter.value(b)) / (a - b) : derivative;
        assert.ok(Math.abs(filter.difference(a, b) - wanted) < 1e-3 * Math.abs(wanted), `${a}, ${b}`);
      }
  });

  it("become no ridge at all when training goes on for ever", () =>
    assert.ok(Math.abs(spectralFilter({ stop: 1e9 }).value(0.5) - 2) < 1e-12));

  it("refuse what is no problem, and bounds that are not in order", () => {
    const draw = (own: TrainingProblem) => () => trainingDraws(own, 3, randomSource(1));
    assert.throws(draw({ ...problem, points: matrix(0, 1) }), /^RangeError: trainingDraws: 0 points in 1 dimensions/);
    assert.throws(
      draw({ ...problem, points: matrixFromRows([[NaN]]) }),
      /^RangeError: trainingDraws: points holds NaN/,
    );
    assert.throws(draw({ ...problem, times: [0.1, 100] }), /^RangeError: trainingDraws: α is 0 at the last time, 100/);
    const backwards: TrainingProblem = { ...problem, times: [1, 0.05] };
    assert.throws(
      () => sampleFlow(backwards, exactDenoiser(problem), { count: 1, source: randomSource(1) }),
      /^RangeError: sampleFlow: times from 1 to 0.05, expected 0 < from ≤ to$/,
    );
    const fit = fitLinearModel(problem, features, trainingDraws(problem, 50, randomSource(1))).J1;
    for (const clamp of [[1, -1] as const, [NaN, 1] as const])
      assert.throws(
        () => linearDenoiser(fit, { clamp }),
        /^RangeError: linearDenoiser: x_t is clamped from .*, expected a lower and an upper bound$/,
      );
  });

  it("stopped early have divided differences to round-off, near and far, at small and large eigenvalues", () => {
    // of f = (1 - exp(-τ λ)) / λ, at λ τ ≫ 1 those of 1 / λ
    for (const [a, b, stop] of [
      [1e8, 1e8 + 1e-7, 1e4],
      [1e8, 1e8 + 1e-4, 1e4],
      [1e6, 1e6 + 1e-6, 1e3],
      [1e6, 3e6, 1e3],
      [100, 100.5, 10],
    ]) {
      const seen = spectralFilter({ stop }).difference(a, b);
      assert.ok(Math.abs(seen * a * b + 1) < 1e-12, `${a}, ${b}: ${seen}`);
      assert.equal(spectralFilter({ stop }).difference(b, a), seen);
    }
    // and their integral representation, f[a, b] = -∫∫ over 0 < r < s < τ of exp(-a r - b (s - r)), by its series
    for (const [a, b] of [
      [1, 1.05],
      [1.4, 1.6],
      [0.5, 2],
      [0, 1.5],
    ]) {
      let [series, term] = [0, 1];
      for (let n = 1; n < 40; n++) {
        term /= n + 1;
        let power = 0; // Σ_j a^j b^(n - 1 - j), the divided difference of λⁿ
        for (let j = 0; j < n; j++) power += a ** j * b ** (n - 1 - j);
        series += (n % 2 ? -1 : 1) * term * power;
      }
      assert.ok(Math.abs(spectralFilter({ stop: 1 }).difference(a, b) - series) < 1e-13, `${a}, ${b}`);
    }
  });
});
