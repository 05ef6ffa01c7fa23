import assert from "node:assert/strict";
import { denoiserShrinkage, endpointShrinkage } from "../../../src/analysis/scores/shrinkage.js";
import { addToRows, column, matrixFromRows, transpose } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose, assertMatrix } from "../../helpers/close.js";
import { golden, goldenRank1 } from "../../helpers/golden.js";
import { fromScore } from "../../../src/diffusion/distribution.js";
import { geometricSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";

describe("denoiserShrinkage", () => {
  const x = normal(randomSource(1), 3, 2);
  const directions = transpose(golden.U);

  it("is λ / (λ + σ²) along the eigenvectors of a Gaussian, and 0 across them", () => {
    for (const sigma of [0.1, 1, 10]) {
      const gains = [4, 0.01].map((lambda) => lambda / (lambda + sigma ** 2));
      assertMatrix(denoiserShrinkage(golden, x, sigma, directions), matrixFromRows([gains, gains, gains]), 1e-12);
      const across = [gains[0], 0];
      assertMatrix(
        denoiserShrinkage(fromScore(2, goldenRank1.score), x, sigma, directions),
        matrixFromRows([across, across, across]),
        1e-6,
      );
    }
  });

  it("refuses directions that are not unit vectors of the space", () => {
    assert.throws(
      () => denoiserShrinkage(golden, x, 1, matrixFromRows([[1, 1]])),
      /^RangeError: denoiserShrinkage: direction 0 has the length 1.414\d*, expected 1$/,
    );
    assert.throws(
      () => denoiserShrinkage(golden, x, 1, matrixFromRows([[1, 0, 0]])),
      /^RangeError: denoiserShrinkage: directions has 3 columns, expected 2$/,
    );
  });
});

describe("endpointShrinkage", () => {
  const sigmas = geometricSigmas(20);
  // started along the leading eigenvector: all endpoint estimates lie on it
  const start = addToRows(matrixFromRows([-90, 40, 75].map((c) => column(golden.U, 0).map((u) => c * u))), golden.mean);
  const path = [...sigmas, 0].map((sigma) => golden.flow(start, 80, sigma));

  it("is that of the eigenvectors of a Gaussian where the trajectory goes along one, and between for a random one", () => {
    for (const sigma of [0.1, 0.3]) {
      const [along, across] = [4, 0.01].map((lambda) => lambda / (lambda + sigma ** 2));
      const { principal, random } = endpointShrinkage(golden, path, sigmas, randomSource(1), { sigma });
      assertClose(principal[0], [along, along, along], 1e-10);
      assertClose(principal[1], [across, across, across], 1e-10);
      for (const gain of random) assert.ok(gain > across && gain < along, `${gain}`);
    }
  });

  it("sums to the trace of the denoiser's Jacobian over all directions, wherever the trajectory goes", () => {
    const other = [...sigmas, 0].map((sigma) => golden.flow(normal(randomSource(2), 4, 2), 80, sigma));
    const { principal } = endpointShrinkage(golden, other, sigmas, randomSource(3));
    const trace = 4 / (4 + 0.09) + 0.01 / (0.01 + 0.09);
    assertClose(
      principal[0].map((gain, n) => gain + principal[1][n]),
      new Float64Array(4).fill(trace),
      1e-10,
    );
  });

  it("asks for a state after the last noise level", () =>
    assert.throws(
      () => endpointShrinkage(golden, path.slice(1), sigmas, randomSource(1)),
      /^RangeError: endpointShrinkage: 21 states and 21 noise levels, expected one state more$/,
    ));
});
