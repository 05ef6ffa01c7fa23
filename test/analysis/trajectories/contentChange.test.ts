import assert from "node:assert/strict";
import { changedArea, contentChanges, meanChanges } from "../../../src/analysis/trajectories/contentChange.js";
import { proportionalStep } from "../../../src/analysis/trajectories/perturbation.js";
import { isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { addScaled, matrix, matrixFromRows, scale, squaredDistances } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose } from "../../helpers/close.js";

describe("contentChanges", () => {
  const p = isotropicGaussian(new Float64Array(4), 1);
  const x = scale(normal(randomSource(1), 40, 4), 80);
  const levels = [20, 1, 0.05];
  const to = 0.02;
  const states = levels.map((sigma) => p.flow(x, 80, sigma));
  const samples = p.denoiser(p.flow(x, 80, to), to);
  const kicks = normal(randomSource(2), 40, 4);
  const judge = {
    logits: (images: typeof x) => addScaled(matrix(images.rows, 4), 1, images),
    features: (images: typeof x) => scale(images, 3),
  };
  const options = { judge, levels, to, density: 60, size: proportionalStep(0.5) };
  const changes = contentChanges(p, states, samples, kicks, options);

  it("are those of the closed form of a Gaussian, in pixels and in features of them", () => {
    const kicked = levels.map((sigma) => {
      const end = p.flow(addScaled(p.flow(x, 80, sigma), 0.5 * sigma, kicks), sigma, to);
      return p.denoiser(end, to);
    });
    // ½ E |a - b|² is the variance, that of n samples with n - 1
    let square = 0;
    for (let i = 0; i < 40; i++)
      for (let j = 0; j < 40; j++)
        for (let k = 0; k < 4; k++) square += (samples.values[4 * i + k] - samples.values[4 * j + k]) ** 2;
    const typical = Math.sqrt(square / (40 * 39));
    changes.forEach(({ pixels, features, flipped }, i) => {
      const exact = squaredDistances(kicked[i], samples).map((one) => Math.sqrt(one) / typical);
      assertClose(pixels, exact, 1e-3);
      assertClose(features, pixels, 1e-9);
      const largest = (m: typeof x, n: number) => {
        const own = [...m.values.subarray(4 * n, 4 * n + 4)];
        return own.indexOf(Math.max(...own));
      };
      const other = flipped.filter((_, n) => largest(kicked[i], n) !== largest(samples, n)).length;
      assert.equal(flipped.filter(Boolean).length, other);
    });
  });

  it("have their means, early more than late for steps of a share of the noise", () => {
    const [early, , late] = meanChanges(changes);
    assert.ok(early.pixels.value > late.pixels.value && early.flipped.value > late.flipped.value);
    assert.equal(early.flipped.value, changes[0].flipped.reduce((sum, one) => sum + one, 0) / 40);
  });

  it("refuse states without levels, other shapes and a single sample", () => {
    assert.throws(
      () => contentChanges(p, states.slice(1), samples, kicks, options),
      /^RangeError: contentChanges: 2 states at 3 levels, expected 3$/,
    );
    assert.throws(() => contentChanges(p, states, samples, matrix(2, 4), options), /contentChanges/);
    assert.throws(
      () => contentChanges(p, states, matrix(1, 4), matrix(1, 4), options),
      /^RangeError: contentChanges: 1 samples, expected at least 2$/,
    );
  });
});

describe("changedArea", () => {
  it("is 1 of an even change, one pixel's share of one pixel's, and 0 of none", () => {
    const change = matrixFromRows([
      [1, -1, 1, -1],
      [0, 5, 0, 0],
      [2, 2, 0, 0],
      [0, 0, 0, 0],
    ]);
    assertClose(changedArea(change), [1, 0.25, 0.5, 0], 1e-12);
  });
});
