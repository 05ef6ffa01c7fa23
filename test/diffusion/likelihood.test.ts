import assert from "node:assert/strict";
import { gaussian, isotropicGaussian } from "../../src/diffusion/distributions/gaussian.js";
import { flowLogDensity } from "../../src/diffusion/likelihood.js";
import { gaussianMixture } from "../../src/diffusion/distributions/mixture.js";
import type { Score } from "../../src/diffusion/score.js";
import { addScaled, matrix, matrixFromRows, scale, type Matrix } from "../../src/math/matrix.js";
import { euler, heun, integrate, last, linspace, observedOrder, rk4 } from "../../src/math/ode.js";
import { multiply } from "../../src/math/multiply.js";
import { normal, randomSource } from "../../src/math/random.js";
import { assertClose } from "../helpers/close.js";
import { fromScore } from "../../src/diffusion/distribution.js";

const mixture = gaussianMixture(
  [0.5, 0.3, 0.2],
  [
    [-1.5, 0],
    [1.5, 0.5],
    [0, -1.5],
  ].map((mean) => isotropicGaussian(Float64Array.from(mean), 0.15)),
);
const [score, divergence, logDensity] = [mixture.score, mixture.divergence, mixture.logDensity];
const x = scale(normal(randomSource(1), 50, 2), 1.5);
const J = matrixFromRows([
  [0, -1],
  [1, 0],
]);
const plus =
  (s: Score, r: Score): Score =>
  (y, sigma) =>
    addScaled(s(y, sigma), 1, r(y, sigma));
const worst = (a: Float64Array, b: Float64Array) =>
  a.reduce((most, value, n) => Math.max(most, Math.abs(value - b[n])), 0);
const errors = (s: Score, steps: number[], sigmaMax = 80) =>
  steps.map((n) =>
    worst(
      flowLogDensity(fromScore(2, s, { divergence }), { prior: mixture, steps: n, sigmaMax })(x, 0.05),
      logDensity(x, 0.05),
    ),
  );

describe("the likelihood by the flow", () => {
  it("is the exact log density, at the order of the method", () => {
    const steps = [200, 400, 800];
    const found = errors(score, steps);
    assert.ok(
      Math.abs(
        observedOrder(
          steps.map((n) => 1 / n),
          found,
        ) - 4,
      ) < 0.3,
      `errors ${found}`,
    );
    assert.ok(found[2] < 1e-7, `error ${found[2]}`);
  });

  it("is it also along a flow with a gauge part, and is not along one with a rotation that is none, however small the steps", () => {
    // div p (J s) = 0: the same density by other paths; J x has no divergence either, but does not follow the level
    // sets of p.
    const gauge: Score = (y, sigma) => multiply(score(y, sigma), scale(J, 2), { transposeB: true });
    const rotation: Score = (y) => multiply(y, J, { transposeB: true });
    const steps = [400, 800, 1600];
    const found = errors(plus(score, gauge), steps);
    assert.ok(
      Math.abs(
        observedOrder(
          steps.map((n) => 1 / n),
          found,
        ) - 4,
      ) < 0.3 && found[2] < 1e-6,
      `errors ${found}`,
    );
    const [coarse, fine] = errors(plus(score, rotation), [200, 400], 2);
    assert.ok(coarse > 1 && Math.abs(coarse - fine) < 1e-2 * coarse, `${coarse}, ${fine}`);
  });

  it("begins with N(0, σ_max² I) where no prior is given", () => {
    const g = gaussian(
      Float64Array.of(0.5, -0.5),
      matrixFromRows([
        [2, 0.6],
        [0.6, 0.5],
      ]),
    );
    const at = normal(randomSource(2), 3, 2);
    const found = flowLogDensity(g)(at, 0.1);
    const top = g.flow(at, 0.1, 80);
    const prior = isotropicGaussian(new Float64Array(2)).logDensity(top, 80);
    assertClose(
      found,
      g.logDensity(at, 0.1).map((value, n) => value + prior[n] - g.logDensity(top, 80)[n]),
      1e-8,
    );
  });

  it("is exact in the mean over Hutchinson's probes, which are the same all the way", () => {
    const g = gaussian(
      Float64Array.of(0.5, -0.5),
      matrixFromRows([
        [2, 0.6],
        [0.6, 0.5],
      ]),
    );
    const at = normal(randomSource(2), 2, 2);
    const run = (seed: number) =>
      flowLogDensity(
        fromScore(2, g.score, { jacobianProduct: g.jacobianProduct, hutchinson: { source: randomSource(seed) } }),
        {
          prior: g,
          steps: 100,
        },
      )(at, 0.1);
    assert.deepEqual(run(1), run(1));
    // In the plane εᵀ J ε = tr J ± 2 J_12, one sign for either kind of probe: their mean is exact.
    const found = new Set(Array.from({ length: 12 }, (_, seed) => run(seed)[0].toFixed(9)));
    assert.equal(found.size, 2);
    const [a, b] = [...found].map(Number);
    assertClose([(a + b) / 2], [g.logDensity(at, 0.1)[0]], 1e-6);
  });

  it("is that of the whole state in one integration, for every method", () => {
    for (const method of [euler, heun, rk4]) {
      const levels = linspace(Math.log(0.05), Math.log(80), 50);
      const inLogSigma = (state: Matrix, u: number) => {
        const at = matrix(50, 2, state.values.slice(0, 100));
        const both = mixture.scoreAndDivergence(at, Math.exp(u));
        return matrix(
          1,
          150,
          Float64Array.of(...both.score.values, ...both.divergence).map((value) => -Math.exp(2 * u) * value),
        );
      };
      const { values } = last(
        integrate(inLogSigma, matrix(1, 150, Float64Array.of(...x.values, ...new Float64Array(50))), levels, method),
      );
      const top = logDensity(matrix(50, 2, values.slice(0, 100)), 80);
      const found = flowLogDensity(mixture, { prior: mixture, steps: 50, method })(x, 0.05);
      assertClose(
        found,
        top.map((value, n) => value + values[100 + n]),
        1e-11,
      );
    }
  });

  it("leaves the points as they are, and refuses a state that is not finite", () => {
    const before = x.values.slice();
    flowLogDensity(mixture, { prior: mixture, steps: 5 })(x, 0.05);
    assert.deepEqual(x.values, before);
    const steep = fromScore(2, (y) => scale(y, -1e300), { divergence: (y) => new Float64Array(y.rows) });
    assert.throws(
      () => flowLogDensity(steep, { steps: 2, sigmaMax: 4 })(x, 1),
      /^RangeError: flowLogDensity: the state is not finite at σ = 2; take smaller steps, or end before the field is singular$/,
    );
  });

  it("refuses σ = 0 and a level above σ_max", () => {
    assert.throws(
      () => flowLogDensity(mixture)(x, 0),
      /^RangeError: flowLogDensity: σ is 0, expected a positive noise level$/,
    );
    assert.throws(
      () => flowLogDensity(mixture)(x, 80),
      /^RangeError: flowLogDensity: σ is 80, expected a level below sigmaMax = 80$/,
    );
  });
});
