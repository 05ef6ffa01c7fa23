import assert from "node:assert/strict";
import {
  bestChurns,
  changeAt,
  churnedSamples,
  churnGrid,
  churnPanels,
  churnRows,
  churnStudy,
  linearResponse,
  phaseDiagram,
  predictedFrechet,
  predictedGrid,
  predictionQuality,
  qualityRows,
  reverseVelocities,
  scaledResponse,
  scaledScore,
  velocityErrors,
  velocityErrorSeries,
  velocityPanels,
} from "../../../src/analysis/stochasticity/index.js";
import { threeModes } from "../../../src/analysis/gauge/examples.js";
import { meanAndCovariance } from "../../../src/analysis/samples/frechet.js";
import { fromDenoiser } from "../../../src/diffusion/distribution.js";
import { gaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { gaussianMixture } from "../../../src/diffusion/distributions/mixture.js";
import { karrasSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import { sample } from "../../../src/diffusion/sampling/sampler.js";
import { addScaled, matrix, scale, type Matrix } from "../../../src/math/matrix.js";
import { last, linspace } from "../../../src/math/ode.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose, assertMatrix } from "../../helpers/close.js";

const close = (seen: number, expected: number, tolerance: number) => assertClose([seen], [expected], tolerance);

const g = gaussian(Float64Array.of(1, -0.5), matrix(2, 2, Float64Array.of(2, 0.6, 0.6, 0.5)));
/** ŝ = (1 + δ) s, as a denoiser */
const wrong = (delta: number) =>
  fromDenoiser(2, (x, sigma) => addScaled(x, (1 + delta) * sigma ** 2, g.score(x, sigma)));

describe("The velocities of a reverse equation", () => {
  const p = threeModes(0.3);
  const x = normal(randomSource(1), 50, 2);

  it("leave no correction where the density is the model's, whatever γ is", () => {
    const { flow, denoising, noise, correction } = reverseVelocities(p, p, x, 0.7, 3);
    assertMatrix(denoising, scale(flow, 3), 1e-14);
    assertMatrix(noise, scale(flow, -3), 1e-14);
    assertMatrix(correction, matrix(50, 2), 1e-13);
  });

  it("carry a density as the Fokker–Planck equation does: q̇ = -∇ · (q v)", () => {
    // Both Gaussian: q of variances C about 0 changes by Ċ = 2 m C under v = m x, for each e by which σ falls.
    const [sigma, gamma] = [0.8, 1.5];
    const model = gaussian(new Float64Array(2), matrix(2, 2, Float64Array.of(1, 0, 0, 0.3)));
    const q = gaussian(new Float64Array(2), matrix(2, 2, Float64Array.of(0.7, 0, 0, 0.7)));
    const { flow, correction } = reverseVelocities(model, q, matrix(2, 2, Float64Array.of(1, 0, 0, 1)), sigma, gamma);
    [0, 3].forEach((at, k) => {
      const [V, C] = [[1, 0.3][k] + sigma ** 2, 0.7 + sigma ** 2];
      const rate = 2 * C * (flow.values[at] + correction.values[at]);
      close(rate, -2 * (1 + gamma) * sigma ** 2 * (C / V) + 2 * gamma * sigma ** 2, 1e-12);
    });
  });

  it("are drawn as currents of the density", () => {
    const q = gaussianMixture([0.3, 0.5, 0.2], p.components);
    const panels = velocityPanels(p, q, linspace(-2, 2, 4), 0.5);
    assert.equal(panels.length, 3);
    const [denoising, noise, sum] = panels.map(({ arrows }) => arrows);
    assert.equal(denoising.points.rows, 25);
    assertMatrix(sum.vectors, addScaled(denoising.vectors, 1, noise.vectors), 1e-14);
    assertClose(denoising.weight, q.logDensity(denoising.points, 0.5).map(Math.exp), 1e-14);
    assert.throws(() => velocityPanels(p, q, [0], 0), /σ is 0/);
    assert.throws(() => reverseVelocities(p, q, x, 1, -1), /γ is -1/);
  });
});

describe("The linear response of a denoiser", () => {
  const points = g.sample(randomSource(2), 4000);
  const options = { sigmas: [0.05, 0.5, 5], source: randomSource(3) };

  it("finds the factor by which a Gaussian's score is wrong", () => {
    for (const delta of [0, 0.2]) {
      const { factors, offsets } = linearResponse(wrong(delta), g, points, options);
      assertClose(factors.values, new Float64Array(6).fill(1 + delta), 1e-10);
      assert.ok(offsets.values.every((value) => Math.abs(value) < 1e-10));
    }
  });

  it("tells by how much a velocity is wrong", () => {
    const errors = velocityErrors(linearResponse(wrong(0.2), g, points, options));
    [0.05, 0.5, 5].forEach((sigma, i) => {
      const squares = g.lambda.map((lambda) => (0.2 * sigma) ** 2 / (lambda + sigma ** 2));
      close(errors[i], Math.sqrt((squares[0] + squares[1]) / 2), 1e-8);
    });
  });

  it("is the Gaussian's for the exact denoiser of any data, within sampling error", () => {
    const p = threeModes(0.3);
    const drawn = meanAndCovariance(p.sample(randomSource(4), 100_000));
    const own = gaussian(drawn.mean, drawn.covariance);
    const { factors, offsets } = linearResponse(p, own, p.sample(randomSource(5), 40_000), options);
    assertClose(factors.values, new Float64Array(6).fill(1), 0.03);
    assert.ok(
      offsets.values.every((value) => Math.abs(value) < 0.03),
      `offsets ${offsets.values}`,
    );
  });

  it("predicts the distance of samples, with an offset, churn and few steps", () => {
    const grid = { steps: [10], churns: [0, 3] };
    const shifted = fromDenoiser(2, (x, sigma) => {
      const denoised = wrong(0.1).denoiser(x, sigma);
      return { ...denoised, values: denoised.values.map((value, i) => value + (i % 2 === 0 ? 0.1 : -0.05)) };
    });
    const response = linearResponse(shifted, g, points, { ...options, sigmas: karrasSigmas(40).subarray(0, 40) });
    const reference = { mean: g.mean, covariance: matrix(2, 2, Float64Array.of(2, 0.6, 0.6, 0.5)) };
    for (const { sChurn, frechet } of churnGrid(shifted, { ...grid, seed: 6, count: 50_000, reference })) {
      const exact = predictedFrechet(response, { sigmas: karrasSigmas(10), churn: { sChurn } });
      const { value, standardError } = frechet;
      assert.ok(Math.abs(value - exact) < 4 * standardError, `${value} ± ${standardError}, predicted ${exact}`);
    }
  });

  it("of data that lie on a line of the plane is the exact denoiser's, across it too", () => {
    const flat = gaussian(Float64Array.of(1, 2), matrix(2, 2, Float64Array.of(1, 1, 1, 1)));
    const { factors, offsets, lambda, origin } = linearResponse(
      flat,
      flat,
      flat.sample(randomSource(12), 100),
      options,
    );
    assertClose(factors.values, new Float64Array(6).fill(1), 1e-10);
    assertClose(offsets.values, new Float64Array(6), 1e-10);
    assertClose(lambda, [2, 0], 1e-12);
    close(predictedFrechet(scaledResponse({ lambda, origin }), { sigmas: [1] }), 5 + (Math.SQRT2 - 1) ** 2 + 1, 1e-12);
  });

  it("refuses no levels, and factors and starts that are not finite", () => {
    assert.throws(() => linearResponse(g, g, points, { ...options, sigmas: [] }), /no levels/);
    assert.throws(() => scaledResponse({ lambda: g.lambda, origin: new Float64Array(2) }, NaN), /δ is NaN/);
    const draws = { seed: 1, count: 2, steps: 4, churns: [0] };
    assert.throws(() => churnedSamples(g, { ...draws, startScale: NaN }), /a start of scale NaN/);
    const response = scaledResponse({ lambda: g.lambda, origin: new Float64Array(2) });
    assert.throws(() => predictedFrechet(response, { sigmas: [2, 1], startScale: NaN }), /variance NaN/);
  });

  it("of a score wrong by a factor needs no fit", () => {
    const fitted = linearResponse(wrong(0.2), g, points, options);
    const [one, other] = [fitted, scaledResponse(fitted, 0.2)].map((response) =>
      predictedGrid(response, { steps: [6, 12], churns: [0, 2, 10] }),
    );
    assertClose(
      one.map(({ predicted }) => predicted),
      other.map(({ predicted }) => predicted),
      1e-8,
    );
  });
});

describe("A study of churn", () => {
  const images = g.sample(randomSource(7), 3000);
  const models = { exact: wrong(0), "δ = 0.2": scaledScore(g, 0.2) };
  const steps = [8, 40];
  const cells = churnStudy(models, images, { seed: 8, count: 4000, steps, churns: [0, 10], fitted: 1000 });

  it("predicts what it measures of models that are linear", () => {
    assert.equal(cells.length, 8);
    for (const { predicted, frechet } of cells)
      assert.ok(
        Math.abs(predicted - frechet.value) < 4 * frechet.standardError + 1e-3, // 1e-3 of the moments of 4000
        `${frechet.value} ± ${frechet.standardError}, predicted ${predicted}`,
      );
  });

  it("knows how wrong each velocity is, from the same fit", () => {
    const [curve] = velocityErrorSeries(cells, ["δ = 0.2"]);
    assert.ok(curve.name === "δ = 0.2" && Math.abs(curve.y[curve.x.length - 1] - 0.2) < 1e-3);
    assert.throws(
      () => velocityErrorSeries(cells, ["δ = 1"]),
      /^RangeError: velocityErrorSeries: no model δ = 1, expected one of the study: exact, δ = 0\.2$/,
    );
  });

  it("finds that churn helps against an error of the score in many steps, and hurts in few", () => {
    const { churn, ratio } = phaseDiagram(cells);
    assert.deepEqual(churn[0], { name: "predicted", rows: 2, cols: 2, values: churn[0].values });
    assert.deepEqual([churn[0].values[0], churn[0].values[3]], [0, 10]);
    assert.deepEqual([churn[1].values[0], churn[1].values[3]], [0, 10]);
    assert.ok(ratio[1].values[3] < 0.3 && ratio[1].values[0] === 1);
    const change = changeAt(cells, "δ = 0.2", 40, 10);
    assert.ok(change.value < -10 * change.standardError && change.count === 4000);
    assert.throws(() => changeAt(cells, "exact", 41, 10), /no cell of exact, 41 steps and S_churn = 10.*none there/);
    assert.throws(() => changeAt(cells, "exact", 40, 9), /whose amounts are 0, 10/);
  });

  it("is predicted by the factor alone where that is all that is wrong, and by the response where it is not told", () => {
    const bootstrap = { source: randomSource(9), resamples: 50 };
    const [response, told] = predictionQuality(cells, bootstrap);
    // The models are exact for g, the response is of the Gaussian of 3000 points.
    close(response.error.value, told.error.value, 0.1);
    assert.equal(response.agreement.value, told.agreement.value);
    // The same field whose factor nobody knows.
    const { dimension, denoiser } = scaledScore(g, 0.2);
    const own = { seed: 8, count: 1000, steps: [8, 40], churns: [0, 10], fitted: 1000 };
    const secret = churnStudy({ secret: { dimension, denoiser } }, images, own);
    assert.ok(secret.every(({ delta }) => delta === 0) && cells[4].delta === 0.2);
    const [seen, unseen] = predictionQuality(secret, bootstrap);
    assert.ok(unseen.error.value > 3 * seen.error.value && unseen.worst.value > 3 * seen.worst.value);
    const ratios = secret.map(({ frechet, ofExact }) => frechet.value / ofExact);
    assert.deepEqual(
      qualityRows(cells, bootstrap).map(({ models, theory, error }) => [models, theory, error.value]),
      [cells.slice(0, 4), cells.slice(4), cells].flatMap((own, i) =>
        predictionQuality(own, bootstrap).map(({ theory, error }) => [
          ["as they are", "wrong by a factor", "all"][i],
          theory,
          error.value,
        ]),
      ),
    );
    assert.equal(qualityRows(secret, bootstrap).length, 4); // none of a known factor
    close(unseen.worst.value, Math.max(...ratios, ...ratios.map((ratio) => 1 / ratio)), 1e-12);
  });

  it("draws predictions as lines in the colours of the measurements", () => {
    const panels = churnPanels(cells);
    assert.deepEqual(
      panels.map(({ title }) => title),
      ["8 steps", "40 steps"],
    );
    assert.deepEqual(
      panels[0].series.map(({ name, mode, like }) => [name, mode, like]),
      [
        ["exact", "markers", undefined],
        ["δ = 0.2", "markers", undefined],
        ["exact: theory", "lines", "exact"],
        ["δ = 0.2: theory", "lines", "δ = 0.2"],
      ],
    );
  });

  it("has scores that are wrong by the factor that is asked for", () => {
    const x = normal(randomSource(10), 9, 2);
    const scaled = scaledScore(g, 0.2);
    assertMatrix(scaled.score(x, 0.7), scale(g.score(x, 0.7), 1.2), 1e-12);
    assert.equal(scaled.delta, 0.2);
    assert.throws(() => scaledScore(g, Infinity), /δ is Infinity/);
  });

  it("of a start that is too wide finds that noise forgets it", () => {
    const own = { steps: [60], churns: [0, 30], startScale: 1.5 };
    const wide = churnStudy({ exact: wrong(0) }, images, { ...own, seed: 8, count: 2000 });
    assert.ok(wide[0].predicted > 100 * wide[1].predicted && wide[0].frechet.value > 20 * wide[1].frechet.value);
  });
});

describe("Samples with churn", () => {
  it("begin with the same noise, and without churn are the deterministic sampler's", () => {
    const [still, noisy] = churnedSamples(g, { seed: 3, count: 5, steps: 6, churns: [0, { sChurn: 2, sMax: 0.01 }] });
    const start = scale(normal(randomSource(3), 5, 2), 80);
    assertMatrix(still, last(sample(g, start, karrasSigmas(6))), 1e-15);
    assert.ok(noisy.values.some((value, i) => value !== still.values[i]));
    assertMatrix(noisy, still, 0.05); // noise below σ = 0.01 alone
  });

  it("are compared in pairs with the first choice of the four amounts, by a classifier's features and classes", () => {
    const classifier = { features: (x: Matrix) => x, logits: (x: Matrix) => matrix(x.rows, 2, x.values) };
    const choices = [{ sChurn: 0 }, { sChurn: 3, sMin: 0.1, sMax: 10, sNoise: 1.01 }];
    const reference = meanAndCovariance(g.sample(randomSource(11), 500));
    const own = { seed: 3, count: 400, steps: 9, churns: choices, classifier, reference };
    const [still, noisy] = churnRows(g, { ...own, labels: new Uint8Array(400) });
    const { S_churn, S_min, S_max, S_noise } = noisy;
    assert.deepEqual([S_churn, S_min, S_max, S_noise], [3, 0.1, 10, 1.01]);
    assert.deepEqual(still.change, { value: 0, standardError: 0, count: 400 });
    close(noisy.change.value, noisy.frechet.value - still.frechet.value, 1e-9);
    const first = Array.from({ length: 400 }, (_, n) => still.samples.values.subarray(2 * n, 2 * n + 2));
    assert.equal(still.inClass?.value, first.filter(([a, b]) => a >= b).length / 400);
    assert.equal(churnRows(g, own)[0].inClass, undefined);
  });

  it("of amounts above the limit of γ are those of the limit", () => {
    const cells = predictedGrid(scaledResponse({ lambda: g.lambda, origin: new Float64Array(2) }), {
      steps: [5, 50],
      churns: [0, 1, 4, 8],
    });
    assert.deepEqual(
      cells.map(({ steps, sChurn }) => [steps, sChurn]),
      [
        [5, 0],
        [5, 1],
        [5, (Math.SQRT2 - 1) * 5],
        [50, 0],
        [50, 1],
        [50, 4],
        [50, 8],
      ],
    );
    assert.throws(
      () =>
        predictedGrid(scaledResponse({ lambda: g.lambda, origin: new Float64Array(2) }), { steps: [5], churns: [1] }),
      /expected 0/,
    );
  });

  it("have the best churn where the value is least", () => {
    const cells = [0, 1, 2, 0, 1].map((sChurn, i) => ({ sChurn, steps: i < 3 ? 5 : 9, value: [3, 1, 2, 4, 6][i] }));
    assert.deepEqual(
      bestChurns(cells, ({ value }) => value),
      [
        { steps: 5, sChurn: 1, ratio: 1 / 3 },
        { steps: 9, sChurn: 0, ratio: 1 },
      ],
    );
    assert.throws(() => bestChurns(cells.slice(1), ({ value }) => value), /5 steps without churn/);
    assert.throws(() => bestChurns(cells, ({ sChurn }) => (sChurn === 1 ? NaN : 1)), /NaN at 5 steps and S_churn = 1/);
    assert.equal(bestChurns(cells, () => 0)[0].ratio, 1);
  });
});
