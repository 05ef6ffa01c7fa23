import assert from "node:assert/strict";
import { denoiserShrinkage } from "../../../src/analysis/scores/shrinkage.js";
import { matrixFromRows, transpose } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertMatrix } from "../../helpers/close.js";
import { golden, goldenRank1 } from "../../helpers/golden.js";
import { fromScore } from "../../../src/diffusion/distribution.js";

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
