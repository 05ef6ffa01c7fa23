import assert from "node:assert/strict";
import { ensembleStudy } from "../../../src/analysis/variance/ensembleStudy.js";
import { noisedDraws } from "../../../src/analysis/variance/noisedDraws.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";
import { ensembleConfig, ensembleDigits, loadEnsemble } from "../../../src/diffusion/networks/pretrainedEnsemble.js";
import { randomSource } from "../../../src/math/random.js";
import { zScore } from "../../../src/math/estimate.js";

describe("The study of the stored ensembles", () => {
  const data = empiricalDistribution(ensembleDigits());
  const ensembles = { samples: loadEnsemble("sample"), means: loadEnsemble("posterior mean") };
  const { pMean, pStd } = ensembleConfig("sample", 1);
  const options = (seed: number) => ({ points: 30, models: 2, source: randomSource(seed), resamples: 200 });
  const draws = noisedDraws(data, { pMean, pStd, copies: 4, source: randomSource(1) });
  after(() =>
    Object.values(ensembles)
      .flat()
      .forEach(({ denoiser }) => denoiser.dispose()),
  );

  it("finds the variances of networks in the ratio of linear models, not in that of the place", () => {
    for (const { sigma, ratio, predictedRatio, localRatio } of ensembleStudy(
      ensembles,
      data,
      draws,
      [2, 0.7],
      options(2),
    )) {
      const z = zScore(ratio, predictedRatio.value);
      assert.ok(
        Math.abs(z) < 4,
        `σ = ${sigma}: ${ratio.value} ± ${ratio.standardError}, predicted ${predictedRatio.value}`,
      );
      assert.ok(zScore(ratio, localRatio) < -8, `σ = ${sigma}: ${ratio.value}, by the place ${localRatio}`);
    }
  });

  it("finds no ratio between an ensemble and itself", () => {
    const same = { samples: ensembles.means, means: ensembles.means };
    const [{ ratio, ownShare, ownShareOfMeans }] = ensembleStudy(same, data, draws, [0.7], options(3));
    assert.equal(ratio.value, 1);
    assert.equal(ownShare.value, ownShareOfMeans.value);
  });

  it("refuses more models than networks", () =>
    assert.throws(
      () => ensembleStudy(ensembles, data, draws, [1], { ...options(4), models: 9 }),
      /^RangeError: ensembleStudy: models is 9, expected an integer from 2 to 8$/,
    ));
});
