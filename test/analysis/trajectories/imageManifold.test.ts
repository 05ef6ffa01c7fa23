import assert from "node:assert/strict";
import {
  componentRows,
  denoiserGain,
  imageCycle,
  imageVariations,
  pathComponents,
} from "../../../src/analysis/trajectories/imageManifold.js";
import { fitGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import {
  addScaled,
  addToRows,
  column,
  matrix,
  matrixFromRows,
  row,
  scale,
  scaleColumns,
} from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose, assertMatrix } from "../../helpers/close.js";

const g = fitGaussian(scaleColumns(normal(randomSource(1), 300, 4), [3, 1, 0.3, 0.1]));
const jvp = (x: ReturnType<typeof matrix>, sigma: number, v: ReturnType<typeof matrix>) =>
  addScaled(v, sigma ** 2, g.jacobianProduct(x, sigma, v));

describe("pathComponents", () => {
  it("finds the axes of each path for itself, and their shares", () => {
    const times = [-2, -1, 0, 1, 2];
    const path = times.map((t) =>
      matrixFromRows([
        [5 + 2 * t, 0, t * t - 2],
        [0, 3 * t, 7],
      ]),
    );
    const [first, second] = pathComponents(path, 2);
    // Σ t² = 10 and Σ (t² - 2)² = 14
    assertClose(first.explained, [40 / 54, 1], 1e-12);
    assertClose(second.explained, [1, 1], 1e-12);
    assertClose(row(first.components, 0).map(Math.abs), [1, 0, 0], 1e-12);
    assertClose(row(second.components, 0).map(Math.abs), [0, 1, 0], 1e-12);
    assertClose(row(componentRows([first, second], 2), 0).map(Math.abs), [0, 0, 1], 1e-12);
  });

  it("refuses more components than a path of so many times has", () =>
    assert.throws(
      () => pathComponents([matrix(1, 3), matrix(1, 3)], 2),
      /^RangeError: pathComponents: 2 components of 2 times, expected an integer from 1 to below their number$/,
    ));
});

describe("denoiserGain", () => {
  it("is λ / (λ + σ²) along a feature of a Gaussian, whatever the length of the direction", () => {
    for (let k = 0; k < 4; k++) {
      const directions = addToRows(matrix(2, 4), column(g.U, k), 7);
      const gain = g.lambda[k] / (g.lambda[k] + 0.25);
      assertClose(denoiserGain({ jvp }, normal(randomSource(2), 2, 4), 0.5, directions), [gain, gain], 1e-9);
    }
  });

  it("refuses directions of another shape", () =>
    assert.throws(() => denoiserGain({ jvp }, matrix(2, 4), 0.5, matrix(1, 4)), /denoiserGain/));
});

describe("imageVariations", () => {
  it("moves the image by the gain along a feature of a Gaussian", () => {
    const x = normal(randomSource(3), 2, 4);
    const directions = addToRows(matrix(2, 4), column(g.U, 1));
    const [none, moved] = imageVariations(g, x, directions, [0, 2], 0.5);
    assertMatrix(addScaled(moved, -1, none), scale(directions, (2 * g.lambda[1]) / (g.lambda[1] + 0.25)), 1e-9);
  });
});

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
