import assert from "node:assert/strict";
import { flowMap, flowMapTo, flowSlopes } from "../../../src/analysis/dimension/flowMap.js";
import { sphere } from "../../../src/datasets/sphere.js";
import { gaussian, isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { flowLogDensity } from "../../../src/diffusion/likelihood.js";
import { gaussianMixture } from "../../../src/diffusion/distributions/mixture.js";
import { sphereDistribution } from "../../../src/diffusion/distributions/sphere.js";
import { addScaled, diagonal, matrix, row, scale, scaleColumns, type Matrix } from "../../../src/math/matrix.js";
import { observedOrder } from "../../../src/math/ode.js";
import { multiply } from "../../../src/math/multiply.js";
import { randomOrthogonal } from "../../../src/math/qr.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { svd } from "../../../src/math/svd.js";
import { assertClose, assertMatrix } from "../../helpers/close.js";
import { type VectorField, fromScore } from "../../../src/diffusion/distribution.js";

const lambda = [4, 1, 0, 0];
const R = randomOrthogonal(randomSource(1), 4);
const g = gaussian(new Float64Array(4), multiply(multiply(R, diagonal(lambda)), R, { transposeB: true }));
const xT = normal(randomSource(2), 3, 4);
const [T, end] = [50, 0.01];

/** (I + K) times a field: exact sampling, another Jacobian */
function turned(K: Matrix): VectorField {
  const plus = (v: Matrix) => addScaled(v, 1, multiply(v, K, { transposeB: true }));
  return fromScore(4, (x, sigma) => plus(g.score(x, sigma)), {
    jacobianProduct: (x, sigma, v) => plus(g.jacobianProduct(x, sigma, v)),
  });
}

describe("the flow map", () => {
  it("of a Gaussian has the singular values and slopes of the closed form, at the order of the method", () => {
    const expected = (sigma: number) => lambda.map((value) => Math.sqrt((value + sigma ** 2) / (value + T ** 2)));
    const runs = [10, 20, 40].map((stepsPerDecade) => flowMap(g, xT, [T, 1, end], { stepsPerDecade }));
    const errors = runs.map(({ singularValues }) =>
      Math.max(...row(singularValues[2], 0).map((value, i) => Math.abs(value / expected(end)[i] - 1))),
    );
    assert.ok(Math.abs(observedOrder([1 / 10, 1 / 20, 1 / 40], errors) - 4) < 0.2, `${errors}`);
    for (const n of [0, 1, 2]) {
      assertClose(row(runs[2].singularValues[1], n), expected(1), 1e-6);
      assertClose(
        row(runs[2].slopes[1], n),
        lambda.map((value) => 1 / (value + 1)),
        1e-6,
      );
      assertClose(
        row(runs[2].slopes[2], n),
        lambda.map((value) => end ** 2 / (value + end ** 2)),
        1e-6,
      );
    }
    assertMatrix(runs[2].states[2], g.flow(xT, T, end), 1e-6);
  });

  it("times the root of the covariance has singular values that no constant gauge changes, whatever its size", () => {
    const root = multiply(multiply(R, diagonal(lambda.map((value) => Math.sqrt(value + T ** 2)))), R, {
      transposeB: true,
    });
    for (const size of [0, 1, 2, 4]) {
      const A = normal(randomSource(3), 4, 4);
      const skew = addScaled(
        A,
        -1,
        matrix(
          4,
          4,
          A.values.map((_, i) => A.values[(i % 4) * 4 + Math.floor(i / 4)]),
        ),
      );
      const K = { ...skew, values: skew.values.map((value) => (size * value) / svd(skew).values[0]) };
      const fields = turned(K);
      const { derivatives } = flowMap(fields, xT, [T, end], { stepsPerDecade: 240 });
      const expected = lambda.map((value) => Math.sqrt(value + end ** 2));
      for (const Y of derivatives[1])
        svd(multiply(Y, root)).values.forEach((value, i) =>
          assert.ok(Math.abs(value / expected[i] - 1) < 1e-6, `‖K‖ = ${size}: ${value}, expected ${expected[i]}`),
        );
    }
  });

  it("has the determinant p_T(x_T) / p_σ(x_σ): it carries densities", () => {
    const m = gaussianMixture(
      [0.4, 0.6],
      [isotropicGaussian(Float64Array.of(-1, 0), 0.2), isotropicGaussian(Float64Array.of(1, 0.5), 0.1)],
    );
    const start = normal(randomSource(4), 5, 2);
    const { states, singularValues } = flowMap(
      m,
      { ...start, values: start.values.map((value) => 20 * value) },
      [20, 0.05],
      { stepsPerDecade: 60 },
    );
    const [top, bottom] = [20, 0.05].map((sigma, i) => m.logDensity(states[i], sigma));
    assertClose(
      top.map((_, n) => Math.log(singularValues[1].values[2 * n] * singularValues[1].values[2 * n + 1])),
      top.map((value, n) => value - bottom[n]),
      1e-6,
    );
  });

  it("keeps orientation, and multiplies volumes by the integral of the divergence, at the order of the method, whether the field is a score or not", () => {
    const m = gaussianMixture(
      [0.5, 0.3, 0.2],
      [
        [-1.5, 0, 0.25, 0.05],
        [1.5, 0.5, 0.05, 0.25],
        [0, -1.5, 0.15, 0.1],
      ].map(([x, y, ...variances]) => gaussian(Float64Array.of(x, y), diagonal(variances))),
    );
    const J = matrix(2, 2, Float64Array.of(0, -1, 1, 0));
    // J x / (1 + σ²) has no divergence, and does not keep the density.
    const swirl = (x: Matrix, sigma: number) => scale(multiply(x, J, { transposeB: true }), 2 / (1 + sigma ** 2));
    const [from, to] = [80, 0.05];
    const start = scale(normal(randomSource(4), 50, 2), from);
    for (const turn of [0, 1]) {
      const field = fromScore(2, (x, sigma) => addScaled(m.score(x, sigma), turn, swirl(x, sigma)), {
        jacobianProduct: (x, sigma, v) => addScaled(m.jacobianProduct(x, sigma, v), turn, swirl(v, sigma)),
        divergence: m.divergence,
      });
      const errors = [30, 60, 120].map((stepsPerDecade) => {
        const { states, derivatives } = flowMap(field, start, [from, to], { stepsPerDecade });
        // With a prior of 1, this is ∫ -σ ∇ · s dσ from `to` up.
        const expansion = flowLogDensity(field, {
          steps: Math.ceil(stepsPerDecade * Math.log10(from / to)),
          sigmaMax: from,
          prior: { logDensity: (x) => new Float64Array(x.rows) },
        })(states[1], to);
        return derivatives[1].reduce((most, { values: [a, b, c, d] }, n) => {
          const determinant = a * d - b * c;
          assert.ok(determinant > 0, `determinant ${determinant}`);
          return Math.max(most, Math.abs(Math.log(determinant) + expansion[n]));
        }, 0);
      });
      assert.ok(
        Math.abs(observedOrder([1 / 30, 1 / 60, 1 / 120], errors) - 4) < 0.2 && errors[2] < 1e-6,
        `errors ${errors}`,
      );
    }
  });

  it("has slopes that are the derivatives of its singular values", () => {
    const m = gaussianMixture(
      [0.4, 0.6],
      [isotropicGaussian(Float64Array.of(-1, 0), 0.2), isotropicGaussian(Float64Array.of(1, 0.5), 0.1)],
    );
    const h = 0.01;
    const sigmas = [20, 0.5 * Math.exp(h), 0.5, 0.5 * Math.exp(-h)];
    const { singularValues: s, slopes } = flowMap(m, normal(randomSource(4), 5, 2), sigmas, { stepsPerDecade: 60 });
    assertClose(
      slopes[2].values,
      s[1].values.map((value, i) => Math.log(value / s[3].values[i]) / (2 * h)),
      1e-3,
    ); // differences err by h²
  });

  it("counts the dimensions of subspaces and spheres, in whatever unit", () => {
    for (const unit of [1, 0.01]) {
      const on = multiply(scaleColumns(normal(randomSource(5), 4, 4), lambda), R, { transposeB: true });
      const small = gaussian(
        new Float64Array(4),
        multiply(multiply(R, diagonal(lambda.map((value) => value * unit ** 2))), R, { transposeB: true }),
      );
      assertClose(
        flowSlopes(small, { sigmaMax: 50 * unit })(
          { ...on, values: on.values.map((value) => value * unit) },
          0.02 * unit,
        ),
        [2, 2, 2, 2],
        0,
      );
    }
    for (const [k, ambient] of [
      [1, 3],
      [2, 3],
      [2, 5],
    ]) {
      const ball = { dimension: k, ambient };
      assertClose(
        flowSlopes(sphereDistribution(ball))(sphere(3, k, randomSource(6), { ambient }).points, 0.05),
        [k, k, k],
        0,
      );
    }
  });

  it("goes up and comes back", () => {
    const up = g.flow(xT, 0.1, 30);
    assertMatrix(flowMap(g, up, [30, 0.1], { stepsPerDecade: 60 }).states[1], xT, 1e-7);
    assertMatrix(flowMapTo(g, xT, [30, 1, 0.1], { stepsPerDecade: 60 }).states[2], xT, 1e-7);
  });

  it("refuses levels that do not decrease, and a level above the first", () => {
    assert.throws(() => flowMap(g, xT, [1]), /^RangeError: flowMap: 1 noise levels, expected two or more$/);
    assert.throws(() => flowMap(g, xT, [1, 2]), /^RangeError: flowMap: σ = 2 after 1, expected levels that decrease$/);
    assert.throws(
      () => flowSlopes(g, { sigmaMax: 1 })(xT, 2),
      /^RangeError: flowSlopes: σ is 2, expected a level below sigmaMax = 1$/,
    );
  });
});
