import assert from "node:assert/strict";
import { differenceProduct, exactDivergence, jacobians } from "../../src/diffusion/jacobian.js";
import {
  addScaled,
  column,
  identity,
  matrix,
  row,
  scaleColumns,
  transpose,
  type Matrix,
} from "../../src/math/matrix.js";
import { estimateMean } from "../../src/math/estimate.js";
import { normal, randomSource } from "../../src/math/random.js";
import { multiply } from "../../src/math/multiply.js";
import { assertClose, assertMatrix } from "./close.js";
import type { GaussianParameters } from "../../src/diffusion/distributions/gaussianSpectrum.js";
import type { Distribution } from "../../src/diffusion/distribution.js";

/** ∇ f of every row by central differences. */
export function gradient(f: (x: Matrix) => Float64Array, x: Matrix, h = 1e-5): Matrix {
  const result = matrix(x.rows, x.cols);
  for (let j = 0; j < x.cols; j++) {
    const e = matrix(
      x.rows,
      x.cols,
      x.values.map((_, i) => (i % x.cols === j ? 1 : 0)),
    );
    const [above, below] = [f(addScaled(x, h, e)), f(addScaled(x, -h, e))];
    above.forEach((value, n) => (result.values[n * x.cols + j] = (value - below[n]) / (2 * h)));
  }
  return result;
}

/**
 * What is true of the closed forms of every distribution, at the points x and levels where a difference step of 1e-5 is
 * small.
 */
export function isDistribution(
  { score, denoiser, logDensity, jacobianProduct: product, divergence, scoreAndDivergence }: Distribution,
  x: Matrix,
  sigmas: readonly number[],
): void {
  for (const sigma of sigmas) {
    const at = `at σ = ${sigma}`;
    it(`has the gradient of its log density as score ${at}`, () =>
      assertMatrix(
        score(x, sigma),
        gradient((y) => logDensity(y, sigma), x),
        1e-6,
      ));
    it(`denoises by Tweedie's formula ${at}`, () =>
      assertMatrix(denoiser(x, sigma), addScaled(x, sigma ** 2, score(x, sigma)), 1e-10));
    it(`has a symmetric Jacobian, the derivative of its score, and its trace as divergence ${at}`, () => {
      const v = normal(randomSource(77), x.rows, x.cols);
      assertMatrix(product(x, sigma, v), differenceProduct(score)(x, sigma, v), 1e-6, "product");
      for (const J of jacobians(product, x, sigma)) assertMatrix(J, transpose(J), 1e-10, "symmetry");
      assertClose(divergence(x, sigma), exactDivergence(product)(x, sigma), 1e-10, "divergence");
      const both = scoreAndDivergence(x, sigma);
      assertMatrix(both.score, score(x, sigma), 1e-12, "score beside the divergence");
      assertClose(both.divergence, divergence(x, sigma), 1e-12, "divergence beside the score");
    });
    it(`gives a point the same alone as among others ${at}`, () => {
      const [all, logs, traces] = [score(x, sigma), logDensity(x, sigma), divergence(x, sigma)];
      for (let n = 0; n < x.rows; n++) {
        const one = matrix(1, x.cols, row(x, n));
        assertClose(score(one, sigma).values, row(all, n), 1e-12);
        assertClose([logDensity(one, sigma)[0], divergence(one, sigma)[0]], [logs[n], traces[n]], 1e-12);
      }
    });
  }
  it("takes no points at all", () => {
    const none = matrix(0, x.cols);
    for (const f of [score, denoiser]) assert.deepEqual(f(none, 1), none);
    assert.deepEqual(product(none, 1, none), none);
    for (const f of [logDensity, divergence]) assert.equal(f(none, 1).length, 0);
  });
  it("refuses points of another dimension, values that are not finite, and noise levels that are none, in one sentence", () => {
    const bad = matrix(2, x.cols);
    bad.values[x.cols + 1] = NaN;
    for (const f of [score, denoiser, logDensity, divergence]) {
      assert.throws(
        () => f(matrix(1, x.cols + 1), 1),
        new RegExp(`^RangeError: [\\w.]+: x has ${x.cols + 1} columns, expected ${x.cols}$`),
      );
      assert.throws(() => f(bad, 1), /^RangeError: [\w.]+: x holds NaN in row 1, column 1, expected finite values$/);
      for (const sigma of [-1, NaN, Infinity])
        assert.throws(
          () => f(x, sigma),
          new RegExp(`^RangeError: [\\w.]+: σ is ${sigma}, expected a finite noise level of at least 0$`),
        );
    }
    assert.throws(
      () => product(x, 1, matrix(1, 1)),
      /^RangeError: [\w.]+: \d+ × \d+ and 1 × 1 matrices, expected one shape$/,
    );
    const sized = matrix(2, x.cols);
    assert.throws(() => product(bad, 1, sized), /^RangeError: [\w.]+: x holds NaN in row 1, column 1, expected finite/);
    assert.throws(() => product(sized, 1, bad), /^RangeError: [\w.]+: v holds NaN in row 1, column 1, expected finite/);
  });
}

/** Σ of a Gaussian, shape [d, d]. */
export function denseCovariance({ mean, U, lambda, residualVariance: rest = 0 }: GaussianParameters): Matrix {
  const inside = scaleColumns(
    U,
    lambda.map((value) => value - rest),
  );
  return addScaled(multiply(inside, U, { transposeB: true }), rest, identity(mean.length));
}

/** What is true of draws from a distribution whose data have the given mean and covariance, shapes [d] and [d, d]. */
export function drawsItself({ dimension: d, sample }: Distribution, mean: ArrayLike<number>, covariance: Matrix): void {
  for (const sigma of [0, 0.7])
    it(`draws points of its mean and covariance at σ = ${sigma}`, () => {
      const x = sample(randomSource(31), 20_000, sigma);
      const centred = Array.from({ length: d }, (_, j) => column(x, j).map((value) => value - mean[j]));
      const near = (values: Float64Array, expected: number, what: string) => {
        const { value, standardError } = estimateMean(values);
        const allowed = 4 * standardError + 1e-12; // round-off, where nothing is random
        assert.ok(Math.abs(value - expected) <= allowed, `${what}: ${value}, expected ${expected} ± ${standardError}`);
      };
      for (let i = 0; i < d; i++) {
        near(centred[i], 0, `mean ${i}`);
        for (let j = 0; j <= i; j++)
          near(
            centred[i].map((value, n) => value * centred[j][n]),
            covariance.values[i * d + j] + (i === j ? sigma ** 2 : 0),
            `covariance ${i}, ${j}`,
          );
      }
    });
  it("draws the same for a seed, another for another, and data where no σ is given", () => {
    assert.deepEqual(sample(randomSource(5), 7, 0.7), sample(randomSource(5), 7, 0.7));
    assert.notDeepEqual(sample(randomSource(5), 7, 0.7), sample(randomSource(6), 7, 0.7));
    assert.deepEqual(sample(randomSource(5), 7), sample(randomSource(5), 7, 0));
    assert.deepEqual(sample(randomSource(5), 0), matrix(0, d));
  });
  it("refuses numbers of draws and noise levels that are none", () => {
    for (const n of [-1, 1.5, NaN])
      assert.throws(
        () => sample(randomSource(5), n),
        new RegExp(`^RangeError: [\\w.]+\\.sample: n is ${n}, expected an integer of at least 0$`),
      );
    for (const sigma of [-1, NaN, Infinity])
      assert.throws(
        () => sample(randomSource(5), 7, sigma),
        new RegExp(`^RangeError: [\\w.]+\\.sample: σ is ${sigma}, expected a finite noise level of at least 0$`),
      );
  });
}

/** The integral of a density in the plane over a square around 0. */
export function integral(logDensity: (x: Matrix) => Float64Array, half: number, h: number): number {
  const side = 2 * Math.round(half / h) + 1;
  const grid = matrix(
    side ** 2,
    2,
    Float64Array.from(
      { length: 2 * side ** 2 },
      (_, i) => (i % 2 === 0 ? Math.floor(i / 2 / side) : ((i - 1) / 2) % side) * h - half,
    ),
  );
  return logDensity(grid).reduce((sum, value) => sum + Math.exp(value), 0) * h * h;
}
