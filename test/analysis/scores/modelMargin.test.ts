import assert from "node:assert/strict";
import { noisyEvaluationPoints } from "../../../src/analysis/scores/evaluationPoints.js";
import { ratioOfMeans, unexplainedAt, unexplainedVariance } from "../../../src/analysis/scores/explainedVariance.js";
import { leastUnexplainedRatio, unexplainedMargin } from "../../../src/analysis/scores/modelMargin.js";
import { fitGaussian, isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { scaleColumns } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose } from "../../helpers/close.js";

const mean = new Float64Array(3);
const model = (variance: number) => isotropicGaussian(mean, variance);
const target = fitGaussian(scaleColumns(normal(randomSource(4), 100, 3), [1.2, 1, 0.9]));
const points = noisyEvaluationPoints(normal(randomSource(1), 200, 3), randomSource(2));
const curves = unexplainedVariance(target, { near: model(1.2), far: model(3), mean: model(0) }, points, [0.5, 2], mean);

describe("unexplainedMargin", () => {
  it("is positive over all others for the nearest model alone", () => {
    for (const sigma of [0.5, 2]) {
      assert.ok(unexplainedMargin(curves, "near", ["mean", "far"], sigma).value > 0);
      assert.ok(unexplainedMargin(curves, "far", ["mean", "near"], sigma).value < 0);
    }
  });

  it("over several is the least of those over each", () => {
    const each = ["far", "mean"].map((other) => unexplainedMargin(curves, "near", [other], 0.5));
    const all = unexplainedMargin(curves, "near", ["far", "mean"], 0.5);
    assert.deepEqual(
      all,
      each.find(({ value }) => value === Math.min(...each.map((one) => one.value))),
    );
    const values = ["near", "far"].map((name) => unexplainedAt(curves, name, 0.5).score.value);
    assertClose([each[0].value], [values[1] - values[0]], 1e-12);
  });

  it("asks for a model to compare with", () =>
    assert.throws(
      () => unexplainedMargin(curves, "near", [], 0.5),
      /^RangeError: unexplainedMargin: no model to compare "near" with, expected at least one$/,
    ));
});

describe("leastUnexplainedRatio", () => {
  const bootstrap = { source: randomSource(3), resamples: 400 };

  it("of a model to itself is exactly 1", () => {
    const { value, standardError } = leastUnexplainedRatio(curves, "far", "far", [0.5, 2], bootstrap);
    assert.deepEqual([value, standardError], [1, 0]);
  });

  it("is the lesser of the levels' ratios, its error that of a ratio of means within that of 400 resamples", () => {
    const levels = [0.5, 2].map((sigma) =>
      ratioOfMeans(unexplainedAt(curves, "far", sigma).ratios, unexplainedAt(curves, "near", sigma).ratios),
    );
    const least = levels[0].value < levels[1].value ? levels[0] : levels[1];
    const found = leastUnexplainedRatio(curves, "far", "near", [0.5, 2], bootstrap);
    assertClose([found.value], [least.value], 1e-12);
    const one = [0.5, 2].map((sigma) => leastUnexplainedRatio(curves, "far", "near", [sigma], bootstrap));
    one.forEach(({ standardError }, i) =>
      assert.ok(Math.abs(standardError / levels[i].standardError - 1) < 4 / Math.sqrt(800), `${standardError}`),
    );
  });
});
