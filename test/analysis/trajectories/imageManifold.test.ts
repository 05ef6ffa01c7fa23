import assert from "node:assert/strict";
import {
  componentRows,
  denoiserGain,
  imageVariations,
  pathDirections,
} from "../../../src/analysis/trajectories/imageManifold.js";
import { fitGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import {
  addScaled,
  addToRows,
  column,
  matrix,
  matrixFromRows,
  row,
  scaleColumns,
  scaleRows,
  transpose,
} from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose, assertMatrix } from "../../helpers/close.js";

const g = fitGaussian(scaleColumns(normal(randomSource(1), 300, 4), [3, 1, 0.3, 0.1]));
const jvp = (x: ReturnType<typeof matrix>, sigma: number, v: ReturnType<typeof matrix>) =>
  addScaled(v, sigma ** 2, g.jacobianProduct(x, sigma, v));

describe("pathDirections", () => {
  it("finds the axes of each path for itself, and their shares", () => {
    const times = [-2, -1, 0, 1, 2];
    const path = times.map((t) =>
      matrixFromRows([
        [5 + 2 * t, 0, t * t - 2],
        [0, 3 * t, 7],
      ]),
    );
    const [first, second] = pathDirections(path, 2);
    // Σ t² = 10 and Σ (t² - 2)² = 14
    assertClose(first.explained, [40 / 54, 1], 1e-12);
    assertClose(second.explained, [1, 1], 1e-12);
    assertClose(row(first.components, 0).map(Math.abs), [1, 0, 0], 1e-12);
    assertClose(row(second.components, 0).map(Math.abs), [0, 1, 0], 1e-12);
    assertClose(row(componentRows([first, second], 2), 0).map(Math.abs), [0, 0, 1], 1e-12);
  });

  it("refuses more components than a path of so many times has", () =>
    assert.throws(
      () => pathDirections([matrix(1, 3), matrix(1, 3)], 2),
      /^RangeError: pathDirections: 2 components of 2 times, expected an integer from 1 to below their number$/,
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
  it("moves the image by the gain along each feature of a Gaussian", () => {
    const x = normal(randomSource(3), 1, 4);
    const [none, moved] = imageVariations(g, x, transpose(g.U), [0, 2], 0.5);
    const gains = g.lambda.map((lambda) => (2 * lambda) / (lambda + 0.25));
    assertMatrix(addScaled(moved, -1, none), scaleRows(transpose(g.U), gains), 1e-9);
  });

  it("refuses several images", () =>
    assert.throws(() => imageVariations(g, matrix(2, 4), matrix(2, 4), [0], 0.5), /imageVariations/));
});
