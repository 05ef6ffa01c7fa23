import assert from "node:assert/strict";
import { geometricSigmas, karrasSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import { assertClose } from "../../helpers/close.js";

describe("karrasSigmas", () => {
  it("has the levels of the paper's 18 steps", () => {
    const expected = [
      80, 57.586, 40.786, 28.375, 19.353, 12.91, 8.401, 5.315, 3.257, 1.923, 1.088, 0.5853, 0.2964, 0.1395, 0.0599,
      0.0229, 0.0075, 0.002, 0,
    ];
    karrasSigmas(18).forEach((sigma, i) =>
      assert.ok(Math.abs(sigma - expected[i]) < 6e-4, `level ${i}: ${sigma}, expected ${expected[i]}`),
    );
  });

  it("begins, ends and is spaced as asked", () => {
    const sigmas = karrasSigmas(7, { sigmaMin: 0.1, sigmaMax: 10, rho: 3 });
    assert.deepEqual([sigmas.length, sigmas[0], sigmas[6], sigmas[7]], [8, 10, 0.1, 0]);
    const roots = sigmas.map((sigma) => sigma ** (1 / 3));
    assertClose(
      roots.slice(1, 7).map((root, i) => roots[i] - root),
      new Float64Array(6).fill((roots[0] - roots[6]) / 6),
      1e-12,
    );
  });

  it("refuses one step and levels in the wrong order", () => {
    assert.throws(() => karrasSigmas(1), /^RangeError: karrasSigmas: 1 steps, expected an integer of at least 2$/);
    assert.throws(
      () => karrasSigmas(5, { sigmaMin: 2, sigmaMax: 1 }),
      /^RangeError: karrasSigmas: levels from 1 down to 2, expected 0 < sigmaMin < sigmaMax$/,
    );
    assert.throws(() => karrasSigmas(5, { rho: 0 }), /^RangeError: karrasSigmas: ρ is 0, expected a positive number$/);
  });
});

describe("geometricSigmas", () => {
  it("has equal ratios and ends exactly as asked", () => {
    const sigmas = geometricSigmas(10);
    assert.deepEqual([sigmas.length, sigmas[0], sigmas[10]], [11, 80, 0.002]);
    assertClose(
      sigmas.slice(1).map((sigma, i) => sigma / sigmas[i]),
      new Float64Array(10).fill((0.002 / 80) ** 0.1),
      1e-12,
    );
    assert.throws(
      () => geometricSigmas(3, { sigmaMin: 0 }),
      /^RangeError: geometricSigmas: levels from 80 down to 0, expected 0 < sigmaMin < sigmaMax$/,
    );
  });
});
