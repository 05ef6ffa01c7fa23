import assert from "node:assert/strict";
import { noisyEvaluationPoints, quadratureEvaluationPoints } from "../../../src/analysis/scores/evaluationPoints.js";
import { farFieldStudy } from "../../../src/analysis/scores/farFieldStudy.js";
import { gaussianModels } from "../../../src/analysis/scores/gaussianModels.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";
import { totalVariance } from "../../../src/diffusion/distributions/gaussian.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { randomSource } from "../../../src/math/random.js";
import { assertClose, assertDigits } from "../../helpers/close.js";

const three = empiricalDistribution(
  matrixFromRows([
    [0, 0],
    [1, 0],
    [0, 2],
  ]),
);
const exact = quadratureEvaluationPoints(three.points, 60);

describe("farFieldStudy", () => {
  const unit = farFieldStudy(three, [exact, exact]).firstDeviation;
  const ratios = [5, 10, 20, 40, 80].map((sigma) => sigma / unit);
  const study = farFieldStudy(three, [exact, exact], { ratios, fraction: 1e-6 });

  it("finds the power laws of three points with their size, without an error where the expectation is exact", () => {
    assert.ok(Math.abs(study.gaussian.exponent.value + 6) < 0.005, `${study.gaussian.exponent.value}`);
    assert.ok(Math.abs(study.meanOnly.exponent.value + 4) < 0.001, `${study.meanOnly.exponent.value}`);
    assertDigits([study.gaussian.lawRatio.value, study.meanOnly.lawRatio.value], [0.99975, 0.99998], 5);
    assert.deepEqual([study.gaussian.exponent.standardError, study.gaussian.lawRatio.standardError], [0, 0]);
  });

  it("has the reach of a model where the law passes the fraction, in units of the data's size", () => {
    const [l1, l2] = study.g.lambda;
    const sigma = ((l1 ** 2 + l2 ** 2) / 2e-6) ** 0.25; // tr Σ² / 2σ⁴ = 1e-6
    assert.ok(Math.abs((study.meanOnly.reach.value * Math.sqrt(l1 + l2)) / sigma - 1) < 2e-3);
    assert.ok(study.gaussian.reach.value < study.meanOnly.reach.value);
  });

  it("gives the error of the points of a draw where the draws do not differ", () => {
    const draw = noisyEvaluationPoints(
      matrixFromRows(Array.from({ length: 300 }, (_, n) => three.points.values.subarray(2 * (n % 3), 2 * (n % 3) + 2))),
      randomSource(1),
    );
    const { gaussian, curves } = farFieldStudy(three, [draw, draw, draw], { ratios, fraction: 1e-6 });
    const last = curves[2].levels[4].scoreRatioOfMeans;
    const relative = last.standardError / last.value / Math.sqrt(3);
    assertClose([gaussian.lawRatio.standardError], [relative], 1e-12);
    assert.equal(gaussian.reach.standardError, 0);
  });

  it("asks for two draws and three levels", () => {
    assert.throws(() => farFieldStudy(three, [exact]), /^RangeError: farFieldStudy: 1 draws, expected at least two$/);
    assert.throws(
      () => farFieldStudy(three, [exact, exact], { ratios: [1, 2] }),
      /^RangeError: farFieldStudy: 2 noise levels, expected at least three$/,
    );
  });
});

describe("gaussianModels", () => {
  it("have one mean, and the whole variance but for the first, which has none", () => {
    const { g } = farFieldStudy(three, [exact, exact]);
    const models = gaussianModels(g);
    for (const { mean } of Object.values(models)) assert.deepEqual(mean, g.mean);
    assertClose(Object.values(models).map(totalVariance), [0, totalVariance(g), totalVariance(g)], 1e-12);
  });
});
