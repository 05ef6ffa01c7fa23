import assert from "node:assert/strict";
import {
  ensembleDigits,
  ensembleSeeds,
  loadEnsemble,
  type EnsembleMember,
} from "../../../src/diffusion/networks/pretrainedEnsemble.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";
import { relativeError } from "../../../src/math/matrix.js";
import { randomSource } from "../../../src/math/random.js";

describe("The stored ensembles", () => {
  const data = empiricalDistribution(ensembleDigits());
  const ensembles = [loadEnsemble("sample"), loadEnsemble("posterior mean")];
  after(() => ensembles.flat().forEach(({ denoiser }) => denoiser.dispose()));

  it("have a network for every seed of the draws, all different", () => {
    const x = data.sample(randomSource(1), 20, 1);
    const all = ensembles.flat().map(({ denoiser }) => denoiser.denoiser(x, 1));
    assert.equal(all.length, 2 * ensembleSeeds.length);
    all.forEach((a, i) =>
      all.slice(0, i).forEach((b, k) => {
        const apart = relativeError(a, b);
        assert.ok(apart > 1e-3 && apart < 0.5, `networks ${i} and ${k}: ${apart}`);
      }),
    );
  });

  it("denoise the digits, and best at high noise towards their posterior means", () => {
    const [high, low] = [2, 0.5].map((sigma) => {
      const x = data.sample(randomSource(2), 200, sigma);
      const exact = data.denoiser(x, sigma);
      const errorOf = ({ denoiser }: EnsembleMember) => relativeError(denoiser.denoiser(x, sigma), exact);
      return ensembles.map((members) => members.map(errorOf));
    });
    for (const errors of [...high, ...low].flat()) assert.ok(errors < 0.35, `relative error ${errors}`);
    assert.ok(Math.max(...high[1]) < Math.min(...high[0]), `${high[1]} of posterior means, ${high[0]} of samples`);
  });

  it("are refused for a seed that is not stored", () =>
    assert.throws(() => loadEnsemble("sample", [99]), /^RangeError: loadModel: .*draws-sample-99/));
});
