import assert from "node:assert/strict";
import {
  fitGaussian,
  gaussian,
  gaussianFromSpectrum,
  isotropicGaussian,
  type Gaussian,
} from "../../../src/diffusion/distributions/gaussian.js";
import { inLogSigma, probabilityFlow } from "../../../src/diffusion/flow.js";
import { gaussianMixture, type GaussianMixture } from "../../../src/diffusion/distributions/mixture.js";
import { loopedMixture, planeMixture } from "../../../src/diffusion/distributions/mixtureLoop.js";
import { karrasSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import { sample } from "../../../src/diffusion/sampling/sampler.js";
import { integrateAdaptive } from "../../../src/math/adaptive.js";
import { eigen } from "../../../src/math/eigen.js";
import {
  addScaled,
  addToRows,
  diagonal,
  matrix,
  matrixFromRows,
  row,
  scale,
  takeRows,
  type Matrix,
} from "../../../src/math/matrix.js";
import { last } from "../../../src/math/ode.js";
import { multiply } from "../../../src/math/multiply.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { covariance } from "../../../src/math/stats.js";
import { assertClose, assertDigits, assertMatrix } from "../../helpers/close.js";
import { integral, isDistribution } from "../../helpers/distribution.js";
import { golden } from "../../helpers/golden.js";
import type { Distribution } from "../../../src/diffusion/distribution.js";

const distribution = (m: GaussianMixture): Distribution => m;
const goldenMixture = gaussianMixture(
  [0.3, 0.7],
  [
    gaussianFromSpectrum({ mean: Float64Array.of(-2, 0), U: golden.U, lambda: Float64Array.of(1, 0.25) }),
    isotropicGaussian(Float64Array.of(2, 1), 0.5),
  ],
);
const some = (d: number, seed: number, rank = d, rest = 0): Gaussian => {
  const source = randomSource(seed);
  const fitted = fitGaussian(
    addToRows(multiply(normal(source, 3 * d, rank), normal(source, rank, d)), normal(source, 1, d).values),
    { rank },
  );
  return gaussianFromSpectrum({ ...fitted, residualVariance: rest });
};

describe("a Gaussian", () => {
  it("with a rest is the one of the whole covariance", () => {
    const g = some(4, 3, 2, 0.3);
    const U = multiply(
      matrix(
        2,
        4,
        Float64Array.from(
          { length: 8 },
          (_, i) => g.U.values[(i % 4) * 2 + Math.floor(i / 4)] * Math.sqrt(g.lambda[Math.floor(i / 4)] - 0.3),
        ),
      ),
      diagonal([1, 1, 1, 1]),
    );
    const whole = gaussian(g.mean, {
      ...diagonal([1, 1, 1, 1]),
      values: multiply(U, U, { transposeA: true }).values.map((value, i) => value + (i % 5 === 0 ? 0.3 : 0)),
    });
    const x = normal(randomSource(1), 3, 4);
    for (const sigma of [0, 0.4]) {
      assertMatrix(g.score(x, sigma), whole.score(x, sigma), 1e-11);
      assertClose(g.logDensity(x, sigma), whole.logDensity(x, sigma), 1e-12);
    }
  });
});

describe("a mixture", () => {
  const x = normal(randomSource(10), 6, 4);
  it("takes parameters alone for a component, such as a copy with other variances", () => {
    const g = some(4, 1);
    const lambda = g.lambda.map((value) => 2 * value);
    const [copied, made] = [{ ...g, lambda }, gaussianFromSpectrum({ mean: g.mean, U: g.U, lambda })].map((wide) =>
      gaussianMixture([0.4, 0.6], [g, wide]),
    );
    assert.equal(copied.components[0], g);
    assertMatrix(copied.components[1].score(x, 0.5), made.components[1].score(x, 0.5), 0);
    assertMatrix(copied.score(x, 0.5), made.score(x, 0.5), 0);
  });

  for (const [name, m] of Object.entries({
    "of full covariances": gaussianMixture([0.2, 0.5, 0.3], [some(4, 1), some(4, 2), some(4, 3)]),
    "of low ranks that differ": gaussianMixture([0.2, 0.5, 0.3], [some(4, 1, 1), some(4, 2, 3), some(4, 3, 2, 0.2)]),
    "of isotropic components": gaussianMixture(
      [0.4, 0.6],
      [isotropicGaussian(Float64Array.of(1, 0, 0, 0), 0.2), isotropicGaussian(Float64Array.of(0, 1, 0, 0), 0.4)],
    ),
  }))
    describe(name, () => isDistribution(distribution(m), x, [0.5, 3]));

  it("of one component is that Gaussian, also 10⁴ standard deviations away", () => {
    const g = some(4, 5);
    const one = distribution(gaussianMixture([1], [g]));
    for (const far of [1, 1e4]) {
      const points = scale(x, far);
      assertMatrix(one.score(points, 0.3), g.score(points, 0.3), 1e-12);
      assertMatrix(one.denoiser(points, 0.3), g.denoiser(points, 0.3), 1e-12);
      assertClose(one.logDensity(points, 0.3), g.logDensity(points, 0.3), 1e-12);
    }
  });

  it("of equal components is one of them", () => {
    const g = some(4, 6);
    const m = distribution(gaussianMixture([0.1, 0.9], [g, g]));
    assertMatrix(m.score(x, 0.3), g.score(x, 0.3), 1e-12);
    assertMatrix(m.jacobianProduct(x, 0.3, x), g.jacobianProduct(x, 0.3, x), 1e-11);
  });

  it("is finite 10⁴ standard deviations from all of its components, where the nearest has it all", () => {
    const far = matrixFromRows([
      [1e4, 2e3],
      [-1e4, 0],
    ]);
    for (const sigma of [0, 1]) {
      const { score, logDensity } = distribution(goldenMixture);
      assert.ok([...score(far, sigma).values, ...logDensity(far, sigma)].every(Number.isFinite));
      goldenMixture
        .responsibilities(far, sigma)
        .values.forEach((r, i, all) => i % 2 || assert.ok(Math.abs(r + all[i + 1] - 1) < 1e-15));
    }
  });

  describe("of many dimensions", () => {
    const d = 40,
      all = gaussianMixture([0.2, 0.5, 0.3], [some(d, 1), some(d, 2), some(d, 3)]);
    const near = normal(randomSource(11), 100, d),
      near99 = normal(randomSource(12), 99, d);
    for (const [name, points, sigma] of [
      ["at σ = 0.01", near, 0.01],
      ["at σ = 3", near, 3],
      ["far away", scale(near, 1e4), 1],
    ] as const) {
      it(`is in one pass, by its posterior and in a loop over points the same ${name}`, () => {
        const [score, denoiser] = [all.score, all.denoiser];
        const looped = loopedMixture(all, points, sigma),
          both = all.scoreAndDivergence(points, sigma);
        assertMatrix(score(points, sigma), looped.score, 1e-10);
        assertMatrix(both.score, looped.score, 1e-10);
        if (points === near) assertClose(both.divergence, looped.divergence, 1e-9); // far away |s_k|² - |s|² loses digits
        for (const n of [0, 50, 99]) {
          const one = takeRows(points, [n]);
          assertClose(row(score(points, sigma), n), score(one, sigma).values, 1e-10);
          assertClose(row(denoiser(points, sigma), n), denoiser(one, sigma).values, 1e-10);
        }
      });
    }

    for (const [name, rank, rest] of [
      ["of full rank", d, 0],
      ["of a lower rank and a rest", d - 10, 0.3],
    ] as const)
      it(`has of many points, by matrices where σ is large, what it has of each alone, with components ${name}`, () => {
        const broad = gaussianMixture(
          [0.2, 0.5, 0.3],
          [1, 2, 3].map((seed) => some(d, seed, rank, rest)),
        );
        const largest = Math.max(...broad.components.map(({ lambda }) => lambda[0]));
        for (const [points, sigma] of [
          [near, Math.sqrt(largest / 3)], // the least for which it is by matrices
          [near, 80],
          [scale(near, 1e4), Math.sqrt(largest / 3)],
        ] as const) {
          const [score, denoised] = [broad.score(points, sigma), broad.denoiser(points, sigma)];
          for (const n of [0, 50, 99]) {
            const one = takeRows(points, [n]);
            assertClose(row(score, n), broad.score(one, sigma).values, 1e-12);
            assertClose(row(denoised, n), broad.denoiser(one, sigma).values, 1e-12);
          }
        }
      });

    it("leaves out what is negligible, wherever the nearest component stands", () => {
      // components far from each other: every point has one alone, and of the last ones its exponential would overflow
      const means = [0, 1, 2].map((k) => new Float64Array(d).fill(100 * k));
      const apart = gaussianMixture(
        [0.2, 0.5, 0.3],
        means.map((mean, k) => gaussianFromSpectrum({ ...some(d, k + 1), mean })),
      );
      const points = addScaled(matrixFromRows(Array.from({ length: 99 }, (_, n) => means[n % 3])), 1, near99);
      assertMatrix(apart.score(points, 0.5), loopedMixture(apart, points, 0.5).score, 1e-11);
    });
  });

  describe("in the plane", () => {
    // some so far from each other that no exponential of a difference of their logarithms is in range
    const components = [
      [0, 0, 0.15],
      [1, -1, 0.4],
      [300, 0, 0.1],
      [0, 1e4, 1e-3],
    ].map(([a, b, variance]) => isotropicGaussian(Float64Array.of(a, b), variance));
    const orders = [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [2, 0, 3, 1],
    ].map((order) =>
      gaussianMixture(
        order.map((k) => (1 + k) / 10),
        order.map((k) => components[k]),
      ),
    );
    const noise = normal(randomSource(13), 80, 2);
    const near = addScaled(matrixFromRows(Array.from({ length: 80 }, (_, n) => [...components[n % 4].mean])), 1, noise);
    for (const [name, points, sigmas] of [
      ["near a component", near, [0, 1e-160, 0.01, 1, 80, 1e5]],
      ["at the components", matrixFromRows(components.map(({ mean }) => [...mean])), [0, 1]],
      ["far away", scale(noise, 1e8), [0, 1, 80]],
    ] as const)
      it(`is that of the loop over points ${name}, in whatever order the components are`, () => {
        for (const sigma of sigmas) {
          const known = loopedMixture(orders[0], points, sigma);
          for (const m of orders) {
            const found = planeMixture(m, points, sigma);
            for (let n = 0; n < points.rows; n++) {
              assertClose(row(found.score, n), row(known.score, n), 1e-12);
              assertClose([found.divergence[n]], [known.divergence[n]], 1e-11);
            }
          }
        }
      });

    it("takes the room of an earlier result where the points are as many", () => {
      const both = orders[0].scoreAndDivergence(near, 1);
      const [score, divergence] = [both.score.values.slice(), both.divergence.slice()];
      const other = orders[0].scoreAndDivergence(near, 2, both);
      assert.equal(other.score.values, both.score.values);
      assert.notDeepEqual(other.divergence, divergence);
      const again = orders[0].scoreAndDivergence(near, 1, other);
      assert.deepEqual([again.score.values, again.divergence], [score, divergence]);
      const one = orders[0].scoreAndDivergence(takeRows(near, [5]), 1, again);
      assert.deepEqual([...one.score.values, ...one.divergence], [...score.subarray(10, 12), divergence[5]]);
    });
  });

  it("integrates to 1", () => {
    for (const sigma of [0, 0.5])
      assert.ok(Math.abs(integral((y) => goldenMixture.logDensity(y, sigma), 10, 0.1) - 1) < 1e-10);
  });

  it("turns with its components", () => {
    const R = eigen(covariance(normal(randomSource(4), 20, 4))).vectors;
    const turn = (m: Matrix) => multiply(m, R, { transposeB: true });
    const components = [some(4, 1), some(4, 2)];
    const turned = components.map((g) =>
      gaussianFromSpectrum({ mean: turn(matrix(1, 4, g.mean)).values, U: multiply(R, g.U), lambda: g.lambda }),
    );
    assertMatrix(
      gaussianMixture([0.4, 0.6], turned).score(turn(x), 0.5),
      turn(gaussianMixture([0.4, 0.6], components).score(x, 0.5)),
      1e-11,
    );
  });

  it("is the same in blocks as at once", () => {
    const K = 40;
    const d = 40; // 1680 numbers a point: 5000 points are two blocks
    const m = gaussianMixture(
      new Float64Array(K).fill(1 / K),
      Array.from({ length: K }, (_, k) => some(d, k + 1)),
    );
    const many = normal(randomSource(1), 6000, d);
    const { score, divergence, jacobianProduct: product } = distribution(m);
    const [all, traces, products] = [score(many, 2), divergence(many, 2), product(many, 2, many)];
    for (const n of [0, 2999, 3000, 5999]) {
      const one = matrix(1, d, row(many, n));
      assertClose(row(all, n), score(one, 2).values, 1e-11);
      assertClose([traces[n]], divergence(one, 2), 1e-11);
      assertClose(row(products, n), product(one, 2, one).values, 1e-11);
    }
  });

  it("has the known density, responsibilities and score", () => {
    const at = matrixFromRows([[0.3, 0.4]]);
    // Computed once in NumPy from the closed forms.
    const known: [sigma: number, logP: number, r: number, s: number[]][] = [
      [0, -4.5084475693925, 0.215694966058, [1.910543269065, 1.305213339112]],
      [0.5, -3.8326920294778, 0.214036224752, [1.284492835853, 0.739024302359]],
      [5, -5.1539281447668, 0.290381521743, [0.021487011665, 0.012460363663]],
    ];
    for (const [sigma, logP, r, s] of known) {
      assertDigits(goldenMixture.logDensity(at, sigma), [logP], 13);
      assertDigits(goldenMixture.responsibilities(at, sigma).values, [r, 1 - r], 12);
      assertDigits(goldenMixture.score(at, sigma).values, s, 12);
    }
  });

  const starts = matrixFromRows([
    [48, -24],
    [-32, 80],
  ]);
  const ends = [2.1748444, 0.72630266, 1.21869502, 1.58007278];

  it("has the known states along its probability flow", () => {
    const flow = inLogSigma(probabilityFlow(goldenMixture));
    let [x, from] = [starts, 80];
    const known: [sigma: number, states: number[]][] = [
      [10, [6.808552, -2.36854753, -3.32297043, 10.63057549]],
      [1, [2.30386895, 0.52595434, 0.68240938, 2.01049039]],
      [0.1, [2.17658427, 0.7235792, 1.21096431, 1.58584326]],
      [1e-6, ends],
    ];
    for (const [sigma, states] of known) {
      x = last(integrateAdaptive(flow, x, Math.log(from), Math.log(sigma), { rtol: 1e-10, atol: 1e-10 })).x;
      from = sigma;
      assertDigits(x.values, states, sigma < 1e-3 ? 7 : 8, `σ = ${sigma}`);
    }
  });

  it("is sampled by Heun's method with the known errors", () => {
    const known: Record<number, number[]> = {
      18: [0.0357, 0.0411],
      40: [0.00584, 0.00715],
      80: [0.00135, 0.00168],
      320: [7.8e-5, 9.9e-5],
    };
    for (const [steps, errors] of Object.entries(known)) {
      const end = last(sample(goldenMixture, starts, karrasSigmas(Number(steps)))).values;
      const seen = [0, 2].map((i) => Math.hypot(end[i] - ends[i], end[i + 1] - ends[i + 1]));
      seen.forEach((error, i) => assertClose([error], [errors[i]], 1e-2, `${steps} steps`)); // known to two or three digits
    }
  });

  it("refuses weights and components that make no mixture, and σ = 0 where a component is singular", () => {
    const g = some(4, 1);
    assert.throws(
      () => gaussianMixture([], []),
      /^RangeError: gaussianMixture: 0 weights and 0 components, expected one weight for each of at least one component$/,
    );
    assert.throws(
      () => gaussianMixture([0.5, 0.4], [g, g]),
      /^RangeError: gaussianMixture: the weights sum to 0.9, expected 1; divide them by their sum$/,
    );
    assert.throws(
      () => gaussianMixture([1.5, -0.5], [g, g]),
      /^RangeError: gaussianMixture: weight 1 is -0.5, expected a positive number$/,
    );
    assert.throws(
      () => gaussianMixture([0.5, 0.5], [g, golden]),
      /^RangeError: gaussianMixture: component 1 has 2 dimensions, expected 4 like component 0$/,
    );
    assert.throws(
      () => gaussianMixture([1], [some(4, 1, 2)]).score(x, 0),
      /^RangeError: GaussianMixture\.score: σ = 0 and Σ has rank 2 in 4 dimensions; the density of a degenerate Gaussian needs σ > 0$/,
    );
  });
});
