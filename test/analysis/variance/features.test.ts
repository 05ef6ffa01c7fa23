import assert from "node:assert/strict";
import {
  featureFamily,
  fourierProducts,
  gaussianProducts,
  type FeatureSpec,
} from "../../../src/analysis/variance/features.js";
import { matrix, matrixFromRows, row } from "../../../src/math/matrix.js";
import { multiply } from "../../../src/math/multiply.js";
import { normal, randomSource, uniform } from "../../../src/math/random.js";
import { largestDifference } from "../../../src/math/stats.js";

const times: readonly [number, number] = [0.01, 1];
const specs: Readonly<Record<string, FeatureSpec>> = {
  Gaussian: gaussianProducts(2, 5, times, 4),
  Fourier: fourierProducts(2, 4, times),
  radial: { centres: normal(randomSource(1), 7, 2), width: 0.5 },
  tangent: { hidden: 6, dimension: 2, seed: 3 },
};

describe("Families of features", () => {
  const x = normal(randomSource(2), 30, 2);
  const t = uniform(randomSource(3), 30, 1).values;

  for (const [name, spec] of Object.entries(specs)) {
    const family = featureFamily(spec);
    it(`have as many ${name} features as they say, and the same in a batch of one`, () => {
      const all = family.evaluate(x, t);
      assert.deepEqual([all.rows, all.cols], [30, family.count]);
      const one = family.evaluate(matrixFromRows([row(x, 4)]), [t[4]]);
      assert.ok(largestDifference(one.values, row(all, 4)) < 1e-15);
    });

    it(`say what ${name} features are made of, and the products of their rows`, () => {
      const all = family.evaluate(x, t);
      if (family.factors) {
        const tau = family.factors.time(t[7]);
        const chi = row(family.factors.space(x), 7);
        const outer = Float64Array.from(
          { length: family.count },
          (_, i) => chi[Math.floor(i / tau.length)] * tau[i % tau.length],
        );
        assert.ok(largestDifference(outer, row(all, 7)) < 1e-12);
      }
      if (family.kernel)
        assert.ok(
          largestDifference(family.kernel(x, t).values, multiply(all, all, { transposeB: true }).values) < 1e-9,
        );
    });
  }

  it("are normal densities half a spacing wide on the line, of integral 1", () => {
    const family = featureFamily({ space: gaussianProducts(1, 16, times).space });
    const [n, h] = [6001, 0.001];
    const line = matrix(
      n,
      1,
      Float64Array.from({ length: n }, (_, i) => -3 + i * h),
    );
    const all = family.evaluate(line, new Float64Array(n));
    for (let k = 0; k < 16; k++) {
      let [mass, second] = [0, 0];
      const centre = -1.5 + 0.2 * k;
      for (let i = 0; i < n; i++) {
        mass += h * all.values[i * 16 + k];
        second += h * all.values[i * 16 + k] * (line.values[i] - centre) ** 2;
      }
      assert.ok(Math.abs(mass - 1) < 1e-9 && Math.abs(second - 0.01) < 1e-9);
    }
  });

  it("begin with the constant, then cosines, then sines", () => {
    const family = featureFamily({ space: [{ kind: "fourier", count: 4, period: 3 }] });
    const u = (2 * Math.PI * 0.4) / 3;
    const seen = family.evaluate(matrixFromRows([[0.4]]), [0]).values;
    assert.ok(largestDifference(seen, [1, Math.cos(u), Math.cos(2 * u), Math.sin(u)]) < 1e-15);
  });

  it("are the gradient of a perceptron with respect to its parameters", () => {
    // f is linear in a and in each w_h to first order: φ · (a, w) at w = 0 input weights gives f's own terms
    const { evaluate } = featureFamily(specs.tangent);
    const phi = evaluate(matrixFromRows([[0.2, -0.1]]), [0.3]).values;
    const nearby = evaluate(matrixFromRows([[0.2 + 1e-6, -0.1]]), [0.3]).values;
    // d tanh(u_h) / dx_1 = (1 - tanh²) w_h1, and a_h (1 - tanh²) x_1 is feature 1 of a unit
    for (let h = 0; h < 6; h++) {
      const [y, dy] = [phi[5 * h] * Math.sqrt(6), ((nearby[5 * h] - phi[5 * h]) * Math.sqrt(6)) / 1e-6];
      const [a1, a3] = [phi[5 * h + 1] / 0.2, phi[5 * h + 4]].map((value) => value * Math.sqrt(6));
      assert.ok(Math.abs(a1 - a3) < 1e-12, "the same slope a (1 - tanh²) for x_1 and for the constant");
      assert.ok(Math.abs(a3) <= 4 * (1 - y * y) + 1e-12 && Math.abs(dy) <= 4 * (1 - y * y) + 1e-5);
    }
  });

  it("say what they cannot be", () => {
    assert.throws(() => featureFamily(specs.radial).evaluate(matrix(2, 3), [0, 0]), /3 columns, expected 2/);
    assert.throws(() => featureFamily(gaussianProducts(1, 0, times)), /count is 0/);
    assert.throws(() => featureFamily({ space: [{ kind: "gaussian", count: 1, low: 0, high: 1 }] }), /two centres/);
  });

  it("are not a number where x is none, and refuse what they cannot be of", () => {
    const gaussian = featureFamily(gaussianProducts(1, 5, times));
    assert.ok(
      gaussian
        .evaluate(matrixFromRows([[NaN], [0]]), [0.5, 0.5])
        .values.subarray(0, 25)
        .every(Number.isNaN),
    );
    assert.ok(gaussian.evaluate(matrixFromRows([[Infinity]]), [0.5]).values.every((value) => value === 0));
    assert.throws(
      () => gaussian.evaluate(matrix(2, 1), [0.5]),
      /^RangeError: featureFamily: 1 times for 2 rows of x, expected one each$/,
    );
    for (const spec of [
      { space: [] },
      { centres: matrix(0, 1), width: 1 },
      { hidden: 3, dimension: 0, seed: 1 },
      { hidden: 3, dimension: NaN, seed: 1 },
    ])
      assert.throws(
        () => featureFamily(spec),
        /^RangeError: featureFamily: .* is (0|NaN), expected a positive integer$/,
      );
  });
});
