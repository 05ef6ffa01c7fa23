import assert from "node:assert/strict";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";
import { inLogSigma, probabilityFlow } from "../../../src/diffusion/flow.js";
import { fitGaussian, isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { gaussianMixture } from "../../../src/diffusion/distributions/mixture.js";
import { integrateAdaptive } from "../../../src/math/adaptive.js";
import {
  addScaled,
  diagonal,
  identity,
  matrix,
  matrixFromRows,
  row,
  scale,
  takeRows,
  type Matrix,
} from "../../../src/math/matrix.js";
import { multiply } from "../../../src/math/multiply.js";
import { last } from "../../../src/math/ode.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose, assertDigits, assertMatrix } from "../../helpers/close.js";
import { drawsItself, integral, isDistribution } from "../../helpers/distribution.js";

const distribution = empiricalDistribution;
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

  for (const [name, options] of Object.entries({
    "of equal weights": {},
    "of other weights": { weights, variance: 0.3 },
  }))
    describe(`${name}, drawn`, () => {
      const of = options.weights ?? new Float64Array(20).fill(1 / 20);
      const mean = multiply(matrix(1, 20, of), points);
      const second = multiply(points, multiply(diagonal(of), points), { transposeA: true });
      const spread = addScaled(second, -1, multiply(mean, mean, { transposeA: true }));
      drawsItself(distribution(points, options), mean.values, addScaled(spread, options.variance ?? 0, identity(3)));
    });

  it("draws its very points, each by its weight", () => {
    const n = 20_000;
    const drawn = distribution(points, { weights }).sample(randomSource(9), n);
    const counts = new Float64Array(20);
    for (let k = 0; k < n; k++)
      counts[
        Array.from(weights, (_, i) => row(points, i)).findIndex((y) => y.every((v, j) => v === row(drawn, k)[j]))
      ]++;
    counts.forEach((count, i) => {
      const error = Math.sqrt((weights[i] * (1 - weights[i])) / n);
      assert.ok(Math.abs(count / n - weights[i]) < 4 * error, `point ${i}: ${count} of ${n}, weight ${weights[i]}`);
    });
  });

  it("is the mixture of isotropic Gaussians", () => {
    const m = gaussianMixture(
      weights,
      Array.from(weights, (_, i) => isotropicGaussian(row(points, i), 0.3)),
    );
    const options = { weights, variance: 0.3 };
    for (const sigma of [0, 0.7, 80]) {
      assertMatrix(empiricalDistribution(points, options).score(x, sigma), m.score(x, sigma), 1e-11);
      assertMatrix(empiricalDistribution(points, options).denoiser(x, sigma), m.denoiser(x, sigma), 1e-11);
      assertClose(empiricalDistribution(points, options).logDensity(x, sigma), m.logDensity(x, sigma), 1e-12);
      assertMatrix(
        empiricalDistribution(points, options).responsibilities(x, sigma),
        m.responsibilities(x, sigma),
        1e-12,
      );
    }
  });

  it("is one result at every noise level, in blocks of data and of points, with few weights or all: that of the definition", () => {
    const d = 300; // blocks of 6,990 data rows
    const [many, noised] = [normal(randomSource(3), 15_000, d), normal(randomSource(4), 3, d)];
    const p = empiricalDistribution(many);
    for (const sigma of [0.05, 1, 3, 80]) {
      const at = addScaled(takeRows(many, [0, 14_000, 7000]), sigma, noised);
      assertMatrix(p.denoiser(at, sigma), plainDenoiser(many, at, sigma), 1e-12, `σ = ${sigma}`);
    }
    const at = addScaled(
      takeRows(
        many,
        Array.from({ length: 600 }, (_, i) => i),
      ),
      3,
      normal(randomSource(5), 600, d),
    ); // blocks of 512 points
    const all = p.score(at, 3);
    for (const n of [0, 511, 512, 599]) assertClose(row(all, n), p.score(takeRows(at, [n]), 3).values, 1e-11);
  });

  it("is finite far from all points and at levels where every weight but one is below the least float64", () => {
    const { score, logDensity } = distribution(points);
    for (const [far, sigma] of [
      [1e4, 1],
      [1, 1e-4],
    ] as const) {
      assert.ok([...score(scale(x, far), sigma).values, ...logDensity(scale(x, far), sigma)].every(Number.isFinite));
      assertMatrix(
        empiricalDistribution(points).denoiser(scale(x, far), sigma),
        empiricalDistribution(points).denoiser(scale(x, far), 0),
        1e-12,
      );
    }
  });

  it("integrates to 1", () => {
    assert.ok(Math.abs(integral((y) => empiricalDistribution(triangle).logDensity(y, 0.4), 6, 0.05) - 1) < 1e-10);
  });

  it("has probabilities that sum to 1, and the mean of those that are equally near at σ = 0", () => {
    const p = empiricalDistribution(points).responsibilities(x, 0.5);
    assert.deepEqual([p.rows, p.cols], [5, 20]);
    for (let n = 0; n < 5; n++) assertClose([row(p, n).reduce((sum, value) => sum + value, 0)], [1], 1e-14);
    assertMatrix(
      empiricalDistribution(triangle).denoiser(
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
      empiricalDistribution(triangle, { weights: [0.25, 0.5, 0.25] }).denoiser(matrixFromRows([[0.5, 0]]), 0),
      matrixFromRows([[2 / 3, 0]]),
      1e-15,
    );
  });

  it("has the known denoised points and score", () => {
    const at = matrixFromRows([[0.6, 0.4]]);
    // Computed once in NumPy from the closed forms.
    assertDigits(empiricalDistribution(triangle).denoiser(at, 2).values, [0.370667279574, 0.535634497185], 12);
    assertDigits(empiricalDistribution(triangle).denoiser(at, 0.5).values, [0.59671688383, 0.006583654261], 12);
    assertDigits(empiricalDistribution(triangle).score(at, 0.5).values, [-0.013132464679, -1.573665382955], 12);
    assertDigits(empiricalDistribution(triangle).denoiser(at, 0.1).values, [0.9999546021313, 0], 13);
    assertClose(fitGaussian(triangle).lambda, [0.95617236, 0.15493875], 1e-8);
  });

  it("is where every path of the flow ends: on one of the points", () => {
    const flow = inLogSigma(probabilityFlow(empiricalDistribution(triangle)));
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
      empiricalDistribution(triangle).denoiser(near, 1e-4),
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
      () => empiricalDistribution(matrix(0, 2)),
      /^RangeError: empiricalDistribution: 0 points in 2 dimensions, expected at least one of each$/,
    );
    assert.throws(
      () => empiricalDistribution(matrixFromRows([[0, NaN]])),
      /^RangeError: empiricalDistribution: the data holds NaN in row 0, column 1, expected finite values$/,
    );
    assert.throws(
      () => empiricalDistribution(triangle, { weights: [1, 1, 1] }),
      /^RangeError: empiricalDistribution: the weights sum to 3, expected 1; divide them by their sum$/,
    );
    assert.throws(
      () => empiricalDistribution(triangle, { weights: [1] }),
      /^RangeError: empiricalDistribution: 1 weights for 3 points, expected one each$/,
    );
    assert.throws(
      () => empiricalDistribution(triangle, { variance: -1 }),
      /^RangeError: empiricalDistribution: the variance is -1, expected a finite number of at least 0$/,
    );
    assert.throws(
      () => empiricalDistribution(triangle).score(triangle, 0),
      /^RangeError: EmpiricalDistribution\.score: σ is 0, expected a positive noise level$/,
    );
    assert.throws(
      () => empiricalDistribution(triangle).logDensity(triangle, 0),
      /^RangeError: EmpiricalDistribution\.logDensity: σ is 0, expected a positive noise level$/,
    );
  });

  it("is as exact wherever the points are", () => {
    const [shift, sigma] = [2 ** 17, 2 ** -10]; // sums with which are exact
    const points = matrix(20, 2, normal(randomSource(1), 20, 2).values.map((value) => Math.round(2 ** 12 * value) / 2 ** 19)); // prettier-ignore
    const moved = ({ values, ...shape }: Matrix): Matrix => ({
      ...shape,
      values: values.map((value) => value + shift),
    });
    const x = { ...points, values: points.values.map((value, i) => value + ((i % 5) - 2) / 2 ** 11) };
    const [here, there] = [distribution(points), distribution(moved(points))];
    const v = normal(randomSource(2), 20, 2);
    assertMatrix(there.responsibilities(moved(x), sigma), here.responsibilities(x, sigma), 1e-9);
    assertMatrix(there.score(moved(x), sigma), here.score(x, sigma), 1e-9);
    assertMatrix(there.jacobianProduct(moved(x), sigma, v), here.jacobianProduct(x, sigma, v), 1e-9);
    assertClose(there.divergence(moved(x), sigma), here.divergence(x, sigma), 1e-9);
    assertClose(there.logDensity(moved(x), sigma), here.logDensity(x, sigma), 1e-9);
    assertMatrix(there.denoiser(moved(x), sigma), moved(here.denoiser(x, sigma)), 1e-15);
    assert.equal(there.denoiser(matrix(1, 2), 0).values.length, 2);
  });
});
