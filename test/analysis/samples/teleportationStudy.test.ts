import assert from "node:assert/strict";
import { teleportationStudy } from "../../../src/analysis/samples/teleportationStudy.js";
import { fitClassMixture } from "../../../src/diffusion/distributions/mixtureFit.js";
import { karrasSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import { addToRows, matrix, scale, type Matrix } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";

describe("teleportationStudy", () => {
  const classes = (seed: number, n: number) =>
    [-2, 2].map((x, k) => addToRows(scale(normal(randomSource(seed, k), n, 2), 0.3), [x, 0]));
  const joined = ([a, b]: Matrix[]) => matrix(2 * a.rows, 2, Float64Array.of(...a.values, ...b.values));
  const [images, test] = [joined(classes(1, 1000)), joined(classes(3, 200))];
  const network = fitClassMixture(classes(1, 1000));
  const options = {
    test,
    features: (points: Matrix) => points,
    samples: 300,
    sigmas: karrasSigmas(18),
    skips: { Gaussian: [4, 10, 14], "mean alone": [10] },
  };
  const { results, real } = teleportationStudy(network, images, { ...options, source: randomSource(2) });
  const of = (name: string, skip: number) => results.find((result) => result.name === name && result.skip === skip)!;

  it("tries the skips that are asked for of each statistics, and none", () =>
    assert.deepEqual(
      results.map(({ name, skip }) => `${name} ${skip}`),
      ["Gaussian 0", "Gaussian 4", "Gaussian 10", "Gaussian 14", "mean alone 0", "mean alone 10"],
    ));

  it("finds that a late start by the Gaussian leads elsewhere, and by the mean alone farther away", () => {
    assert.ok(of("Gaussian", 4).error.value < 1e-2, `${of("Gaussian", 4).error.value}`);
    assert.ok(of("Gaussian", 14).error.value > 0.1, `${of("Gaussian", 14).error.value}`);
    assert.ok(of("mean alone", 10).error.value > of("Gaussian", 10).error.value);
  });

  it("has the distance of as many real points, which is not that of samples from another distribution", () => {
    const far = of("mean alone", 10).frechet;
    assert.ok(real.value > 0 && real.value < 0.05 && far.value > 2 * real.value, `${real.value}, ${far.value}`);
  });

  it("refuses fewer test images than samples", () =>
    assert.throws(
      () => teleportationStudy(network, images, { ...options, samples: 500, source: randomSource(2) }),
      /^RangeError: teleportationStudy: 400 test images, expected at least as many as samples, 500$/,
    ));
});
