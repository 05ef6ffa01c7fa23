import assert from "node:assert/strict";
import { farField } from "../../../src/analysis/scores/farField.js";
import { noisyEvaluationPoints } from "../../../src/analysis/scores/evaluationPoints.js";
import { farFieldRank, minimalRank, rankNeeded, rankShares } from "../../../src/analysis/scores/rank.js";
import { unexplainedVariance } from "../../../src/analysis/scores/explainedVariance.js";
import { fitGaussian, gaussianFromSpectrum, isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { scaleColumns, takeColumns, takeRows } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose } from "../../helpers/close.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";

const points = scaleColumns(normal(randomSource(1), 60, 5), [4, 2, 1, 0.3, 0.05]);
const g = fitGaussian(points);
const ofRank = (rank: number) =>
  rank === 0
    ? isotropicGaussian(g.mean)
    : gaussianFromSpectrum({ mean: g.mean, U: takeColumns(g.U, rank), lambda: g.lambda.subarray(0, rank) });

describe("rankShares", () => {
  it("are those of Gaussians with fewer eigenvectors, one by one", () => {
    const probes = noisyEvaluationPoints(points, randomSource(2));
    for (const sigma of [0.1, 1, 5]) {
      const target = empiricalDistribution(points);
      const models = Object.fromEntries([0, 1, 2, 3, 4, 5].map((rank) => [`rank ${rank}`, ofRank(rank)]));
      const single = unexplainedVariance(target, models, probes, [sigma], g.mean).map(
        ({ levels }) => levels[0].score.value,
      );
      const shares = rankShares(target, g, probes, sigma);
      shares.forEach(({ value: share }, rank) =>
        assert.ok(
          Math.abs(share / single[rank] - 1) < 1e-9,
          `rank ${rank}, σ = ${sigma}: ${share}, expected ${single[rank]}`,
        ),
      );
    }
  });
  it("know what each probe adds to them", () => {
    const probes = noisyEvaluationPoints(points, randomSource(2));
    const [level] = unexplainedVariance(empiricalDistribution(points), { rank3: ofRank(3) }, probes, [1], g.mean)[0]
      .levels;
    const { value, influence } = rankShares(empiricalDistribution(points), g, probes, 1)[3];
    assertClose(
      influence,
      level.ratios.map((ratio) => ratio - value),
      1e-9,
    );
  });
});

describe("rankNeeded", () => {
  it("is the first rank near the full one", () => {
    assert.equal(rankNeeded([9, 4, 1.2, 1.05, 1]), 3);
    assert.equal(rankNeeded([9, 4, 1.2, 1.05, 1], 1.25), 2);
    assert.equal(rankNeeded([1, 1, 1]), 0);
    assert.equal(rankNeeded([3, 2, 0]), 2); // a Gaussian's own score: nothing less will do
  });

  it("refuses what is no factor", () => {
    assert.throws(() => rankNeeded([1], 1), /^RangeError: rankNeeded: the factor is 1, expected one above 1$/);
    assert.throws(() => rankNeeded([]), /^RangeError: rankNeeded: no shares, expected one for each rank from 0$/);
  });
});

describe("minimalRank", () => {
  it("counts the variances that stand out, fewer as the noise rises", () => {
    assert.deepEqual(
      [0.1, 0.5, 1, 2, 5].map((sigma) => minimalRank([16, 4, 1, 0.09, 0.01], sigma, 1)),
      [4, 3, 2, 1, 0],
    );
    assert.throws(() => minimalRank([1], 1, 0), /^RangeError: minimalRank: c is 0, expected a positive number$/);
  });
});

describe("farFieldRank", () => {
  // squares of normal draws: skew, so that a third moment is left
  const skew = { ...points, values: points.values.map((value) => value ** 2) };
  const fitted = fitGaussian(skew);
  const { thirdMoment } = farField(skew);

  it("is the rank needed far from the data, which rises with the noise", () => {
    const many = takeRows(
      skew,
      Uint32Array.from({ length: 6000 }, (_, i) => i % 60),
    );
    const probes = noisyEvaluationPoints(many, randomSource(3));
    const sigmas = [200, 3000, 10_000];
    const ranks = sigmas.map((sigma) => farFieldRank(fitted.lambda, thirdMoment, sigma));
    assert.deepEqual(
      sigmas.map((sigma) =>
        rankNeeded(rankShares(empiricalDistribution(skew), fitted, probes, sigma).map(({ value }) => value)),
      ),
      ranks,
    );
    assert.ok(ranks[0] < ranks[2], `${ranks}`);
  });

  it("is all of it where the data are symmetric, and refuses what is no factor", () => {
    assert.equal(farFieldRank([3, 2, 1], 0, 10), 3);
    assert.throws(
      () => farFieldRank([1], 1, 1, 1),
      /^RangeError: farFieldRank: the factor is 1, expected one above 1$/,
    );
  });
});
