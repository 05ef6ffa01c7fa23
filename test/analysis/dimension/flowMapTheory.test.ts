import assert from "node:assert/strict";
import { flowMap } from "../../../src/analysis/dimension/flowMap.js";
import { gaussianFlowMap, volumeDeviation } from "../../../src/analysis/dimension/flowMapTheory.js";
import { fromScore } from "../../../src/diffusion/distribution.js";
import { gaussian, isotropicGaussian, principalComponents } from "../../../src/diffusion/distributions/gaussian.js";
import { gaussianMixture } from "../../../src/diffusion/distributions/mixture.js";
import { addScaled, diagonal, matrix, row, scale, scaleColumns } from "../../../src/math/matrix.js";
import { multiply } from "../../../src/math/multiply.js";
import { observedOrder } from "../../../src/math/ode.js";
import { randomOrthogonal } from "../../../src/math/qr.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { largestRelativeDifference } from "../../../src/math/stats.js";
import { assertClose, assertMatrix } from "../../helpers/close.js";

const R = randomOrthogonal(randomSource(1), 4);
const turned = multiply(scaleColumns(R, [9, 1, 0.25, 0]), R, { transposeB: true });
const sigmas = [10, 1, 0.1];

describe("the flow map's theory", () => {
  it("of a Gaussian is the growth of its components along the exact flow", () => {
    const g = gaussian(new Float64Array(4), turned);
    const x = normal(randomSource(2), 3, 4);
    const values = gaussianFlowMap(g, sigmas);
    sigmas.forEach((sigma, i) =>
      assertMatrix(
        principalComponents(g, g.flow(x, sigmas[0], sigma)),
        scaleColumns(principalComponents(g, x), row(values, i)),
        1e-12,
      ),
    );
    assertClose(row(values, 0), [1, 1, 1, 1], 1e-15);
  });

  it("of a Gaussian decreases, and takes the variance outside its eigenvectors into account", () => {
    for (const residual of [0.5, 100]) {
      const low = gaussian(Float64Array.of(0, 0, 0), diagonal([4, residual, residual]));
      const other = {
        mean: new Float64Array(3),
        lambda: Float64Array.of(4),
        U: matrix(3, 1),
        residualVariance: residual,
      };
      assertMatrix(gaussianFlowMap(other, sigmas), gaussianFlowMap(low, sigmas), 1e-14);
      const last = row(gaussianFlowMap(low, sigmas), 2);
      assert.deepEqual(
        [...last].sort((a, b) => b - a),
        [...last],
      );
    }
    assert.throws(
      () => gaussianFlowMap(isotropicGaussian(Float64Array.of(0)), [1, 0]),
      /^RangeError: gaussianFlowMap: σ is 0, expected a positive noise level$/,
    );
  });

  it("of a Gaussian is met to the order of the method, at all levels and of all trajectories", () => {
    const g = gaussian(new Float64Array(4), turned);
    const theory = gaussianFlowMap(g, sigmas);
    const deviation = (stepsPerDecade: number) => {
      const { singularValues } = flowMap(g, normal(randomSource(5), 2, 4), sigmas, { stepsPerDecade });
      const each = singularValues.flatMap((level, i) =>
        [0, 1].map((n) => largestRelativeDifference(row(level, n), row(theory, i))),
      );
      return Math.max(...each);
    };
    const steps = [20, 40, 80];
    const order = observedOrder(
      steps.map((n) => 1 / n),
      steps.map(deviation),
    );
    assert.ok(Math.abs(order - 4) < 0.2, `order ${order}`);
  });

  it("has slopes of 0 and 1 that a plane is off by σ² / λ", () => {
    const plane = gaussian(new Float64Array(4), multiply(scaleColumns(R, [4, 4, 0, 0]), R, { transposeB: true }));
    const errors = [0.1, 0.01].map((sigma) => {
      const { slopes } = flowMap(plane, normal(randomSource(3), 2, 4), [10, sigma], { stepsPerDecade: 40 });
      return Math.max(...slopes[1].values.map((slope, i) => Math.abs(slope - (i % 4 < 2 ? 0 : 1))));
    });
    assertClose(errors, [0.01 / 4.01, 0.0001 / 4.0001], 1e-3);
  });

  it("has the densities' ratio as its volume, to the order of the method, unless a field changes it", () => {
    const m = gaussianMixture(
      [0.4, 0.6],
      [isotropicGaussian(Float64Array.of(-1, 0), 0.2), isotropicGaussian(Float64Array.of(1, 0.5), 0.1)],
    );
    const start = scale(normal(randomSource(4), 5, 2), 20);
    const steps = [20, 40, 80];
    const errors = steps.map((stepsPerDecade) => volumeDeviation(flowMap(m, start, [20, 0.05], { stepsPerDecade }), m));
    const order = observedOrder(
      steps.map((n) => 1 / n),
      errors,
    );
    assert.ok(Math.abs(order - 4) < 0.3, `order ${order}, errors ${errors}`);
    const wrong = fromScore(2, (x, sigma) => scale(m.score(x, sigma), 0.9), {
      jacobianProduct: (x, sigma, v) => addScaled(m.jacobianProduct(x, sigma, v), -0.1, m.jacobianProduct(x, sigma, v)),
    });
    assert.ok(volumeDeviation(flowMap(wrong, start, [20, 0.05]), m) > 0.1);
  });
});
