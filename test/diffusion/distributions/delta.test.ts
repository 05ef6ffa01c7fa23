import assert from "node:assert/strict";
import {
  deltaDenoiser,
  deltaDivergence,
  deltaJacobianProduct,
  deltaLogDensity,
  deltaResponsibilities,
  deltaScore,
} from "../../../src/diffusion/distributions/delta.js";
import { inLogSigma, probabilityFlow } from "../../../src/diffusion/flow.js";
import { fitGaussian, isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import {
  gaussianMixture,
  mixtureDenoiser,
  mixtureLogDensity,
  mixtureResponsibilities,
  mixtureScore,
} from "../../../src/diffusion/distributions/mixture.js";
import { integrateAdaptive } from "../../../src/math/adaptive.js";
import { addScaled, matrix, matrixFromRows, row, scale, takeRows, type Matrix } from "../../../src/math/matrix.js";
import { cachedBytes, nativeAvailable } from "../../../src/math/native.js";
import { last } from "../../../src/math/ode.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose, assertDigits, assertMatrix } from "../../helpers/close.js";
import { integral, isDistribution, type Distribution } from "../../helpers/distribution.js";

const distribution = (...args: Parameters<typeof deltaScore>): Distribution => ({
  score: deltaScore(...args),
  denoiser: deltaDenoiser(...args),
  logDensity: deltaLogDensity(...args),
  product: deltaJacobianProduct(...args),
  divergence: deltaDivergence(...args),
});
const triangle = matrixFromRows([
  [0, 0],
  [1, 0],
  [0, 2],
]);

/** The same by its definition, a point at a time. */
function plainDenoiser(points: Matrix, x: Matrix, sigma: number): Matrix {
  const result = matrix(x.rows, x.cols);
  for (let n = 0; n < x.rows; n++) {
    const logs = Array.from(
      { length: points.rows },
      (_, i) => row(points, i).reduce((sum, y, j) => sum - (y - row(x, n)[j]) ** 2, 0) / (2 * sigma ** 2),
    );
    const largest = Math.max(...logs);
    const weights = logs.map((log) => Math.exp(log - largest));
    const total = weights.reduce((sum, value) => sum + value, 0);
    weights.forEach((weight, i) =>
      row(points, i).forEach((y, j) => (result.values[n * x.cols + j] += (weight / total) * y)),
    );
  }
  return result;
}

describe("points as a distribution", () => {
  const x = normal(randomSource(1), 5, 3);
  const points = normal(randomSource(2), 20, 3);
  const weights = Float64Array.from({ length: 20 }, (_, i) => (i + 1) / 210);
  describe("of equal weights", () => isDistribution(distribution(points), x, [0.5, 3]));
  describe("of other weights and a variance", () =>
    isDistribution(distribution(points, { weights, variance: 0.3 }), x, [0.2, 3]));

  it("is the mixture of isotropic Gaussians", () => {
    const m = gaussianMixture(
      weights,
      Array.from(weights, (_, i) => isotropicGaussian(row(points, i), 0.3)),
    );
    const options = { weights, variance: 0.3 };
    for (const sigma of [0, 0.7, 80]) {
      assertMatrix(deltaScore(points, options)(x, sigma), mixtureScore(m)(x, sigma), 1e-11);
      assertMatrix(deltaDenoiser(points, options)(x, sigma), mixtureDenoiser(m)(x, sigma), 1e-11);
      assertClose(deltaLogDensity(points, options)(x, sigma), mixtureLogDensity(m)(x, sigma), 1e-12);
      assertMatrix(deltaResponsibilities(points, options)(x, sigma), mixtureResponsibilities(m)(x, sigma), 1e-12);
    }
  });

  it("is one result at every noise level, in blocks of data and of points, with few weights or all: that of the definition", () => {
    const d = 300; // blocks of 13,981 data rows
    const [many, noised] = [normal(randomSource(3), 15_000, d), normal(randomSource(4), 3, d)];
    for (const sigma of [0.05, 1, 3, 80]) {
      const at = addScaled(takeRows(many, [0, 14_000, 7000]), sigma, noised);
      assertMatrix(deltaDenoiser(many)(at, sigma), plainDenoiser(many, at, sigma), 1e-12, `σ = ${sigma}`);
    }
    const at = addScaled(
      takeRows(
        many,
        Array.from({ length: 600 }, (_, i) => i),
      ),
      3,
      normal(randomSource(5), 600, d),
    ); // blocks of 279 points
    const all = deltaScore(many)(at, 3);
    for (const n of [0, 299, 300, 599]) assertClose(row(all, n), deltaScore(many)(takeRows(at, [n]), 3).values, 1e-11);
  });

  it("shares one native copy among its functions, and makes another when the points have changed", function () {
    if (!nativeAvailable()) this.skip();
    const many = normal(randomSource(3), 2000, 300);
    const at = normal(randomSource(4), 8, 300);
    const before = cachedBytes();
    for (const f of [deltaScore(many), deltaDenoiser(many)]) f(at, 2);
    deltaDivergence(many)(at, 2);
    assert.equal(cachedBytes() - before, 8 * 2000 * 302); // and two columns beside the points
    many.values.forEach((value, i) => (many.values[i] = -value));
    assertMatrix(deltaDenoiser(many)(at, 2), plainDenoiser(many, at, 2), 1e-12);
  });

  it("is finite far from all points and at levels where every weight but one is below the least float64", () => {
    const { score, logDensity } = distribution(points);
    for (const [far, sigma] of [
      [1e4, 1],
      [1, 1e-4],
    ] as const) {
      assert.ok([...score(scale(x, far), sigma).values, ...logDensity(scale(x, far), sigma)].every(Number.isFinite));
      assertMatrix(deltaDenoiser(points)(scale(x, far), sigma), deltaDenoiser(points)(scale(x, far), 0), 1e-12);
    }
  });

  it("integrates to 1", () => {
    assert.ok(Math.abs(integral((y) => deltaLogDensity(triangle)(y, 0.4), 6, 0.05) - 1) < 1e-10);
  });

  it("has probabilities that sum to 1, and the mean of those that are equally near at σ = 0", () => {
    const p = deltaResponsibilities(points)(x, 0.5);
    assert.deepEqual([p.rows, p.cols], [5, 20]);
    for (let n = 0; n < 5; n++) assertClose([row(p, n).reduce((sum, value) => sum + value, 0)], [1], 1e-14);
    assertMatrix(
      deltaDenoiser(triangle)(
        matrixFromRows([
          [0.5, 0],
          [0.9, 0.1],
        ]),
        0,
      ),
      matrixFromRows([
        [0.5, 0],
        [1, 0],
      ]),
      0,
    );
    assertMatrix(
      deltaDenoiser(triangle, { weights: [0.25, 0.5, 0.25] })(matrixFromRows([[0.5, 0]]), 0),
      matrixFromRows([[2 / 3, 0]]),
      1e-15,
    );
  });

  it("has the known denoised points and score", () => {
    const at = matrixFromRows([[0.6, 0.4]]);
    // Computed once in NumPy from the closed forms.
    assertDigits(deltaDenoiser(triangle)(at, 2).values, [0.370667279574, 0.535634497185], 12);
    assertDigits(deltaDenoiser(triangle)(at, 0.5).values, [0.59671688383, 0.006583654261], 12);
    assertDigits(deltaScore(triangle)(at, 0.5).values, [-0.013132464679, -1.573665382955], 12);
    assertDigits(deltaDenoiser(triangle)(at, 0.1).values, [0.9999546021313, 0], 13);
    assertClose(fitGaussian(triangle).lambda, [0.95617236, 0.15493875], 1e-8);
  });

  it("is where every path of the flow ends: on one of the points", () => {
    const flow = inLogSigma(probabilityFlow(deltaScore(triangle)));
    const end = (x0: Matrix, to: number) =>
      last(integrateAdaptive(flow, x0, Math.log(80), Math.log(to), { rtol: 1e-10, atol: 1e-11 })).x;
    const start = matrixFromRows([
      [48, -24],
      [-32, 80],
      [-20, -20],
    ]);
    assertDigits(row(end(start, 10), 0), [6.30175513, -2.43741464], 8);
    assertDigits(row(end(start, 1), 0), [1.05367144, 0.08879323], 8);
    const near = end(start, 1e-4);
    assertMatrix(
      near,
      matrixFromRows([
        [1, 0],
        [0, 2],
        [0, 0],
      ]),
      5e-4,
    ); // x - y = O(σ)
    assertMatrix(
      deltaDenoiser(triangle)(near, 1e-4),
      matrixFromRows([
        [1, 0],
        [0, 2],
        [0, 0],
      ]),
      0,
    );
  });

  it("refuses what is no data set, and σ = 0", () => {
    assert.throws(
      () => deltaScore(matrix(0, 2)),
      /^RangeError: deltaScore: 0 points in 2 dimensions, expected at least one of each$/,
    );
    assert.throws(
      () => deltaScore(matrixFromRows([[0, NaN]])),
      /^RangeError: deltaScore: the data holds NaN in row 0, column 1, expected finite values$/,
    );
    assert.throws(
      () => deltaScore(triangle, { weights: [1, 1, 1] }),
      /^RangeError: deltaScore: the weights sum to 3, expected 1; divide them by their sum$/,
    );
    assert.throws(
      () => deltaScore(triangle, { weights: [1] }),
      /^RangeError: deltaScore: 1 weights for 3 points, expected one each$/,
    );
    assert.throws(
      () => deltaScore(triangle, { variance: -1 }),
      /^RangeError: deltaScore: the variance is -1, expected a finite number of at least 0$/,
    );
    assert.throws(
      () => deltaScore(triangle)(triangle, 0),
      /^RangeError: deltaScore: σ is 0, expected a positive noise level$/,
    );
    assert.throws(
      () => deltaLogDensity(triangle)(triangle, 0),
      /^RangeError: deltaLogDensity: σ is 0, expected a positive noise level$/,
    );
  });
});
