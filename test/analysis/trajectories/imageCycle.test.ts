import assert from "node:assert/strict";
import { imageCycle } from "../../../src/analysis/trajectories/imageCycle.js";
import { fitGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { matrix, scale } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertMatrix } from "../../helpers/close.js";

const g = fitGaussian(normal(randomSource(1), 300, 4));

describe("imageCycle", () => {
  it("begins at the image, goes through the noise and comes back; opposite states are the negative of each other", () => {
    const [x0, noise] = [normal(randomSource(4), 2, 4), normal(randomSource(5), 2, 4)];
    const cycle = imageCycle(g, x0, noise, { angles: 8 });
    assertMatrix(cycle[0].state, x0, 1e-12);
    assertMatrix(cycle[2].state, noise, 1e-12);
    cycle.slice(0, 4).forEach(({ state }, i) => assertMatrix(cycle[i + 4].state, scale(state, -1), 1e-12));
    assertMatrix(cycle[1].denoised, g.denoiser(scale(cycle[1].state, Math.SQRT2), 1), 1e-9);
    assertMatrix(cycle[2].denoised, g.denoiser(scale(noise, Math.hypot(1, 80)), 80), 1e-9);
  });

  it("refuses a circle of three", () =>
    assert.throws(
      () => imageCycle(g, matrix(1, 4), matrix(1, 4), { angles: 3 }),
      /^RangeError: imageCycle: 3 angles, expected an integer of at least 4$/,
    ));
});
