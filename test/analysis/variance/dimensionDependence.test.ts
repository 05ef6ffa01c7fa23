import assert from "node:assert/strict";
import { dimensionDependence } from "../../../src/analysis/variance/dimensionDependence.js";
import { digits } from "../../../src/datasets/digits.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";
import { concatRows, trace } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { covariance, mean } from "../../../src/math/stats.js";
import { assertClose } from "../../helpers/close.js";

const sigmas = [0.1, 0.2, 0.5, 1, 2, 4, 8];

describe("The dependence on dimension", () => {
  it("has the known shares of decided points of 1000 normal points", () => {
    // Counted once by plain loops, over 10 data sets each up to 32 dimensions, over 4 above.
    const known: Record<number, number[]> = {
      2: [0.018, 0.0029, 0, 0, 0, 0, 0],
      8: [0.9995, 0.9651, 0.1052, 0, 0, 0, 0],
      32: [1, 1, 1, 0.6851, 0.0019, 0, 0],
      128: [1, 1, 1, 1, 0.8838, 0.0025, 0],
      512: [1, 1, 1, 1, 1, 0.9153, 0.0048],
    };
    const count = 500;
    for (const [d, shares] of Object.entries(known)) {
      const found = dimensionDependence(normal(randomSource(1), 1000, Number(d)), sigmas, {
        source: randomSource(2),
        count,
      });
      found.forEach(({ sigma, dimension, decided: { value, standardError } }, i) => {
        assert.deepEqual([dimension, sigma], [Number(d), sigmas[i]]);
        const allowed = 4 * Math.sqrt(shares[i] * (1 - shares[i]) * (1 / count + 1 / 4000));
        assert.ok(Math.abs(value - shares[i]) <= allowed, `d = ${d}, σ = ${sigma}: ${value}, expected ${shares[i]}`);
        assertClose([standardError], [Math.sqrt((value * (1 - value)) / (count - 1))], 1e-9);
      });
    }
  });

  it("has the variance that the Jacobian of the score has, tr C = d / σ² + ∇ · s", () => {
    const points = normal(randomSource(3), 40, 3);
    const p = empiricalDistribution(points);
    for (const sigma of [0.3, 1, 3]) {
      const [{ relativeVariance, varianceShare }] = dimensionDependence(points, [sigma], {
        source: randomSource(4),
        count: 200,
      });
      const x = p.sample(randomSource(4), 200, sigma);
      const { score, divergence } = p.scoreAndDivergence(x, sigma);
      const traces = divergence.map((value) => 3 / sigma ** 2 + value);
      assertClose([relativeVariance.value], [(mean(traces) * sigma ** 2) / 3], 1e-9);
      const shares = traces.map((value, n) => {
        const s = score.values.subarray(3 * n, 3 * n + 3);
        return value / (value + s.reduce((sum, one) => sum + one ** 2, 0));
      });
      assertClose([varianceShare.value], [mean(shares)], 1e-9);
    }
  });

  it("is that of all points at high noise, and of none where there is one", () => {
    const points = normal(randomSource(5), 300, 4);
    const [far] = dimensionDependence(points, [1e3], { source: randomSource(6), count: 50 });
    assertClose([far.relativeVariance.value * 1e6], [trace(covariance(points)) / 4], 1e-2);
    assert.equal(far.decided.value, 0);
    const [single] = dimensionDependence(normal(randomSource(7), 1, 4), [0.5], { source: randomSource(8), count: 50 });
    assert.deepEqual([single.decided.value, single.varianceShare.value, single.relativeVariance.value], [1, 0, 0]);
  });

  it("decides nothing between points that are there twice, at a distance of 0 from each other", () => {
    const points = normal(randomSource(9), 20, 30);
    const [twice] = dimensionDependence(concatRows([points, points]), [0.01], { source: randomSource(10), count: 50 });
    assert.deepEqual([twice.decided.value, Math.round(1e9 * twice.varianceShare.value)], [0, 0]);
  });

  it("leaves less open the more pixels digits have", () => {
    const shares = ([4, 2, 1] as const).map((pool) => {
      const { images } = digits({ count: 1000, pool, source: randomSource(11) });
      return dimensionDependence(images, [1], { source: randomSource(12), count: 300 })[0];
    });
    assert.deepEqual(
      shares.map(({ dimension }) => dimension),
      [49, 196, 784],
    );
    for (const i of [1, 2]) {
      assert.ok(shares[i].decided.value > shares[i - 1].decided.value + 0.2);
      assert.ok(shares[i].relativeVariance.value < shares[i - 1].relativeVariance.value / 2);
    }
  });

  it("refuses a threshold that is none", () =>
    assert.throws(
      () => dimensionDependence(normal(randomSource(1), 3, 2), [1], { source: randomSource(1), threshold: 1 }),
      /^RangeError: dimensionDependence: the threshold is 1, expected one from 0 to below 1$/,
    ));

  it("is the same wherever the points are", () => {
    const points = normal(randomSource(1), 30, 2);
    const [here, far] = [0, 1e5].map((shift) => {
      const moved = { ...points, values: points.values.map((value) => shift + value / 128) };
      return dimensionDependence(moved, [0.001], { source: randomSource(2), count: 500 })[0];
    });
    assert.ok(here.decided.value > 0.1 && here.decided.value < 0.9);
    assertClose([far.relativeVariance.value], [here.relativeVariance.value], 0.01); // x is had to 1e-11 there
    assertClose([far.varianceShare.value], [here.varianceShare.value], 0.01);
  });

  it("is over two noised points at least", () => {
    for (const count of [0, 1, 2.5])
      assert.throws(
        () => dimensionDependence(normal(randomSource(1), 3, 2), [1], { source: randomSource(1), count }),
        /^RangeError: dimensionDependence: .* noised points, expected an integer of at least 2$/,
      );
  });
});
