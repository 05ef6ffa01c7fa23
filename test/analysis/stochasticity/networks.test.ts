import assert from "node:assert/strict";
import {
  bestChurns,
  churnedSamples,
  churnGrid,
  linearResponse,
  predictedFrechet,
  predictedGrid,
  reverseVelocities,
  scaledResponse,
  velocityPanels,
} from "../../../src/analysis/stochasticity/index.js";
import { threeModes } from "../../../src/analysis/gauge/examples.js";
import { meanAndCovariance } from "../../../src/analysis/samples/frechet.js";
import { fromDenoiser } from "../../../src/diffusion/distribution.js";
import { gaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { gaussianMixture } from "../../../src/diffusion/distributions/mixture.js";
import { karrasSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import { sample } from "../../../src/diffusion/sampling/sampler.js";
import { addScaled, matrix, scale } from "../../../src/math/matrix.js";
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
    assert.equal(panels.length, 4);
    const [flow, denoising, noise, sum] = panels.map(({ arrows }) => arrows);
    assert.equal(flow.points.rows, 25);
    assertMatrix(denoising.vectors, flow.vectors, 1e-14);
    assertMatrix(sum.vectors, addScaled(denoising.vectors, 1, noise.vectors), 1e-14);
    assertClose(flow.weight, q.logDensity(flow.points, 0.5).map(Math.exp), 1e-14);
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

  it("is the Gaussian's for the exact denoiser of any data, within sampling error", () => {
    const p = threeModes(0.3);
    const drawn = meanAndCovariance(p.sample(randomSource(4), 100_000));
    const own = gaussian(drawn.mean, drawn.covariance);
    //
      meanAndCovariance(p.sample(randomSource(4), 100_000)).mean,
      covarianceOf(p.sample(randomSource(4), 100_000)),
    );
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

describe("Samples with churn", () => {
  it("begin with the same noise, and without churn are the deterministic sampler's", () => {
    const [still, noisy] = churnedSamples(g, { seed: 3, count: 5, steps: 6, churns: [0, { sChurn: 2, sMax: 0.01 }] });
    const start = scale(normal(randomSource(3), 5, 2), 80);
    assertMatrix(still, last(sample(g, start, karrasSigmas(6))), 1e-15);
    assert.ok(noisy.values.some((value, i) => value !== still.values[i]));
    assertMatrix(noisy, still, 0.05); // noise below σ = 0.01 alone
  });

  it("of amounts that the limit of γ makes equal are drawn once", () => {
    const cells = predictedGrid(scaledResponse({ lambda: g.lambda, origin: new Float64Array(2) }), {
      steps: [5, 50],
      churns: [0, 1, 4, 8],
    });
    assert.deepEqual(
      cells.map(({ steps, sChurn }) => [steps, sChurn]),
      [
        [5, 0],
        [5, 1],
        [5, 4],
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
  });
});
