import assert from "node:assert/strict";
import {
  denoisingError,
  denoisingErrorRatios,
  denoisingErrors,
  errorCurves,
} from "../../../src/analysis/scores/denoisingError.js";
import { noisyEvaluationPoints, quadratureEvaluationPoints } from "../../../src/analysis/scores/evaluationPoints.js";
import { fitGaussian, isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { matrixFromRows, takeRows } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { mean } from "../../../src/math/stats.js";
import { assertClose } from "../../helpers/close.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";
import type { VectorField } from "../../../src/diffusion/distribution.js";

const three = matrixFromRows([
  [0, 0],
  [1, 0],
  [0, 2],
]);
const g = fitGaussian(three);

describe("denoisingError", () => {
  it("of a Gaussian's denoiser is the variance that noise hides, Σ λσ²/(λ + σ²) / d", () => {
    const probes = quadratureEvaluationPoints(three, 5);
    for (const sigma of [0.3, 1, 5]) {
      const weighted = denoisingErrors(g, probes, sigma).reduce((sum, value, n) => sum + value * probes.weights![n], 0);
      assertClose([weighted], [g.lambda.reduce((sum, l) => sum + (l * sigma ** 2) / (l + sigma ** 2), 0) / 2], 1e-12);
    }
  });

  it("is least for the points' own score at the points, and not at points held out", () => {
    const all = normal(randomSource(1), 400, 3);
    const [seen, held] = [0, 200].map((from) =>
      takeRows(
        all,
        Uint32Array.from({ length: 200 }, (_, n) => from + n),
      ),
    );
    const at = (model: Pick<VectorField, "denoiser">, points: typeof seen) =>
      denoisingError(model, noisyEvaluationPoints(points, randomSource(2)), [0.5])[0].value;
    const [delta, gaussian] = [empiricalDistribution(seen), fitGaussian(seen)];
    assert.ok(at(delta, seen) < at(gaussian, seen));
    assert.ok(at(delta, held) > at(gaussian, held));
  });

  it("is the mean over the probes", () => {
    const probes = noisyEvaluationPoints(three, randomSource(3));
    assert.equal(denoisingError(g, probes, [1])[0].value, mean(denoisingErrors(g, probes, 1)));
  });
});

describe("errorCurves", () => {
  const probes = noisyEvaluationPoints(three, randomSource(4));
  const stage = (step: number, variance: number) => ({
    step,
    denoiser: isotropicGaussian(g.mean, variance).denoiser,
  });
  const error = (variance: number) => denoisingError(stage(0, variance), probes, [0.5, 2])[1];

  it("are means over trainings, with their spread", () => {
    const [, curve] = errorCurves(
      "pupil",
      [
        [stage(0, 1), stage(9, 2)],
        [stage(0, 1), stage(9, 4)],
      ],
      probes,
      [0.5, 2],
    );
    assert.deepEqual([curve.name, curve.sigma, curve.steps], ["pupil", 2, [0, 9]]);
    assertClose([curve.stages[0].error.value, curve.stages[0].error.standardError], [error(1).value, 0], 1e-12);
    // of two values the standard error is half their distance
    assertClose(
      [curve.stages[1].error.value, curve.stages[1].error.standardError],
      [(error(2).value + error(4).value) / 2, Math.abs(error(2).value - error(4).value) / 2],
      1e-12,
    );
  });

  it("of one training have the standard error of the probes", () =>
    assert.deepEqual(errorCurves("pupil", [[stage(0, 1)]], probes, [0.5, 2])[1].stages[0].error, error(1)));

  it("refuse trainings that do not go together", () => {
    assert.throws(
      () => errorCurves("pupil", [], probes, [1]),
      /^RangeError: errorCurves: no trainings of "pupil", expected at least one$/,
    );
    assert.throws(
      () => errorCurves("pupil", [[stage(0, 1)], [stage(5, 1)]], probes, [1]),
      /^RangeError: errorCurves: training 1 of "pupil" has the stages 5, expected 0 like training 0$/,
    );
  });
});

describe("denoisingErrorRatios", () => {
  const points = noisyEvaluationPoints(three, randomSource(5));
  const [wide, own] = [5, 0.5].map((variance) => [{ step: 7, denoiser: isotropicGaussian(g.mean, variance).denoiser }]);

  it("are 1 without an error against the same trainings, and turned over between two", () => {
    const sigmas = [0.5, 2];
    assert.deepEqual(
      denoisingErrorRatios([wide, own], [wide, own], 7, points, sigmas),
      sigmas.map(() => ({ value: 1, standardError: 0, count: 2 })),
    );
    const [there, back] = [
      denoisingErrorRatios([wide, wide], [own, own], 7, points, sigmas),
      denoisingErrorRatios([own, own], [wide, wide], 7, points, sigmas),
    ];
    assertClose(
      there.map(({ value }, level) => value * back[level].value),
      [1, 1],
      1e-12,
    );
  });

  it("are means over the seeds, of which every one is compared with its own", () => {
    const [mixed] = denoisingErrorRatios([wide, own], [own, wide], 7, points, [0.5]);
    const [ratio] = denoisingErrorRatios([wide, wide], [own, own], 7, points, [0.5]);
    assertClose([mixed.value], [(ratio.value + 1 / ratio.value) / 2], 1e-12);
    assert.ok(mixed.standardError > 0 && ratio.standardError === 0);
  });

  it("refuse trainings without a partner, and a stage that is not there", () => {
    assert.throws(
      () => denoisingErrorRatios([wide, own], [own], 7, points, [1]),
      /^RangeError: denoisingErrorRatios: 2 trainings and 1 others, expected 2 of both$/,
    );
    assert.throws(
      () => denoisingErrorRatios([wide], [own], 8, points, [1]),
      /^RangeError: stageAt: no stage after 8 steps, expected one of 7$/,
    );
  });
});
