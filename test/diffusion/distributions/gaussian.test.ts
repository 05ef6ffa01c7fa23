import assert from "node:assert/strict";
import {
  principalComponents,
  fitGaussian,
  gaussian,
  gaussianFromSpectrum,
  isotropicGaussian,
  totalVariance,
  type Gaussian,
} from "../../../src/diffusion/distributions/gaussian.js";
import { gaussianMixture } from "../../../src/diffusion/distributions/mixture.js";
import {
  addScaled,
  addToRows,
  diagonal,
  identity,
  matrix,
  row,
  scale,
  scaleColumns,
  squaredLengths,
  takeColumns,
  takeRows,
  type Matrix,
} from "../../../src/math/matrix.js";
import { eigen } from "../../../src/math/eigen.js";
import { multiply } from "../../../src/math/multiply.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { columnMeans, covariance } from "../../../src/math/stats.js";
import { assertClose, assertMatrix } from "../../helpers/close.js";
import { denseCovariance, drawsItself, isDistribution } from "../../helpers/distribution.js";
import { golden, goldenRank1, x80 } from "../../helpers/golden.js";
import { emergedFraction } from "../../../src/analysis/trajectories/emergence.js";

/** A Gaussian in d dimensions without any symmetry, of the given rank. */
function someGaussian(d: number, rank = d, seed = 1): Gaussian {
  const source = randomSource(seed);
  const points = multiply(normal(source, 3 * d, rank), normal(source, rank, d));
  return fitGaussian(addToRows(points, normal(source, 1, d).values), { rank });
}
const cases: [string, Gaussian][] = [
  ["full rank", someGaussian(5)],
  ["rank 2 of 5", someGaussian(5, 2)],
  ["rank 2 of 5 with variance outside", gaussianFromSpectrum({ ...someGaussian(5, 2), residualVariance: 0.3 })],
  ["no eigenvectors of its own", isotropicGaussian(Float64Array.of(1, 2, 3, 4, 5), 0.7)],
];

describe("fitGaussian", () => {
  it("has the mean and covariance of the points", () => {
    const points = normal(randomSource(1), 50, 4);
    const g = fitGaussian(points);
    assertClose(g.mean, columnMeans(points), 0);
    assertMatrix(denseCovariance(g), covariance(points), 1e-13);
  });

  it("has the points' mean squared distance from their mean as total variance, in any form", () => {
    const points = scaleColumns(normal(randomSource(5), 40, 3), [3, 1, 0.1]);
    const g = fitGaussian(points);
    const expected = squaredLengths(addToRows(points, g.mean, -1)).reduce((sum, value) => sum + value / 40, 0);
    const isotropic = isotropicGaussian(g.mean, expected / 3);
    const floored = gaussianFromSpectrum({
      mean: g.mean,
      U: takeColumns(g.U, 1),
      lambda: g.lambda.subarray(0, 1),
      residualVariance: (expected - g.lambda[0]) / 2,
    });
    assertClose([g, isotropic, floored].map(totalVariance), [expected, expected, expected], 1e-12);
  });

  it("keeps the leading eigenvectors of a low rank", () => {
    const points = normal(randomSource(1), 50, 4);
    const [all, two] = [fitGaussian(points), fitGaussian(points, { rank: 2 })];
    assert.deepEqual(two.lambda, all.lambda.slice(0, 2));
    assert.deepEqual(two.U, takeColumns(all.U, 2));
  });

  it("refuses a rank that is none, a covariance that is none and shapes that differ", () => {
    assert.throws(
      () => fitGaussian(identity(2), { rank: 3 }),
      /^RangeError: gaussian: rank is 3, expected an integer from 1 to 2$/,
    );
    assert.throws(
      () => gaussian(new Float64Array(2), diagonal([1, -1])),
      /^RangeError: gaussian: Σ has the eigenvalue -1, expected none below 0$/,
    );
    assert.throws(
      () => gaussian(new Float64Array(3), identity(2)),
      /^RangeError: gaussian: Σ has 2 columns, expected 3$/,
    );
  });
});

for (const [name, g] of cases)
  describe(`a Gaussian of ${name}`, () => {
    const x = normal(randomSource(8), 4, 5);

    isDistribution(g, x, [0.3, 2]);
    drawsItself(g, g.mean, denseCovariance(g));

    it("solves (Σ + σ²I) s = -(x - μ)", () => {
      for (const sigma of [0.01, 1, 80]) {
        const s = g.score(x, sigma);
        assertMatrix(
          addScaled(multiply(s, denseCovariance(g)), sigma ** 2, s),
          scale(addToRows(x, g.mean, -1), -1),
          1e-10,
          `σ = ${sigma}`,
        );
      }
    });

    it("has a flow that composes, comes back, and obeys dx/dσ = -σ s", () => {
      assertMatrix(g.flow(g.flow(x, 80, 1), 1, 0), g.flow(x, 80, 0), 1e-12);
      assertMatrix(g.flow(g.flow(x, 80, 0.5), 0.5, 80), x, 1e-12);
      const [sigma, h] = [0.7, 1e-5];
      const slope = scale(addScaled(g.flow(x, sigma, sigma + h), -1, g.flow(x, sigma, sigma - h)), 1 / (2 * h));
      assertMatrix(scale(g.score(x, sigma), -sigma), slope, 1e-8);
    });

    it("is carried by its flow from N(μ, Σ + σ_T² I) to N(μ, Σ + σ² I)", () => {
      const [from, to] = [3, 0.2];
      const moved = (points: Matrix) => g.flow(points, from, to);
      assertMatrix(moved(matrix(1, 5, g.mean.slice())), matrix(1, 5, g.mean.slice()), 1e-13, "mean");
      const A = addToRows(moved(addToRows(identity(5), g.mean)), g.mean, -1); // the flow is affine: row i is its image of e_i
      const noised = (sigma: number) => addScaled(denseCovariance(g), sigma ** 2, identity(5));
      assertMatrix(multiply(A, multiply(noised(from), A), { transposeA: true }), noised(to), 1e-12, "covariance");
    });
  });

describe("a copy of a Gaussian with other parameters", () => {
  it("has the parameters and none of the functions, and its type says so", () => {
    const copy = { ...someGaussian(5), lambda: Float64Array.of(5, 4, 3, 2, 1) };
    assert.deepEqual(Object.keys(copy), ["mean", "U", "lambda"]);
    // @ts-expect-error: it would be the score of the old parameters
    assert.equal(copy.score, undefined);
    // @ts-expect-error: likewise
    assert.equal(copy.flow, undefined);
    const mixture = gaussianMixture([1], [copy]);
    // @ts-expect-error: likewise
    assert.equal({ ...mixture }.responsibilities, undefined);
  });
});

describe("a point, the Gaussian without variance", () => {
  const g = isotropicGaussian(Float64Array.of(1, -2, 3));
  isDistribution(g, normal(randomSource(8), 4, 3), [0.3, 2]);
  drawsItself(g, g.mean, matrix(3, 3));
});

describe("gaussianFromSpectrum and isotropicGaussian", () => {
  it("refuse what is no Gaussian", () => {
    const g = gaussian(new Float64Array(2), identity(2));
    for (const [parameters, message] of [
      [{ lambda: Float64Array.of(1, -1) }, /: λ\[1\] is -1, expected a finite number of at least 0$/],
      [{ lambda: Float64Array.of(NaN, 1) }, /: λ\[0\] is NaN, expected a finite number of at least 0$/],
      [{ residualVariance: -1 }, /: the residual variance is -1, expected a finite number of at least 0$/],
      [{ mean: Float64Array.of(1, NaN) }, /: μ\[1\] is NaN, expected finite values$/],
      [{ lambda: new Float64Array(3) }, /: U is 2 × 2, expected 2 × 3 for 2 dimensions and 3 variances$/],
      [
        { mean: new Float64Array(0), U: matrix(0, 0), lambda: new Float64Array(0) },
        /: μ has 0 dimensions, expected at least one$/,
      ],
    ] as const)
      assert.throws(() => gaussianFromSpectrum({ ...g, ...parameters }), message);
    assert.throws(
      () => isotropicGaussian(Float64Array.of(Infinity), 1),
      /^RangeError: isotropicGaussian: μ\[0\] is Infinity, expected finite values$/,
    );
    assert.throws(
      () => isotropicGaussian(new Float64Array(2), NaN),
      /^RangeError: isotropicGaussian: the variance is NaN, expected a finite number of at least 0$/,
    );
  });
});

describe("the log density of a Gaussian", () => {
  it("refuses values that are not finite, and says which; and no points or columns", () => {
    assert.throws(
      () => fitGaussian(matrix(2, 3, Float64Array.of(1, 2, 3, NaN, 5, 6))),
      /^RangeError: fitGaussian: the data holds NaN in row 1, column 0, expected finite values$/,
    );
    assert.throws(
      () => fitGaussian(matrix(3, 0)),
      /^RangeError: fitGaussian: points of 0 dimensions, expected at least one column$/,
    );
    assert.throws(
      () => gaussian(Float64Array.of(0, NaN), identity(2)),
      /^RangeError: gaussian: μ\[1\] is NaN, expected finite values$/,
    );
  });

  it("refuses a level whose square is 0 in float64 where it refuses 0", () => {
    const flat = gaussian(new Float64Array(2), identity(2), { rank: 1 });
    for (const sigma of [1e-160, 1e-300])
      assert.throws(
        () => flat.score(matrix(1, 2, Float64Array.of(1, 1)), sigma),
        new RegExp(`Gaussian\\.score: σ = ${sigma} and Σ has rank 1 in 2 dimensions`),
      );
    assertClose(
      gaussian(new Float64Array(2), identity(2)).score(matrix(1, 2, Float64Array.of(1, 2)), 1e-300).values,
      [-1, -2],
      0,
    );
  });

  it("integrates to 1", () => {
    for (const g of [golden, goldenRank1]) {
      const [h, half] = [0.1, 12];
      const side = 2 * (half / h) + 1;
      const grid = matrix(
        side ** 2,
        2,
        Float64Array.from(
          { length: 2 * side ** 2 },
          (_, i) => (i % 2 === 0 ? Math.floor(i / 2 / side) : (i / 2 - 0.5) % side) * h - half,
        ),
      );
      const sum = g.logDensity(grid, 0.5).reduce((total, logP) => total + Math.exp(logP), 0) * h * h;
      assert.ok(Math.abs(sum - 1) < 1e-7, `the integral is ${sum}`); // beyond the grid lie 5.5 standard deviations: 4e-8
    }
  });
});

describe("the score of a Gaussian", () => {
  describe("of many dimensions", () => {
    // n d r decides between plain code and native, and there n alone between two products and one of the whole matrix.
    const d = 60;
    for (const [rank, counts] of [
      [60, [40, 100]],
      [40, [50, 200]],
    ] as const)
      for (const n of counts)
        it(`is the same for ${n} points at once as for each alone, with ${rank} eigenvectors`, () => {
          const g = fitGaussian(normal(randomSource(5), 300, d), { rank }),
            points = normal(randomSource(6), n, d);
          for (const f of [g.score, g.denoiser]) {
            const all = f(points, 0.5);
            for (const i of [0, n - 1]) assertClose(row(all, i), f(takeRows(points, [i]), 0.5).values, 1e-12);
          }
        });
  });

  it("turns with the Gaussian: s(R x; R μ, R Σ Rᵀ) = R s(x; μ, Σ)", () => {
    const g = someGaussian(5);
    const R = eigen(covariance(normal(randomSource(4), 20, 5))).vectors;
    const turn = (m: Matrix) => multiply(m, R, { transposeB: true });
    const turned = gaussian(turn(matrix(1, 5, g.mean)).values, multiply(R, turn(denseCovariance(g))));
    const x = normal(randomSource(5), 6, 5);
    assertMatrix(turned.score(turn(x), 0.4), turn(g.score(x, 0.4)), 1e-11);
  });

  it("is that of the covariance itself at σ = 0", () => {
    const s = golden.score(x80, 0);
    assertMatrix(multiply(s, denseCovariance(golden)), scale(addToRows(x80, golden.mean, -1), -1), 1e-12);
  });

  it("refuses points of another dimension, a noise level that is none, and σ = 0 where Σ is singular", () => {
    assert.throws(() => golden.score(identity(3), 1), /^RangeError: Gaussian\.score: x has 3 columns, expected 2$/);
    assert.throws(
      () => golden.score(x80, -1),
      /^RangeError: Gaussian\.score: σ is -1, expected a finite noise level of at least 0$/,
    );
    assert.throws(
      () => gaussian(new Float64Array(2), diagonal([1, 0])).score(x80, 0),
      /^RangeError: Gaussian\.score: λ\[1\] \+ σ² = 0; the score of a degenerate Gaussian needs σ > 0$/,
    );
    assert.throws(
      () => goldenRank1.logDensity(x80, 0),
      /^RangeError: Gaussian\.logDensity: σ = 0 and Σ has rank 1 in 2 dimensions; the density of a degenerate/,
    );
    assert.throws(
      () => goldenRank1.flow(x80, 0, 1),
      /^RangeError: Gaussian\.flow: σ = 0 and Σ has rank 1 in 2 dimensions; the flow of a degenerate/,
    );
    assert.throws(
      () => golden.denoiser(x80, NaN),
      /^RangeError: Gaussian\.denoiser: σ is NaN, expected a finite noise level of at least 0$/,
    );
  });
});

describe("the 2-D reference Gaussian", () => {
  // Computed once in NumPy from the closed forms and checked against an adaptive integration of order 8.
  it("has the known score, and the known states and endpoint estimates along its flow", () => {
    assertClose(golden.score(x80, 80).values, [-0.012417726663, 0.006213311633], 1e-10);
    const path: [sigma: number, x: number[], D: number[]][] = [
      [80, [80, -40], [0.526549357302, -0.234805548309]],
      [10, [10.541031635957, -5.159502912541], [0.708344205833, -0.130782979145]],
      [1, [2.151004487533, -0.372747872045], [1.452694478474, 0.289385386302]],
      [0.1, [1.626873162741, 0.249192558029], [1.591445714237, 0.304442494009]],
      [0, [1.60634646557, 0.281687830355], [1.60634646557, 0.281687830355]],
    ];
    for (const [sigma, x, D] of path) {
      const state = golden.flow(x80, 80, sigma);
      assertClose(state.values, x, 1e-12, `x at σ = ${sigma}`);
      assertClose(golden.denoiser(state, sigma).values, D, 1e-12, `D at σ = ${sigma}`);
    }
  });

  it("has the known states with its leading feature alone", () => {
    const path: [sigma: number, x: number[]][] = [
      [10, [10.540803468387, -5.159107714718]],
      [1, [2.148692664176, -0.368743676534]],
      [0, [1.559987433163, 0.361984029874]],
    ];
    for (const [sigma, x] of path) assertClose(goldenRank1.flow(x80, 80, sigma).values, x, 1e-12, `σ = ${sigma}`);
  });
});

describe("emergedFraction", () => {
  it("is the share of the final feature in the denoised state", () => {
    const g = someGaussian(5);
    const x = normal(randomSource(6), 1, 5);
    const final = principalComponents(g, g.flow(x, 80, 0)).values;
    for (const sigma of [0.1, 1, 10]) {
      const now = principalComponents(g, g.denoiser(g.flow(x, 80, sigma), sigma)).values;
      assertClose(
        now.map((value, k) => value / final[k]),
        g.lambda.map((lambda) => emergedFraction(lambda, sigma)),
        1e-10,
        `σ = ${sigma}`,
      );
    }
  });

  it("is 1/√2 at σ = √λ and a half at √(3λ)", () => {
    assertClose(
      [emergedFraction(4, 2), emergedFraction(4, Math.sqrt(12)), emergedFraction(4, 0)],
      [Math.SQRT1_2, 0.5, 1],
      1e-15,
    );
    assert.throws(() => emergedFraction(0, 1), /^RangeError: emergedFraction: λ is 0, expected a positive variance/);
  });
});
