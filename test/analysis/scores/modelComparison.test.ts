import assert from "node:assert/strict";
import { learningCurves } from "../../../src/analysis/scores/learning.js";
import { learningAt, marginOverOthers } from "../../../src/analysis/scores/modelComparison.js";
import { noisyEvaluationPoints } from "../../../src/analysis/scores/evaluationPoints.js";
import { isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose } from "../../helpers/close.js";

const mean = new Float64Array(3);
const model = (variance: number) => isotropicGaussian(mean, variance);
const points = noisyEvaluationPoints(normal(randomSource(1), 50, 3), randomSource(2));
// a network whose variance grows from that of one model to that of another
const stages = [1, 3].map((variance, i) => ({ step: 10 * i, score: model(variance).score }));
const names = ["first", "between", "last"];
const curves = learningCurves(stages, { first: model(1), between: model(1.8), last: model(3) }, points, [0.5, 2], mean);

describe("marginOverOthers", () => {
  it("is positive for the model that was learned, and for no other", () => {
    for (const sigma of [0.5, 2])
      for (const [step, learned] of [
        [0, "first"],
        [10, "last"],
      ] as const)
        for (const name of names)
          assert.equal(marginOverOthers(curves, name, sigma, step).value > 0, name === learned, `${name}, ${step}`);
  });

  it("of the best model is what the second best leaves more, and the opposite of that one's own", () => {
    const [first, between] = names.map((name) => learningAt(curves, name, 0.5, 0).score.value);
    const [ahead, behind] = ["first", "between"].map((name) => marginOverOthers(curves, name, 0.5, 0));
    assertClose([ahead.value, behind.value], [between - first, first - between], 1e-12);
    assertClose([ahead.standardError], [behind.standardError], 1e-12);
    assert.equal(ahead.count, 50);
  });

  it("asks for another model", () => {
    assert.throws(
      () => marginOverOthers(curves.slice(0, 1), "first", 0.5, 0),
      /^RangeError: marginOverOthers: no model but "first" at σ = 0.5, expected at least one$/,
    );
  });
});

describe("learningAt", () => {
  it("leaves nothing unexplained where the network is the model", () => {
    assert.equal(learningAt(curves, "first", 2, 0).score.value, 0);
    assert.equal(learningAt(curves, "last", 2, 10).score.value, 0);
  });

  it("names the curves and steps that there are", () => {
    assert.throws(
      () => learningAt(curves.slice(0, 2), "last", 0.5, 0),
      /^RangeError: learningAt: no curve of "last" at σ = 0.5, expected one of "first" at σ = 0.5, "between" at σ = 0.5$/,
    );
    assert.throws(
      () => learningAt(curves, "first", 0.5, 5),
      /^RangeError: learningAt: "first" has no step 5, expected one of 0, 10$/,
    );
  });
});
