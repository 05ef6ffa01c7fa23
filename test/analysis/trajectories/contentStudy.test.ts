import assert from "node:assert/strict";
import { contentStudy } from "../../../src/analysis/trajectories/contentStudy.js";
import { fitGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { scale, scaleColumns, type Matrix } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose } from "../../helpers/close.js";

describe("contentStudy", () => {
  const g = fitGaussian(scaleColumns(normal(randomSource(1), 500, 4), [3, 2, 0.5, 0.2]));
  const start = scale(normal(randomSource(2), 300, 4), 80);
  const levels = [20, 1, 0.2];
  const judge = { logits: (images: Matrix) => images, features: (images: Matrix) => images };
  const samples = g.denoiser(g.flow(start, 80, 0.02), 0.02);
  const trajectories = { field: g, g, start, states: levels.map((sigma) => g.flow(start, 80, sigma)), samples };
  const [share, fixed, equal, exact] = contentStudy(trajectories, normal(randomSource(3), 300, 4), {
    judge,
    levels,
    density: 30,
  });

  it("finds equal changes by steps of equal effect, and its control in the Gaussian itself", () => {
    exact.means.forEach(({ pixels }, i) => assertClose([equal.means[i].pixels.value], [pixels.value], 1e-9));
    // the mean of a length is not the root of the mean square: with 4 directions at most by a fifth
    const [first, , last] = exact.means.map(({ pixels }) => pixels.value);
    assert.ok(Math.abs(first / last - 1) < 0.2, `${first} ${last}`);
  });

  it("finds that a share of the noise changes more early, and a fixed size as much as the spectrum says", () => {
    const [early, , late] = share.means.map(({ pixels }) => pixels.value);
    assert.ok(early > 2 * late);
    const ratio = fixed.means[0].pixels.value / share.means[0].pixels.value;
    assert.ok(Math.abs(ratio - (0.3 * Math.hypot(1, 20)) / (0.5 * 20)) < 1e-3, `${ratio}`); // the flow is linear
  });
});
