import assert from "node:assert/strict";
import {
  noisyEvaluationPoints,
  noisyAt,
  quadratureEvaluationPoints,
} from "../../../src/analysis/scores/evaluationPoints.js";
import {
  unexplainedLevel,
  unexplainedAt,
  unexplainedTable,
  unexplainedVariance,
} from "../../../src/analysis/scores/explainedVariance.js";
import { fitGaussian, isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import type { Score } from "../../../src/diffusion/score.js";
import { matrix, matrixFromRows, scale } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { mean, standardError } from "../../../src/math/stats.js";
import { assertClose } from "../../helpers/close.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";

const three = matrixFromRows([
  [0, 0],
  [1, 0],
  [0, 2],
]);
const g = fitGaussian(three);
const [l1, l2] = g.lambda;

describe("probes", () => {
  it("of a quadrature rule have the moments of the noised points", () => {
    const probes = quadratureEvaluationPoints(three, 6);
    const x = noisyAt(probes, 3);
    const moment = (f: (a: number, b: number) => number) =>
      probes.weights!.reduce((sum, w, n) => sum + w * f(x.values[2 * n], x.values[2 * n + 1]), 0);
    // of N(y, 9 I), mean over the three y: E a = 1/3, E b = 2/3, E a² = 1/3 + 9, E ab = 0, E b⁴ = (16 + 6·4·9)/3 + 3·81
    assertClose(
      [
        moment(() => 1),
        moment((a) => a),
        moment((_, b) => b),
        moment((a) => a * a),
        moment((a, b) => a * b),
        moment((_, b) => b ** 4),
      ],
      [1, 1 / 3, 2 / 3, 28 / 3, 0, 232 / 3 + 243],
      1e-12,
    );
  });

  it("keep point and noise apart from the level", () => {
    const probes = noisyEvaluationPoints(three, randomSource(1));
    assert.deepEqual(noisyAt(probes, 0), three);
    assertClose(
      noisyAt(probes, 2).values,
      three.values.map((y, i) => y + 2 * probes.noise.values[i]),
      0,
    );
  });

  it("are as many different points as asked for", () => {
    const line = matrix(
      9,
      1,
      Float64Array.from({ length: 9 }, (_, i) => i),
    );
    const { points, noise } = noisyEvaluationPoints(line, randomSource(3), 5);
    assert.equal(new Set(points.values).size, 5);
    assert.deepEqual([noise.rows, noise.cols], [5, 1]);
    assert.notDeepEqual(points, noisyEvaluationPoints(line, randomSource(4), 5).points);
    assert.throws(
      () => noisyEvaluationPoints(line, randomSource(3), 10),
      /^RangeError: noisyEvaluationPoints: count is 10, expected an integer from 1 to 9, the number of points$/,
    );
  });

  it("of a rule that is too large are refused", () => {
    assert.throws(
      () => quadratureEvaluationPoints(matrix(3, 10), 6),
      /^RangeError: quadratureEvaluationPoints: 6 nodes in each of 10 dimensions for 3 points, expected at most 10000000 probes in all; draw them with noisyEvaluationPoints$/,
    );
  });
});

describe("unexplainedVariance", () => {
  const exact = quadratureEvaluationPoints(three, 8);

  it("is 0 of a score by itself and 1 by nothing", () => {
    const [same, none] = unexplainedVariance(
      empiricalDistribution(three),
      { same: empiricalDistribution(three), none: { score: (x) => matrix(x.rows, x.cols) } },
      noisyEvaluationPoints(three, randomSource(1)),
      [0.1, 1, 10],
      g.mean,
    );
    for (const { score, scoreRatioOfMeans, denoiser, denoiserRatioOfMeans } of same.levels)
      for (const { value } of [score, scoreRatioOfMeans, denoiser, denoiserRatioOfMeans]) assert.equal(value, 0);
    for (const { score, scoreRatioOfMeans } of none.levels)
      for (const { value } of [score, scoreRatioOfMeans]) assert.ok(Math.abs(value - 1) < 1e-14);
  });

  it("weights probes alike as a mean of ratios, and by their score as a ratio of means", () => {
    const target: Score = (x) => matrix(2, 2, Float64Array.of(1, 0, 2, 0).subarray(0, x.values.length));
    const model: Score = () => matrix(2, 2, Float64Array.of(0, 0, 2, 0));
    const probes = { points: matrix(2, 2), noise: matrix(2, 2, Float64Array.of(0, 1, 0, 1)) };
    // D = x + 4 s is (4, 2) and (8, 2); D - D_m is (4, 0) and 0
    const [
      {
        levels: [found],
      },
    ] = unexplainedVariance({ score: target }, { model: { score: model } }, probes, [2], new Float64Array(2));
    assertClose(
      [found.score.value, found.scoreRatioOfMeans.value, found.denoiser.value, found.denoiserRatioOfMeans.value],
      [1 / 2, 1 / 5, 16 / 20 / 2, 16 / (20 + 68)],
      1e-14,
    );
    assert.deepEqual([...found.ratios], [1, 0]);
  });

  it("of a Gaussian by an isotropic one is the closed form, for the score and the denoiser", () => {
    for (const variance of [0, (l1 + l2) / 2]) {
      const levels = [0.3, 1, 10];
      const [curve] = unexplainedVariance(g, { isotropic: isotropicGaussian(g.mean, variance) }, exact, levels, g.mean);
      levels.forEach((sigma, i) => {
        const sum = (f: (lambda: number) => number) => [l1, l2].reduce((total, lambda) => total + f(lambda), 0);
        // x - μ has the covariance Λ + σ² I, exactly, since g has that of the points
        const missed = sum((l) => (l + sigma ** 2) * (1 / (l + sigma ** 2) - 1 / (variance + sigma ** 2)) ** 2);
        assertClose([curve.levels[i].scoreRatioOfMeans.value], [missed / sum((l) => 1 / (l + sigma ** 2))], 1e-10);
        assertClose(
          [curve.levels[i].denoiserRatioOfMeans.value],
          [(sigma ** 4 * missed) / sum((l) => l ** 2 / (l + sigma ** 2))],
          1e-10,
        );
        assert.equal(curve.levels[i].score.standardError, 0);
      });
    }
  });

  it("has the errors of independent probes", () => {
    const repeats = Array.from({ length: 300 }, (_, seed) => {
      const probes = noisyEvaluationPoints(normal(randomSource(seed, 1), 100, 2), randomSource(seed, 2));
      return unexplainedVariance(
        isotropicGaussian(new Float64Array(2), 1),
        { other: g },
        probes,
        [0.5],
        new Float64Array(2),
      )[0].levels[0];
    });
    for (const measure of ["scoreRatioOfMeans", "denoiserRatioOfMeans"] as const) {
      const spread = standardError(repeats.map((one) => one[measure].value)) * Math.sqrt(300);
      const said = mean(repeats.map((one) => one[measure].standardError));
      // the spread of 300 is known to 1/√600 of itself; four of that
      assert.ok(Math.abs(said / spread - 1) < 0.17, `${measure}: error ${said}, spread ${spread}`);
    }
  });

  it("is refused where a share is not defined", () => {
    const probes = noisyEvaluationPoints(three, randomSource(1));
    assert.throws(
      () => unexplainedVariance(empiricalDistribution(three), {}, probes, [1, 0], g.mean),
      /^RangeError: unexplainedVariance: σ is 0, expected a positive noise level$/,
    );
    assert.throws(
      () => unexplainedVariance(empiricalDistribution(three), {}, probes, [1], new Float64Array(3)),
      /^RangeError: unexplainedVariance: a probe has 2 columns, expected 3$/,
    );
    assert.throws(
      () => unexplainedVariance({ score: (x) => scale(x, 0) }, {}, probes, [1], g.mean),
      /^RangeError: unexplainedVariance: the score has the squared length 0 at probe 0, σ = 1; the share of it that a model explains is not defined$/,
    );
  });
});

describe("A curve of unexplained shares", () => {
  const curves = unexplainedVariance(
    empiricalDistribution(three),
    { mean: isotropicGaussian(g.mean), Gaussian: g },
    quadratureEvaluationPoints(three, 40),
    [80, 40, 20],
    g.mean,
  );

  it("is read by model and level", () => {
    assert.equal(unexplainedAt(curves, "Gaussian", 40), curves[1].levels[1]);
    assert.throws(
      () => unexplainedAt(curves, "mean", 41),
      /^RangeError: unexplainedAt: no share of "mean" at σ = 41, expected one of "mean", "Gaussian" at one of 80, 40, 20$/,
    );
    const [row] = unexplainedTable(curves, "denoiser");
    assert.deepEqual(Object.keys(row), ["σ", "mean", "Gaussian"]);
    assert.ok(Math.abs(row["Gaussian"] / curves[1].levels[0].denoiser.value - 1) < 5e-3);
  });

  it("passes a share between its levels, where the far field's power law has it", () => {
    // tr Σ² / 2σ⁴ = 1e-6, a straight line between levels to the next order
    const expected = (g.lambda.reduce((sum, l) => sum + l * l, 0) / 2e-6) ** 0.25;
    assert.ok(expected > 20 && expected < 40);
    assert.ok(
      Math.abs(unexplainedLevel(curves[0], 1e-6) / expected - 1) < 2e-3,
      `${unexplainedLevel(curves[0], 1e-6)}, expected ${expected}`,
    );
    assert.ok(Number.isNaN(unexplainedLevel(curves[0], 1)) && Number.isNaN(unexplainedLevel(curves[0], 1e-30)));
  });
});
