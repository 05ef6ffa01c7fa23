import assert from "node:assert/strict";
import { decode, encode, interpolate } from "../../src/diffusion/encoding.js";
import { gaussian, isotropicGaussian } from "../../src/diffusion/distributions/gaussian.js";
import { gaussianMixture } from "../../src/diffusion/distributions/mixture.js";
import { lerp, slerp } from "../../src/diffusion/interpolate.js";
import { addScaled, column, matrixFromRows, scale, squaredErrors } from "../../src/math/matrix.js";
import { multiply } from "../../src/math/multiply.js";
import { randomOrthogonal } from "../../src/math/qr.js";
import { normal, randomSource } from "../../src/math/random.js";
import { columnCorrelations, mean, variance } from "../../src/math/stats.js";
import { assertMatrix } from "../helpers/close.js";

const S = matrixFromRows([
  [1, 0.6],
  [0.6, 1],
]);
const g = gaussian(Float64Array.of(0.3, -0.2), S);
const integrated = { denoiser: g.denoiser };
const modes = [
  [-1.5, 0],
  [1.5, 0.5],
  [0, -1.5],
];
const m = gaussianMixture(
  [0.5, 0.3, 0.2],
  modes.map((mean) => isotropicGaussian(Float64Array.from(mean), 0.15)),
);
const levels = { sigmaMin: 0.01, sigmaMax: 80 };
const x = m.sample(randomSource(1), 200, levels.sigmaMin);

describe("encode and decode", () => {
  it("meet the closed form of a Gaussian within what the tolerance allows, and take it where there is one", () => {
    const { points: exact, evaluations, error } = encode(g, x, levels);
    assertMatrix(exact, scale(g.flow(x, 0.01, 80), 1 / 80), 1e-15);
    assert.deepEqual([evaluations, Math.max(...error)], [0, 0]);
    const seen = encode(integrated, x, { ...levels, tolerance: 1e-9 });
    assertMatrix(seen.points, exact, 1e-8);
    assert.ok(seen.evaluations > 0);
    assertMatrix(decode(integrated, exact, { ...levels, tolerance: 1e-9 }).points, x, 1e-8);
  });

  it("undo each other to 1e-9, on a mixture", () => {
    const fine = { ...levels, tolerance: 1e-11 };
    const { points: z } = encode(m, x, fine);
    assertMatrix(decode(m, z, fine).points, x, 1e-9);
    const noise = normal(randomSource(2), 200, 2);
    assertMatrix(encode(m, decode(m, noise, fine).points, fine).points, noise, 1e-9);
  });

  it("estimate their error to a factor of ten", () => {
    const { points: exact } = encode(m, x, { ...levels, tolerance: 1e-12 });
    for (const tolerance of [1e-4, 1e-6, 1e-8]) {
      const { points, error } = encode(m, x, { ...levels, tolerance });
      const [seen, said] = [squaredErrors(points, exact), error.map((one) => one ** 2)].map((squares) =>
        Math.sqrt(mean(squares)),
      );
      assert.ok(said < 10 * seen && seen < 10 * said, `tolerance ${tolerance}: error ${seen}, estimated ${said}`);
    }
  });

  it("turn with the data: the codes of R x are R z", () => {
    const R = randomOrthogonal(randomSource(3), 2);
    const turned = gaussianMixture(
      [0.5, 0.3, 0.2],
      modes.map((mean) => isotropicGaussian(multiply(matrixFromRows([mean]), R, { transposeB: true }).values, 0.15)),
    );
    const fine = { ...levels, tolerance: 1e-10 };
    const { points: z } = encode(m, x, fine);
    const { points } = encode(turned, multiply(x, R, { transposeB: true }), fine);
    assertMatrix(points, multiply(z, R, { transposeB: true }), 1e-8);
  });

  it("leave the dependence Σ_12 / (Σ_11 + σ_max²) between codes of a Gaussian", () => {
    const draws = g.sample(randomSource(4), 100_000, 0.01);
    for (const sigmaMax of [2, 10]) {
      const { points } = encode(g, draws, { sigmaMin: 0.01, sigmaMax });
      const expected = 0.6 / (1 + sigmaMax ** 2);
      const [u, v] = [0, 1].map((j) => column(points, j));
      const z =
        (columnCorrelations(matrixFromRows([...u].map((one) => [one])), matrixFromRows([...v].map((one) => [one])))[0] -
          expected) *
        Math.sqrt(100_000);
      assert.ok(Math.abs(z) < 4, `σ_max = ${sigmaMax}: ${z} standard errors`);
      assert.ok(Math.abs(variance(u) - 1 - 1 / sigmaMax ** 2) < 4 * Math.sqrt(2 / 100_000) * (1 + 1 / sigmaMax ** 2));
    }
  });

  it("refuse levels that do not increase, tolerances that are none and points that are not finite", () => {
    assert.throws(
      () => encode(m, x, { sigmaMin: 2, sigmaMax: 1 }),
      /^RangeError: encode: sigmaMin is 2 and sigmaMax 1, expected finite levels that increase$/,
    );
    assert.throws(() => decode(m, x, { sigmaMin: 0 }), /^RangeError: decode: σ is 0, expected a positive noise level$/);
    assert.throws(() => decode(m, x, { tolerance: 2 }), /^RangeError: decode: the tolerance is 2, expected a number/);
    assert.throws(() => encode(m, matrixFromRows([[0, NaN]])), /^RangeError: encode: x holds NaN in row 0, column 1/);
  });
});

describe("interpolate", () => {
  const [a, b] = [1, 2].map((seed) => m.sample(randomSource(seed), 50, levels.sigmaMin));

  it("begins at a, ends at b, and has the decoded average of the codes between", () => {
    const fine = { ...levels, tolerance: 1e-10 };
    const [from, to] = [a, b].map((points) => encode(m, points, fine).points);
    for (const [path, way] of Object.entries({ slerp, lerp })) {
      const [first, middle, end] = interpolate(m, a, b, [0, 0.4, 1], { ...fine, path: path as "slerp" | "lerp" });
      assertMatrix(first, a, 1e-8);
      assertMatrix(end, b, 1e-8);
      assertMatrix(middle, decode(m, way(from, to, 0.4), fine).points, 1e-12);
    }
  });

  it("of Gaussian data is straight by lerp", () => {
    const [middle] = interpolate(g, a, b, [0.3], { ...levels, path: "lerp" });
    assertMatrix(middle, addScaled(scale(a, 0.7), 0.3, b), 1e-12);
  });
});
