import assert from "node:assert/strict";
import {
  finalRatios,
  finalToMinimumRatio,
  largestIncrease,
  largestIncreaseOf,
  learningCurves,
} from "../../../src/analysis/scores/learning.js";
import { noisyEvaluationPoints } from "../../../src/analysis/scores/evaluationPoints.js";
import { unexplainedVariance } from "../../../src/analysis/scores/explainedVariance.js";
import { isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose } from "../../helpers/close.js";

const mean = new Float64Array(3);
const model = (variance: number) => isotropicGaussian(mean, variance);
const probes = noisyEvaluationPoints(normal(randomSource(1), 50, 3), randomSource(2));
// a pupil whose variance grows, past that of one model and towards that of the other
const stages = [0.2, 0.6, 1, 2, 3].map((variance, i) => ({ step: 10 ** i, score: model(variance).score }));
const curves = learningCurves(stages, { passed: model(1), end: model(3.5) }, probes, [0.5, 2], mean);

describe("learningCurves", () => {
  it("are the unexplained shares of each stage, by level and model", () => {
    assert.deepEqual(
      curves.map(({ name, sigma }) => [name, sigma]),
      [
        ["passed", 0.5],
        ["end", 0.5],
        ["passed", 2],
        ["end", 2],
      ],
    );
    const [, { levels }] = unexplainedVariance(
      stages[3],
      { passed: model(1), end: model(3.5) },
      probes,
      [0.5, 2],
      mean,
    );
    assert.deepEqual(curves[3].stages[3], levels[1]);
    assert.deepEqual(curves[3].steps, [1, 10, 100, 1000, 10000]);
  });

  it("refuse stages out of order", () => {
    assert.throws(
      () => learningCurves([stages[1], stages[0]], {}, probes, [1], mean),
      /^RangeError: learningCurves: stage 1 is of step 1 after step 10, expected steps that increase$/,
    );
  });
});

describe("largestIncrease", () => {
  it("begins where a model was passed, and is that of the means", () => {
    for (const curve of [curves[0], curves[2]]) {
      const { from, to, increase: rise, factor } = largestIncrease(curve);
      assert.deepEqual([from, to, factor.value], [100, 10000, Infinity]); // the model itself is one of the stages
      assertClose([rise.value], [curve.stages[4].score.value - curve.stages[2].score.value], 1e-12);
    }
  });

  it("is negative where a curve only falls, the least of its falls", () => {
    for (const curve of [curves[1], curves[3]]) {
      const values = curve.stages.map((stage) => stage.score.value);
      const falls = values.slice(1).map((value, i) => value - values[i]);
      const { increase: rise, factor } = largestIncrease(curve);
      assertClose([rise.value], [Math.max(...falls)], 1e-12);
      assert.ok(rise.value < 0 && factor.value < 1);
    }
  });

  it("refuses a single stage", () => {
    assert.throws(
      () => largestIncrease({ ...curves[0], stages: curves[0].stages.slice(0, 1) }),
      /^RangeError: largestIncrease: 1 stages, expected at least two$/,
    );
  });
});

describe("finalToMinimumRatio", () => {
  const share = (ratios: readonly number[]) => ({ ...curves[0].stages[0], ratios: Float64Array.from(ratios) });

  it("is how far a curve ends above its least value", () => {
    const { step, factor } = finalToMinimumRatio(
      learningCurves(
        stages.filter(({ step }) => step !== 100),
        { passed: model(1.1) },
        probes,
        [0.5],
        mean,
      )[0],
    );
    assert.equal(step, 10); // of the variances 0.2, 0.6, 2 and 3
    assert.ok(factor.value > 1 && factor.standardError > 0);
  });

  it("chooses the stage at other evaluation points than those that measure the factor", () => {
    const stages = [
      [5, 9, 5, 9],
      [1, 2, 1, 4],
      [3, 6, 3, 9],
      [2, 0, 2, 0],
    ].map(share);
    const { step, factor } = finalToMinimumRatio({ name: "", sigma: 1, steps: [0, 1, 2], stages: stages.slice(0, 3) });
    assert.deepEqual([step, factor.value], [1, 15 / 6]);
    assert.deepEqual(finalToMinimumRatio({ name: "", sigma: 1, steps: [0, 1, 2, 3], stages }).factor.value, 0);
  });

  it("is 1 where a curve only falls", () =>
    assert.deepEqual(finalToMinimumRatio(curves[1]), { step: 10000, factor: { value: 1, standardError: 0 } }));

  it("refuses too few evaluation points", () =>
    assert.throws(
      () => finalToMinimumRatio({ name: "", sigma: 1, steps: [0], stages: [share([1, 2, 3])] }),
      /^RangeError: finalToMinimumRatio: 3 evaluation points, expected at least 4$/,
    ));
});

describe("finalRatios and largestIncreaseOf", () => {
  it("are those of the curves of one model alone", () => {
    assert.deepEqual(finalRatios(curves, "end"), [
      { sigma: 0.5, ...finalToMinimumRatio(curves[1]) },
      { sigma: 2, ...finalToMinimumRatio(curves[3]) },
    ]);
    assert.deepEqual(largestIncreaseOf(curves, "passed"), largestIncrease(curves[0]).increase); // more at low noise
    assert.ok(largestIncreaseOf(curves, "end").value < 0);
  });

  it("find none of a model that is not there", () => {
    assert.deepEqual(finalRatios(curves, "other"), []);
    assert.throws(
      () => largestIncreaseOf(curves, "other"),
      /^RangeError: largestIncreaseOf: no curve of "other", expected at least one$/,
    );
  });
});
