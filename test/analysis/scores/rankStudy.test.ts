import assert from "node:assert/strict";
import { noisyEvaluationPoints } from "../../../src/analysis/scores/evaluationPoints.js";
import { farField } from "../../../src/analysis/scores/farField.js";
import { largestRankIncrease, rankStudy } from "../../../src/analysis/scores/rankStudy.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";
import { fitGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { scaleColumns } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";

const draws = scaleColumns(normal(randomSource(1), 300, 5), [2, 1.4, 1, 0.5, 0.2]);
const points = { ...draws, values: draws.values.map((value) => value ** 2) }; // skew: a third moment is left
const g = fitGaussian(points);
const probes = noisyEvaluationPoints(points, randomSource(2));
const bootstrap = { source: randomSource(3), resamples: 400 };

describe("rankStudy", () => {
  const data = empiricalDistribution(points);
  const study = rankStudy(data, g, probes, { thirdMoment: farField(points).thirdMoment });

  it("needs no eigenvector less than leaves within 1.1 of all of them", () => {
    study.fractions.forEach((level, i) => {
      const [full, kept] = [level[5].value, level[study.rank[i]].value];
      assert.ok(kept < 1.1 * full || study.rank[i] === 5);
      assert.ok(study.rank[i] === 0 || level[study.rank[i] - 1].value >= 1.1 * full);
    });
  });

  it("counts fewer variances above the noise as it rises, and at most all in the far field", () => {
    assert.deepEqual(
      study.standingOut,
      [...study.standingOut].sort((a, b) => b - a),
    );
    assert.equal(study.standingOut[0], g.lambda.filter((lambda) => lambda > 0.3 * 0.05 ** 2 * g.lambda[0]).length);
    assert.ok(study.farField!.every((rank) => rank <= 5));
  });

  it("has no law of the far field without a third moment", () =>
    assert.ok(!("farField" in rankStudy(data, g, probes, { ratios: [1] }))));

  it("changes from level to level as its ranks do", () => {
    const increases = study.rank.slice(1).map((rank, i) => rank - study.rank[i]);
    assert.equal(largestRankIncrease(study.fractions, bootstrap).value, Math.max(...increases));
  });
});

describe("largestRankIncrease", () => {
  const [level] = rankStudy(empiricalDistribution(points), g, probes, { ratios: [0.2] }).fractions;

  it("between equal levels is exactly 0", () => {
    const { value, standardError } = largestRankIncrease([level, level], bootstrap);
    assert.deepEqual([value, standardError], [0, 0]);
  });

  it("asks for two levels", () =>
    assert.throws(
      () => largestRankIncrease([level], bootstrap),
      /^RangeError: largestRankIncrease: 1 noise levels, expected at least two$/,
    ));
});
