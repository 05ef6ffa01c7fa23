import assert from "node:assert/strict";
import { flipd, gaussianFlipd, posteriorTrace } from "../../../src/analysis/dimension/flipd.js";
import { sphere } from "../../../src/datasets/sphere.js";
import { fitGaussian, gaussian, isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { type Divergence } from "../../../src/diffusion/jacobian.js";
import { gaussianMixture } from "../../../src/diffusion/distributions/mixture.js";
import { variancePreserving } from "../../../src/diffusion/schedule.js";
import type { LogDensity, Score } from "../../../src/diffusion/score.js";
import { sphereDistribution } from "../../../src/diffusion/distributions/sphere.js";
import { addScaled, diagonal, matrix, matrixFromRows, scale, type Matrix } from "../../../src/math/matrix.js";
import { observedOrder } from "../../../src/math/ode.js";
import { multiply } from "../../../src/math/multiply.js";
import { randomOrthogonal } from "../../../src/math/qr.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { mean, standardError } from "../../../src/math/stats.js";
import { assertClose, assertDigits } from "../../helpers/close.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";
import { fromScore } from "../../../src/diffusion/distribution.js";

const plane = gaussian(new Float64Array(5), diagonal([1, 1, 0, 0, 0]));
const cloud = normal(randomSource(1), 40, 3);
const mixture = gaussianMixture([0.3, 0.7], [fitGaussian(cloud), isotropicGaussian(Float64Array.of(1, -1, 0), 0.2)]);
const ball = { dimension: 2, ambient: 3 };

describe("FLIPD", () => {
  const cases: [string, Score, Divergence, LogDensity][] = [
    ["a Gaussian on a plane", plane.score, plane.divergence, plane.logDensity],
    ["a mixture", mixture.score, mixture.divergence, mixture.logDensity],
    [
      "a sphere",
      sphereDistribution(ball).score,
      sphereDistribution(ball).divergence,
      sphereDistribution(ball).logDensity,
    ],
    [
      "points",
      empiricalDistribution(cloud).score,
      empiricalDistribution(cloud).divergence,
      empiricalDistribution(cloud).logDensity,
    ],
  ];
  for (const [name, score, divergence, logDensity] of cases)
    it(`is D + ∂ log p / ∂ log σ: ${name}`, () => {
      const x = normal(randomSource(3), 8, score === cases[0][1] ? 5 : 3);
      for (const sigma of [0.3, 1, 4]) {
        const h = 1e-3; // error h⁴
        const at = (factor: number) => logDensity(x, sigma * Math.exp(factor * h));
        const [a, b, c, d] = [-2, -1, 1, 2].map(at);
        assertClose(
          flipd(fromScore(x.cols, score, { divergence }))(x, sigma),
          a.map((value, n) => x.cols + (8 * (c[n] - b[n]) - (d[n] - value)) / (12 * h)),
          1e-8,
          name,
        );
      }
    });

  it("has the reference values on spheres", () => {
    const at = (k: number, ambient: number, sigma: number) =>
      flipd(sphereDistribution({ dimension: k, ambient }))(sphere(3, k, randomSource(1), { ambient }).points, sigma);
    assertDigits([...at(1, 3, 0.1), ...at(1, 3, 0.01)], [1.0025, 1.0025, 1.0025, 1, 1, 1], 4);
    assertDigits([...at(2, 5, 0.1), ...at(2, 5, 0.01)], [2, 2, 2, 2, 2, 2], 4);
    assertDigits([...at(10, 100, 0.1), ...at(10, 100, 0.01)], [9.798, 9.798, 9.798, 9.998, 9.998, 9.998], 3);
    assertDigits([...at(50, 100, 0.1), ...at(50, 100, 0.01)], [44.03, 44.03, 44.03, 49.94, 49.94, 49.94], 2);
  });

  it("is k - k (k - 2) σ² / 4 on the unit sphere, up to σ⁴", () => {
    for (const k of [1, 5, 12]) {
      const unit = { dimension: k };
      const x = matrix(1, k + 1);
      x.values[0] = 1;
      const sigmas = [0.04, 0.08, 0.16].map((sigma) => sigma / Math.sqrt(k));
      const errors = sigmas.map((sigma) =>
        Math.abs(flipd(sphereDistribution(unit))(x, sigma)[0] - k + (k * (k - 2) * sigma ** 2) / 4),
      );
      assert.ok(
        Math.abs(observedOrder(sigmas, errors) - 4) < 0.2,
        `order ${observedOrder(sigmas, errors)} for k = ${k}`,
      );
    }
  });

  it("has the reference values on a Gaussian in a plane", () => {
    const x = matrixFromRows([[0.7, -0.3, 0, 0, 0]]);
    const at = (sigma: number) => flipd(plane)(x, sigma)[0];
    assertDigits([at(0.5)], [1.6928], 4);
    assertDigits([at(0.1)], [1.98588], 5);
    assertDigits([at(0.01)], [1.999858], 6);
  });

  it("has two plateaus, 7 and 4, on a Gaussian of three scales", () => {
    const three = gaussian(new Float64Array(10), diagonal([1000, 1000, 1000, 1000, 1, 1, 1, 1e-4, 1e-4, 1e-4]));
    const { noiseLevel } = variancePreserving();
    assertDigits(
      [1e-4, 0.03, 0.7, 1].map((t) => gaussianFlipd(three, noiseLevel(t))),
      [9.97, 7.05, 3.98, 0.32],
      2,
    );
    const x = multiply(normal(randomSource(1), 4000, 10), diagonal([...three.lambda].map(Math.sqrt)));
    for (const sigma of [0.01, 0.3, 20]) {
      const seen = flipd(three)(x, sigma);
      assert.ok(
        Math.abs(mean(seen) - gaussianFlipd(three, sigma)) < 4 * standardError(seen),
        `${mean(seen)} at ${sigma}`,
      );
    }
  });

  it("is the same after a rotation, and after a scaling of data and noise together", () => {
    const R = randomOrthogonal(randomSource(4), 3);
    const turned = (m: Matrix) => multiply(m, R, { transposeB: true });
    const of = (points: Matrix) => flipd(empiricalDistribution(points));
    const x = normal(randomSource(5), 6, 3);
    assertClose(of(turned(cloud))(turned(x), 0.4), of(cloud)(x, 0.4), 1e-10);
    assertClose(of(scale(cloud, 7))(scale(x, 7), 2.8), of(cloud)(x, 0.4), 1e-10);
  });

  it("averages over points of a Gaussian to its exact mean, within standard errors", () => {
    const three = gaussian(Float64Array.of(1, 2, 3), diagonal([4, 1, 0]));
    const x = three.sample(randomSource(14), 4000);
    for (const sigma of [0.1, 1, 3]) {
      const [seen, exact] = [flipd(three)(x, sigma), gaussianFlipd(three, sigma)];
      assert.ok(Math.abs(mean(seen) - exact) < 4 * standardError(seen), `${mean(seen)} at ${sigma}, not ${exact}`);
    }
  });

  it("of points with noise averages to D whatever the data, the posterior trace to less", () => {
    const x = addScaled(sphere(20000, 2, randomSource(6)).points, 0.1, normal(randomSource(7), 20000, 3));
    const noisy = flipd(sphereDistribution(ball))(x, 0.1);
    assert.ok(Math.abs(mean(noisy) - 3) < 4 * standardError(noisy), `${mean(noisy)}`);
    const traces = posteriorTrace(sphereDistribution(ball))(x, 0.1);
    assert.ok(Math.abs(mean(traces) - 2) < 0.03, `${mean(traces)}`); // 2 up to k²σ²/4 = 0.01 and as much again in the next order
  });

  it("takes Hutchinson's divergence, exact where the Jacobian is diagonal", () => {
    const x = normal(randomSource(8), 5, 5);
    const estimated = fromScore(5, plane.score, {
      jacobianProduct: plane.jacobianProduct,
      hutchinson: { source: randomSource(9) },
    });
    assertClose(flipd(estimated)(x, 0.2), flipd(plane)(x, 0.2), 1e-12);
  });

  it("takes score and divergence at once where that costs less", () => {
    const x = normal(randomSource(10), 6, 3);
    const { dimension, score, divergence, scoreAndDivergence } = empiricalDistribution(cloud);
    const apart = fromScore(dimension, score, { divergence });
    const never = () => assert.fail("evaluated apart");
    const atOnce = fromScore(dimension, never, { divergence: never, scoreAndDivergence });
    assertClose(flipd(atOnce)(x, 0.4), flipd(apart)(x, 0.4), 1e-12);
  });

  it("refuses no noise", () => {
    assert.throws(() => flipd(plane)(matrix(1, 5), 0), /^RangeError: flipd: σ is 0, expected a positive noise level$/);
    assert.throws(
      () => posteriorTrace(plane)(matrix(1, 5), -1),
      /^RangeError: posteriorTrace: σ is -1, expected a positive noise level$/,
    );
  });
});
