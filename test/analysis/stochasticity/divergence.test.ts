import assert from "node:assert/strict";
import {
  basinMasses,
  basinRows,
  carryMass,
  divergenceAlong,
  gaussianKLRate,
  lineMasses,
  massKL,
  reverseVarianceRatio,
  varianceRatioKL,
} from "../../../src/analysis/stochasticity/index.js";
import { fromScore } from "../../../src/diffusion/distribution.js";
import { geometricSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import { scale } from "../../../src/math/matrix.js";
import { linspace, observedOrder } from "../../../src/math/ode.js";
import { normalCdf } from "../../../src/math/special.js";
import { assertClose } from "../../helpers/close.js";

const close = (seen: number, expected: number, tolerance: number) => assertClose([seen], [expected], tolerance);

const line = (variance: number, mean = 0) => ({ weights: [1], means: [mean], variances: [variance] });
const three = { weights: [0.4, 0.35, 0.25], means: [-1.2, 0.3, 1.5], variances: [0.04, 0.09, 0.02] };
const gaussianScore = (variance: number, delta: number) =>
  fromScore(1, (x, sigma) => scale(x, -(1 + delta) / (variance + sigma ** 2)));

describe("Masses of a mixture on the line", () => {
  it("sum to 1 and keep their digits in both tails", () => {
    const edges = [-30, -10, 0, 10, 30];
    const masses = lineMasses(line(1), edges);
    close(masses[0], normalCdf(-30), 1e-12);
    close(masses[5], normalCdf(-30), 1e-12);
    close(masses[4], normalCdf(-10), 1e-12);
    close(
      lineMasses(three, edges, 0.7).reduce((sum, value) => sum + value, 0),
      1,
      1e-14,
    );
  });
});

describe("Density carried along a reverse equation", () => {
  const start = line(1.5 * 9.25, 0);
  const settings = { sigmaMax: 3, sigmaMin: 0.1 };
  const exact = (gamma: number, delta: number, sigma = 0.1) =>
    varianceRatioKL(reverseVarianceRatio({ variance: 0.25, gamma, delta }, 3, sigma, 1.5));

  it("conserves mass and, by the probability flow of the exact score, its divergence from the data", () => {
    for (const gamma of [0, 1]) {
      const { massError } = divergenceAlong(three, { gamma, start, ...settings, steps: 100, cells: 200 });
      assert.ok(massError < 1e-12, `the mass is off by ${massError}`);
    }
    const kl = [100, 200, 400].map(
      (steps) => divergenceAlong(three, { gamma: 0, start, ...settings, steps, cells: 100 }).kl,
    );
    const drifts = kl.map((values) => Math.max(...values.map((value) => Math.abs(value - values[0]))));
    assert.ok(drifts[2] < 1e-8 * kl[2][0], `KL drifts by ${drifts[2]} of ${kl[2][0]}`);
    assert.ok(observedOrder([4, 2, 1], drifts) > 3.5, `drifts ${drifts}`);
  });

  it("only loses divergence with noise and the exact score", () => {
    for (const gamma of [0.25, 1]) {
      const { kl, rates } = divergenceAlong(three, { gamma, start, ...settings, steps: 150, cells: 300 });
      for (let i = 1; i < kl.length; i++) assert.ok(kl[i] < kl[i - 1] + 1e-12, `KL rises at level ${i}`);
      assert.ok(rates.every(({ correction, error }) => correction <= 0 && Math.abs(error) < 1e-12));
    }
  });

  it("has masses between the minima of the data's density, whose divergence is part of the whole", () => {
    const wide = { gamma: 0.25, start, ...settings, steps: 60, cells: 200 };
    const curve = divergenceAlong(three, wide);
    const { gamma, samples, data, kl } = basinMasses(curve);
    assert.equal(gamma, 0.25);
    assertClose(data, three.weights, 0.01); // the tails beyond the minima
    assert.ok(samples.length === 3 && kl > 0 && kl < curve.kl[60]);
    close(
      samples.reduce((sum, value) => sum + value, 0),
      1,
      1e-12,
    );
    close(
      kl,
      samples.reduce((sum, q, k) => sum + q * Math.log(q / data[k]), 0),
      1e-12,
    );
    const rows = basinRows([curve]);
    assert.deepEqual(
      rows.map((row) => [row["masses of"], row["component 3"], row["KL of these"], row["KL"]]),
      [
        ["the data", data[2], undefined, undefined],
        ["samples, γ = 0.25", samples[2], kl, curve.kl[60]],
      ],
    );
    const single = basinMasses(divergenceAlong(line(0.25), wide));
    assert.ok(single.samples.length === 1 && Math.abs(single.kl) < 1e-12, `all of one, KL ${single.kl}`);
  });

  it("has the closed form's divergence for a Gaussian and a wrong score, at order 2", () => {
    for (const [gamma, delta] of [
      [0, 0.1],
      [1, 0],
      [0.5, -0.1],
      [2, 0.1],
    ]) {
      const errors = [80, 160, 320].map((cells) => {
        const { kl } = divergenceAlong(line(0.25), {
          ...{ gamma, field: gaussianScore(0.25, delta), start, ...settings },
          ...{ cells, steps: 2 * cells },
        });
        return Math.abs(kl[kl.length - 1] - exact(gamma, delta));
      });
      const order = observedOrder([4, 2, 1], errors);
      assert.ok(
        errors[2] < 5e-4 * varianceRatioKL(1.5) && order > 1.8,
        `γ ${gamma}, δ ${delta}: ${errors}, order ${order}`,
      );
    }
  });

  it("keeps its cells where the samples are, however wrong the score or wide the start is", () => {
    // gamma, delta, the start's standard deviation over the right one
    for (const [gamma, delta, wide] of [
      [0, -0.3, 1],
      [0, 1, 1],
      [1, 1, 1],
      [0, 0, 3],
      [0.1, 0, 3],
    ]) {
      const { kl } = divergenceAlong(line(0.25), {
        ...{ gamma, field: gaussianScore(0.25, delta), start: line(wide ** 2 * 6400.25) },
        ...{ cells: 200, steps: 150 },
      });
      const rho = reverseVarianceRatio({ variance: 0.25, gamma, delta }, 80, 0.02, wide ** 2);
      close(kl[kl.length - 1] / varianceRatioKL(rho), 1, 0.02);
    }
  });

  it("changes it at the rate that the densities tell", () => {
    const [gamma, delta] = [1, 0.1];
    const { sigmas, rates } = divergenceAlong(line(0.25), {
      ...{ gamma, field: gaussianScore(0.25, delta), start, ...settings },
      ...{ cells: 400, steps: 400 },
    });
    for (const i of [50, 200, 390]) {
      const rho = reverseVarianceRatio({ variance: 0.25, gamma, delta }, 3, sigmas[i], 1.5);
      const rate = gaussianKLRate({ variance: 0.25, gamma, delta }, sigmas[i], rho);
      close(rates[i].correction, sigmas[i] * rate.correction, 5e-3);
      close(rates[i].error, sigmas[i] * rate.error, 5e-3);
    }
  });

  it("rests where the model has a density of its own, wherever the data are", () => {
    // The score of a Gaussian of another variance is a wrong one; the reverse equation of any γ makes that Gaussian.
    const other = gaussianScore(0.4, 0);
    const ends = [0, 0.5, 2].map((gamma) => {
      const { kl } = divergenceAlong(line(0.25), {
        ...{ gamma, field: other, start: line(9.4), ...settings, cells: 400, steps: 400 },
      });
      return kl[kl.length - 1];
    });
    for (const end of ends) close(end, varianceRatioKL(0.41 / 0.26), 1e-3);
  });

  it("refuses cells out of order and fields of the plane", () => {
    const field = gaussianScore(1, 0);
    const options = {
      gamma: 1,
      sigmas: geometricSigmas(4),
      edges: linspace(-1, 1, 2),
      masses: new Float64Array(4).fill(0.25),
    };
    assert.throws(() => carryMass(field, { ...options, edges: Float64Array.of(0, 1, 1) }), /edge 2 is 1 after 1/);
    assert.throws(() => carryMass(field, { ...options, masses: new Float64Array(3) }), /3 edges and 3 masses/);
    assert.throws(() => carryMass(field, { ...options, sigmas: [1, 0] }), /σ is 0/);
    assert.throws(() => carryMass(field, { ...options, gamma: -1 }), /γ is -1/);
    assert.throws(() => carryMass({ ...field, dimension: 2 }, options), /2 dimensions, expected 1/);
    assert.throws(() => carryMass(field, { ...options, edges: Float64Array.of(-Infinity, 0, 1) }), /edge 0 is -Inf/);
    assert.throws(() => carryMass(field, { ...options, masses: Float64Array.of(-1, 1, 0.5, 0.5) }), /cell 0 holds -1/);
    assert.throws(() => massKL([0.5, 0.5], [1, 0]), /cell 1 holds 0.5 and the reference 0/);
    assert.throws(() => massKL([-0.5, 1.5], [0.5, 0.5]), /cell 0 holds -0.5/);
    assert.throws(() => massKL([NaN, 1], [0.5, 0.5]), /cell 0 holds NaN/);
    const wrong = { weights: [2], means: [0], variances: [6400] };
    assert.throws(() => divergenceAlong(line(0.25), { gamma: 1, start: wrong, cells: 9, steps: 3 }), /sum to 2/);
    assert.throws(() => lineMasses(line(0), [-1, 0, 1]), /component 0 has mean 0 and variance 0 at σ = 0/);
    assert.throws(() => lineMasses(line(1), [0, 1], NaN), /σ is NaN/);
    assert.throws(() => lineMasses(line(1), [1, 0]), /edge 1 is 0 after 1/);
  });
});
