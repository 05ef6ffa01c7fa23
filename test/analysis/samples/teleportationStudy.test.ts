import assert from "node:assert/strict";
import { longestSkip } from "../../../src/analysis/samples/longestSkip.js";
import { teleportationStudy } from "../../../src/analysis/samples/teleportationStudy.js";
import { fitClassMixture } from "../../../src/diffusion/distributions/mixtureFit.js";
import { karrasSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import { skipLevel } from "../../../src/diffusion/sampling/skipLevel.js";
import { addToRows, matrix, scale } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";

describe("teleportationStudy", () => {
  const classes = [-2, 2].map((x, k) => addToRows(scale(normal(randomSource(1, k), 1000, 2), 0.3), [x, 0]));
  const images = matrix(2000, 2, Float64Array.of(...classes[0].values, ...classes[1].values));
  const network = fitClassMixture(classes);
  const options = {
    classes,
    rank: 2,
    features: (points: typeof images) => points,
    samples: 300,
    sigmas: karrasSigmas(18),
    fineSigmas: karrasSigmas(35),
    skips: [4, 10, 14],
  };
  const { gaussian, path, results, proposed } = teleportationStudy(network, images, {
    ...options,
    source: randomSource(2),
  });
  const errorOf = (name: string, skip: number) =>
    results.find((result) => result.name === name && result.skip === skip)!.error.value;

  it("finds that a network which knows the classes loses nothing by their mixture, but by the Gaussian", () => {
    assert.equal(longestSkip(results, "mixture of classes").skip, 14);
    assert.ok(errorOf("mixture of classes", 14) < 1e-3, `${errorOf("mixture of classes", 14)}`);
    assert.ok(errorOf("Gaussian", 14) > 0.1, `${errorOf("Gaussian", 14)}`);
  });
  it("finds that the mean alone is worse than the Gaussian", () =>
    assert.ok(errorOf("mean alone", 10) > errorOf("Gaussian", 10)));
  it("takes the proposed level from the spectrum, and the paths from the same noise", () => {
    assert.ok(proposed.sigma >= skipLevel(gaussian) && proposed.evaluations < 35);
    assert.ok(proposed.error.value < errorOf("Gaussian", 14));
    assert.equal(path.length, 36);
  });
  it("refuses a fine grid from another level", () =>
    assert.throws(
      () =>
        teleportationStudy(network, images, {
          ...options,
          source: randomSource(2),
          fineSigmas: karrasSigmas(35, { sigmaMax: 40 }),
        }),
      /^RangeError: teleportationStudy: the fine grid begins at σ = 40, expected 80$/,
    ));
});
