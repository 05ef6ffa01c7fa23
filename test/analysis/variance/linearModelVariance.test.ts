import assert from "node:assert/strict";
import { linearModelVariance } from "../../../src/analysis/variance/linearModelVariance.js";
import { noisedDraws } from "../../../src/analysis/variance/noisedDraws.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";
import { preconditioning } from "../../../src/diffusion/networks/networkDenoiser.js";
import type { TrainingTarget } from "../../../src/diffusion/networks/pretrainedEnsemble.js";
import { matrix, row, scale, takeRows, trace, withColumn, type Matrix } from "../../../src/math/matrix.js";
import { multiply } from "../../../src/math/multiply.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { solve } from "../../../src/math/solve.js";
import { mean, standardError, variance } from "../../../src/math/stats.js";
import { assertClose } from "../../helpers/close.js";

const data = empiricalDistribution(matrix(3, 1, Float64Array.of(-1, 0, 1)));
const sigmaData = 0.8;
const law = { pMean: -0.5, pStd: 0.5, levels: 16 };

/** 1, x and x³, damped at large x. */
const features = (x: Matrix, sigmas: Float64Array) => {
  const phi = matrix(x.rows, 3);
  for (let n = 0; n < x.rows; n++) {
    const value = preconditioning(sigmaData, sigmas[n]).in * x.values[n];
    row(phi, n).set([1, Math.tanh(value), Math.tanh(value) ** 3]);
  }
  return phi;
};

/** All that is ever drawn, in the place of a law. */
const many = noisedDraws(data, { ...law, copies: 20_000, source: randomSource(0) });
const P = 1200;

/** Scores at the points of a model that was fitted to P of the draws. */
function fitted(seed: number, target: TrainingTarget, x: Matrix, sigma: number): Float64Array {
  const source = randomSource(seed);
  const taken = Uint32Array.from({ length: P }, () => source.integer(60_000));
  const [noised, wanted] = [many.noised, target === "sample" ? many.clean : many.posteriorMean].map((m) =>
    takeRows(m, taken),
  );
  const sigmas = Float64Array.from(taken, (i) => many.sigmas[i]);
  const F = wanted.values.map((value, i) => {
    const { skip, out } = preconditioning(sigmaData, sigmas[i]);
    return (value - skip * noised.values[i]) / out;
  });
  const phi = features(noised, sigmas);
  const gram = multiply(phi, phi, { transposeA: true });
  const W = solve(gram, multiply(phi, matrix(F.length, 1, F), { transposeA: true }));
  const { skip, out } = preconditioning(sigmaData, sigma);
  const found = multiply(features(x, new Float64Array(x.rows).fill(sigma)), W);
  return found.values.map((value, n) => (skip * x.values[n] + out * value - x.values[n]) / sigma ** 2);
}

describe("The variance of linear models over their draws", () => {
  const x = matrix(4, 1, Float64Array.of(-1.2, -0.5, 0.1, 0.9));
  const models = 400;

  for (const target of ["sample", "posterior mean"] as const)
    it(`is that of ${models} of them fitted to ${target}s`, () => {
      const sigma = 0.6;
      const predicted = linearModelVariance({ features, sigmaData }, many, target)
        .covariances(x, sigma)
        .map(({ values }) => values[0] * (60_000 / P));
      const scores = Array.from({ length: models }, (_, m) => fitted(m + 1, target, x, sigma));
      predicted.forEach((expected, n) => {
        const ratio = variance(scores.map((one) => one[n])) / expected;
        const error = Math.sqrt(2 / models);
        assert.ok(Math.abs(ratio - 1) < 4 * error, `x = ${x.values[n]}: ${ratio} ± ${error}`);
      });
    });

  it("has the traces of its covariances", () => {
    const plane = empiricalDistribution(normal(randomSource(3), 5, 2));
    const draws = noisedDraws(plane, { ...law, copies: 40, source: randomSource(4) });
    const linear = (at: Matrix) => withColumn(at, new Float64Array(at.rows).fill(1));
    const model = linearModelVariance({ features: linear, sigmaData }, draws, "sample");
    const at = normal(randomSource(5), 3, 2);
    assertClose(model.traces(at, 0.6), model.covariances(at, 0.6).map(trace), 1e-12);
  });

  it("falls as 1 / P, and is greater for samples than for posterior means", () => {
    const few = noisedDraws(data, { ...law, copies: 5000, source: randomSource(1) });
    const of = (draws: typeof many, target: TrainingTarget) =>
      linearModelVariance({ features, sigmaData }, draws, target).traces(x, 0.6);
    of(many, "sample").forEach((value, n) => {
      assert.ok(Math.abs(of(few, "sample")[n] / value / 4 - 1) < 0.1);
      assert.ok(of(many, "posterior mean")[n] < value);
    });
  });

  it("is 0 for a single data point and features that hold it", () => {
    const single = empiricalDistribution(matrix(1, 1, Float64Array.of(0.5)));
    const draws = noisedDraws(single, { ...law, copies: 300, source: randomSource(1) });
    // F = (y - c_skip x) / c_out is linear in these
    const exact = (at: Matrix, sigmas: Float64Array) => {
      const phi = matrix(at.rows, 2);
      for (let n = 0; n < at.rows; n++) {
        const { skip, out } = preconditioning(sigmaData, sigmas[n]);
        row(phi, n).set([1 / out, (skip / out) * at.values[n]]);
      }
      return phi;
    };
    const found = linearModelVariance({ features: exact, sigmaData }, draws, "sample").covariances(x, 0.6);
    for (const { values } of found) assert.ok(values[0] < 1e-20, `${values[0]}`);
  });
});

describe("Training draws", () => {
  const draws = noisedDraws(data, { ...law, copies: 500, source: randomSource(2) });

  it("have each point as often, noise of the levels of the law, and the posterior mean there", () => {
    assert.equal(draws.clean.values.filter((value) => value === -1).length, 500);
    const logs = draws.sigmas.map(Math.log);
    assert.ok(Math.abs(mean(logs) + 0.5) < 4 * standardError(logs));
    const z = draws.noised.values.map((value, i) => (value - draws.clean.values[i]) / draws.sigmas[i]);
    assert.ok(Math.abs(mean(z)) < 4 * standardError(z) && Math.abs(variance(z) - 1) < 0.15);
    for (const i of [0, 1, 2, 700]) {
      const exact = data.denoiser(scale(matrix(1, 1, Float64Array.of(draws.noised.values[i])), 1), draws.sigmas[i]);
      assert.ok(Math.abs(draws.posteriorMean.values[i] - exact.values[0]) < 1e-12);
    }
  });

  it("refuse no copies", () =>
    assert.throws(
      () => noisedDraws(data, { ...law, copies: 0, source: randomSource(1) }),
      /^RangeError: noisedDraws: copies is 0, expected a positive integer$/,
    ));
});
