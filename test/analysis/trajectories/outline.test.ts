import assert from "node:assert/strict";
import { levelsNear, outline, outlineRows } from "../../../src/analysis/trajectories/outline.js";
import { fitGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { geometricSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import { addScaled, scale, scaleColumns, squaredLengths } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose, assertMatrix } from "../../helpers/close.js";

describe("levelsNear", () => {
  it("finds the nearest ratios, each place once, downwards", () => {
    assert.deepEqual(levelsNear([16, 8, 4, 2, 1], [1.1, 0.1, 5.7, 15, 3.9]), [0, 1, 2, 4]);
  });
});

describe("outline", () => {
  const g = fitGaussian(scaleColumns(normal(randomSource(1), 300, 4), [3, 1, 0.3, 0.1]));
  const sigmas = geometricSigmas(80, { sigmaMax: 80, sigmaMin: 0.02 });
  const x = scale(normal(randomSource(2), 3, 4), 80);
  let evaluations = 0;
  const denoiser: typeof g.denoiser = (at, sigma) => (evaluations++, g.denoiser(at, sigma));
  const path = outline({ denoiser }, x, sigmas);

  it("meets a Gaussian's closed form in its states and estimates, with one evaluation a level", () => {
    assert.equal(evaluations, 81);
    sigmas.forEach((sigma, i) => {
      const exact = g.flow(x, 80, sigma);
      assertMatrix(path.states[i], exact, 2e-3);
      assertMatrix(path.denoised[i], g.denoiser(exact, sigma), 2e-3);
    });
  });

  it("shows the states of a variance-preserving process, their differences at one contrast, and the estimates", () => {
    const [states, steps, denoised] = outlineRows(path, 1, [0, 40, 80]);
    const at = (i: number) => scale(path.states[i], 1 / Math.hypot(1, sigmas[i]));
    assertClose(
      states.values.subarray(4, 8),
      at(40)
        .values.subarray(4, 8)
        .map((value) => value / 2),
      1e-12,
    );
    assertClose(denoised.values.subarray(8), path.denoised[80].values.subarray(4, 8), 1e-12);
    assertClose(squaredLengths(steps), [1, 1, 1], 1e-12); // 4 coordinates of ½
    const change = addScaled(at(40), -1, at(39)).values.subarray(4, 8);
    const size = Math.hypot(...change);
    assertClose(
      steps.values.subarray(4, 8),
      change.map((value) => value / size),
      1e-12,
    );
  });

  it("refuses a trajectory and a level that there are not", () => {
    assert.throws(
      () => outlineRows(path, 3, [0]),
      /^RangeError: outlineRows: trajectory 3, expected one of the 3 from 0 on$/,
    );
    assert.throws(
      () => outlineRows(path, 0, [0, 81]),
      /^RangeError: outlineRows: level 81, expected one of the 81 from 0 on$/,
    );
  });
});
