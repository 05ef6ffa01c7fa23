import assert from "node:assert/strict";
import { circle, sphereDistribution } from "../../../src/diffusion/distributions/sphere.js";
import { addScaled, diagonal, matrix, matrixFromRows, scale, squaredLengths } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose, assertDigits, assertMatrix } from "../../helpers/close.js";
import { drawsItself, integral, isDistribution } from "../../helpers/distribution.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";

describe("a sphere", () => {
  for (const [name, p] of Object.entries({
    "a ring": circle(1.5),
    "a blurred ring": circle(5, 0.55),
    "a sphere in 5 dimensions": sphereDistribution({ dimension: 2, ambient: 5 }),
    "a 10-sphere": sphereDistribution({ dimension: 10, ambient: 12, radius: 2 }),
  }))
    describe(name, () => isDistribution(p, normal(randomSource(1), 4, p.dimension), [0.5, 3]));

  describe("drawn", () => {
    // E x_∥ x_∥ᵀ = R² / n; width² is in every direction
    const spread = (own: number, n: number, d: number, width = 0) =>
      diagonal(Float64Array.from({ length: d }, (_, j) => (j < n ? own : 0) + width ** 2));
    describe("as a blurred ring", () => drawsItself(circle(5, 0.55), [0, 0], spread(12.5, 2, 2, 0.55)));
    describe("in 5 dimensions", () =>
      drawsItself(sphereDistribution({ dimension: 2, ambient: 5 }), new Float64Array(5), spread(1 / 3, 3, 5)));
  });

  it("draws points of its radius, in the first coordinates alone", () => {
    const x = sphereDistribution({ dimension: 2, ambient: 5, radius: 3 }).sample(randomSource(2), 100);
    assertClose(squaredLengths(x), new Float64Array(100).fill(9), 1e-14);
    assert.ok(x.values.every((value, i) => i % 5 < 3 || value === 0));
  });

  it("has as many dimensions as fit into memory", () => {
    const p = sphereDistribution({ dimension: 200_000 });
    const x = p.sample(randomSource(2), 1, 0.5);
    assertClose(
      [p.denoiser(x, 0.5), p.score(x, 0.5)].map(({ cols }) => cols),
      [200_001, 200_001],
      0,
    );
    // of the noised sphere ‖x‖² = R² + (n + 1) σ², within four deviations √(2n) σ²
    assert.ok(Math.abs(squaredLengths(x)[0] - 1 - 50_000) < 4 * Math.sqrt(400_000) * 0.25);
    assert.ok(Number.isFinite(p.logDensity(x, 0.5)[0]));
  });

  it("is the limit of many points on it", () => {
    const N = 400;
    const points = matrix(
      N,
      2,
      Float64Array.from({ length: 2 * N }, (_, i) =>
        (i % 2 ? Math.sin : Math.cos)((2 * Math.PI * Math.floor(i / 2)) / N),
      ),
    );
    const x = normal(randomSource(2), 5, 2);
    for (const sigma of [0.05, 0.5, 5])
      assertMatrix(circle().score(x, sigma), empiricalDistribution(points).score(x, sigma), 1e-10); // the spacing is 0.016
  });

  it("has a closed form without Bessel functions in three dimensions: A = coth κ - 1/κ", () => {
    const x = matrixFromRows([[0.4, -0.3, 1.2]]);
    const [rho, v] = [1.3, 0.49];
    const A = 1 / Math.tanh(rho / v) - v / rho;
    assertMatrix(sphereDistribution({ dimension: 2 }).denoiser(x, 0.7), scale(x, A / rho), 1e-12);
  });

  it("has the known denoised points", () => {
    // Computed once in SciPy from the closed form.
    for (const [sigma, D] of [
      [0.3, [0.89996451, 0.25713272]],
      [1, [0.3286898, 0.09391137]],
      [3, [0.03885712, 0.01110203]],
    ] as const)
      assertDigits(circle().denoiser(matrixFromRows([[0.7, 0.2]]), sigma).values, D, 8);
  });

  it("integrates to 1", () => {
    for (const [r, sigma] of [
      [circle(), 0.2],
      [circle(2, 0.3), 0],
      [circle(2, 0.3), 1],
    ] as const)
      assert.ok(Math.abs(integral((x) => r.logDensity(x, sigma), 10, 0.05) - 1) < 1e-10);
  });

  it("is smooth at its centre and finite where κ is large", () => {
    for (const p of [circle(), sphereDistribution({ dimension: 50, ambient: 100 })]) {
      const { dimension: d, score, divergence, logDensity: log } = p;
      const [centre, near] = [matrix(1, d), matrix(1, d, new Float64Array(d).fill(1e-6))];
      assertMatrix(score(centre, 0.5), centre, 0);
      assertClose(divergence(near, 0.5), divergence(centre, 0.5), 1e-8);
      assertClose(log(near, 0.5), log(centre, 0.5), 1e-8);
      const on = matrix(1, d);
      on.values[0] = 1;
      assert.ok([...score(on, 1e-5).values, ...log(on, 1e-5), ...divergence(on, 1e-5)].every(Number.isFinite));
    }
  });

  it("has at σ → 0 as many dimensions as it has: d + σ² (∇ · s + |s|²)", () => {
    // theory of k-spheres: k - k(k-2) σ²/4 + O(σ⁴); the known values are at points of the noised sphere with radius 1
    for (const [k, d, sigma, known, tolerance] of [
      [1, 2, 0.01, 1, 1e-4],
      [2, 5, 0.1, 2, 1e-10],
      [2, 5, 0.01, 2, 1e-10],
      [10, 100, 0.01, 9.998, 1e-4],
      [10, 100, 0.1, 9.798, 1e-3],
      [50, 100, 0.01, 49.94, 1e-3],
      [50, 100, 0.1, 44.03, 1e-2],
      [1, 2, 0.1, 1.0025, 1e-4],
    ] as const) {
      const x = matrix(1, d);
      x.values[0] = 1;
      const p = sphereDistribution({ dimension: k, ambient: d });
      const s = p.score(x, sigma);
      const dimension =
        d + sigma ** 2 * (p.divergence(x, sigma)[0] + s.values.reduce((sum, value) => sum + value * value, 0));
      assert.ok(Math.abs(dimension - known) < tolerance, `S^${k}, σ = ${sigma}: ${dimension}, expected ${known}`);
    }
  });

  it("keeps that dimension and its derivative along the radius at the lowest levels, where A' is far below round-off of A", () => {
    for (const [k, d] of [
      [1, 2],
      [2, 5],
      [10, 12],
    ])
      for (const sigma of [1e-3, 1e-5, 1e-7, 1e-9]) {
        const x = matrix(1, d);
        x.values[0] = 1;
        const { score, divergence, jacobianProduct: product } = sphereDistribution({ dimension: k, ambient: d });
        const s = score(x, sigma).values;
        const dimension = d + sigma ** 2 * (divergence(x, sigma)[0] + s.reduce((sum, value) => sum + value * value, 0));
        const expected = k - (k * (k - 2) * sigma ** 2) / 4;
        assert.ok(Math.abs(dimension - expected) < 1e-8, `S^${k}, σ = ${sigma}: ${dimension}, expected ${expected}`);
        const radial = sigma ** 2 * product(x, sigma, x).values[0]; // -1 + A'/σ², and A' = k σ⁴/2 + …
        assert.ok(Math.abs(radial - (-1 + (k * sigma ** 2) / 2)) < 1e-9, `S^${k}, σ = ${sigma}: ${radial}`);
      }
  });

  it("refuses what is no sphere, and σ = 0 without width", () => {
    assert.throws(
      () => sphereDistribution({ dimension: 0 }),
      /^RangeError: sphereDistribution: the dimension is 0, expected a positive integer$/,
    );
    assert.throws(
      () => sphereDistribution({ dimension: 2, ambient: 2 }),
      /^RangeError: sphereDistribution: a 2-sphere in 2 dimensions, expected at least 3$/,
    );
    assert.throws(() => circle(-1), /^RangeError: sphereDistribution: the radius is -1, expected a positive number$/);
    assert.throws(
      () => circle(1, -1).score,
      /^RangeError: sphereDistribution: the width is -1, expected a finite number of at least 0$/,
    );
    assert.throws(
      () => circle().score(matrix(1, 2), 0),
      /^RangeError: sphereDistribution\.score: σ is 0, expected a positive noise level$/,
    );
    assertMatrix(circle(1, 0.5).score(matrix(1, 2), 0), matrix(1, 2), 0);
  });

  it("is Gaussian in the directions outside", () => {
    const x = normal(randomSource(3), 4, 5);
    const outside = matrix(
      4,
      5,
      x.values.map((value, i) => (i % 5 < 3 ? 0 : value)),
    );
    const inside = addScaled(x, -1, outside);
    const s = sphereDistribution({ dimension: 2, ambient: 5 }).score;
    assertMatrix(addScaled(s(x, 0.6), -1, s(inside, 0.6)), scale(outside, -1 / 0.36), 1e-12);
  });
});
