import assert from "node:assert/strict";
import { isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { geometricSigmas, karrasSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import { reverseEquation, sampleReverse } from "../../../src/diffusion/sampling/reverse.js";
import { sample } from "../../../src/diffusion/sampling/sampler.js";
import { dpmSolver } from "../../../src/diffusion/sampling/solver.js";
import { identity, matrix, scale, type Matrix } from "../../../src/math/matrix.js";
import { euler, heun, last } from "../../../src/math/ode.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { variance } from "../../../src/math/stats.js";
import { assertClose, assertDigits, assertMatrix } from "../../helpers/close.js";
import { unitNoise } from "../../helpers/unitNoise.js";
import { type VectorField, fromScore } from "../../../src/diffusion/distribution.js";

const variance0 = 0.25;
const wrong = ({ dimension, score }: VectorField, delta: number): VectorField =>
  fromScore(dimension, (x, sigma) => scale(score(x, sigma), 1 + delta));

/** The exact ratio of a sampler's variance to the data's, on one Gaussian, started with that of σ = 80. */
function ratio(run: (field: VectorField, x: Matrix, d: number) => Matrix, steps: number, delta = 0): number {
  const d = steps + 2;
  const x = matrix(1, d);
  x.values[0] = Math.sqrt(variance0 + 6400);
  const end = run(wrong(isotropicGaussian(new Float64Array(d), variance0), delta), x, d);
  return end.values.reduce((sum, value) => sum + value * value, 0) / variance0;
}

/** That of the reverse equation itself from 80 to 0.002, extrapolated from two step sizes. */
function limit(gamma: number, delta: number, initial = 1): number {
  const { drift, diffusion } = reverseEquation(wrong(isotropicGaussian(new Float64Array(1), variance0), delta), gamma);
  const run = (steps: number) => {
    const sigmas = geometricSigmas(steps);
    let v = initial * (variance0 + 6400);
    for (let i = 1; i <= steps; i++) {
      const [sigma, h] = [sigmas[i - 1], sigmas[i] - sigmas[i - 1]];
      v = (1 + h * drift(identity(1), sigma).values[0]) ** 2 * v + (diffusion(identity(1), sigma) as number) ** 2 * -h;
    }
    return v / (variance0 + 0.002 ** 2);
  };
  return 2 * run(8000) - run(4000);
}

describe("the reverse equations", () => {
  it("with the right score keep a wrong variance at γ = 0 and forget it as (V_0 / V_T)^γ", () => {
    const shrink = (variance0 + 0.002 ** 2) / (variance0 + 6400);
    for (const gamma of [0, 0.25, 1])
      assert.ok(Math.abs(limit(gamma, 0, 1.5) - 1 - 0.5 * shrink ** gamma) < 1e-4, `γ = ${gamma}`);
  });

  it("with a score too large by 5 %, or too small, end with the known variance: noise bounds the error and never removes it", () => {
    // V_0 / V_T to the power A = γ + δ (1 + γ) is forgotten; the rest is γ / A.
    const shrink = (variance0 + 0.002 ** 2) / (variance0 + 6400);
    for (const [delta, known] of [
      [0.05, [0.602, 0.808, 0.87, 0.909, 0.93, 0.941]],
      [-0.05, [1.661, 1.284, 1.174, 1.111, 1.081, 1.067]],
    ] as const) {
      const found = [0, 0.25, 0.5, 1, 2, 4].map((gamma) => limit(gamma, delta));
      assertDigits(found, known, 3, `δ = ${delta}`);
      const exact = [0, 0.25, 0.5, 1, 2, 4].map((gamma) => {
        const A = gamma + delta * (1 + gamma);
        return gamma / A + (1 - gamma / A) * shrink ** A;
      });
      assertClose(found, exact, 2e-5, `δ = ${delta}`);
    }
  });

  it("in few steps have the known variance by Euler's and by Euler and Maruyama's method", () => {
    for (const [steps, byEuler, byMaruyama] of [
      [18, 0.716, 1.385],
      [40, 0.864, 1.14],
      [400, 0.986, 1.012],
    ] as const) {
      assertDigits([ratio((field, x) => last(sample(field, x, karrasSigmas(steps), euler)), steps)], [byEuler], 3);
      assertDigits(
        [ratio((field, x, d) => last(sampleReverse(field, x, karrasSigmas(steps), { source: unitNoise(d) })), steps)],
        [byMaruyama],
        3,
      );
    }
  });

  it("at γ = 0 are Euler's method", () => {
    const g = isotropicGaussian(Float64Array.of(1, 2), 0.3);
    const x = scale(normal(randomSource(1), 3, 2), 80);
    assertMatrix(
      last(sampleReverse(g, x, karrasSigmas(9), { source: randomSource(2), gamma: 0 })),
      last(sample(g, x, karrasSigmas(9), euler)),
      1e-12,
    );
  });

  it("make of a Gaussian that Gaussian", () => {
    const n = 20_000;
    const g = isotropicGaussian(Float64Array.of(1), variance0);
    const end = last(
      sampleReverse(g, scale(normal(randomSource(1), n, 1), 80), karrasSigmas(300), { source: randomSource(2) }),
    ).values;
    const expected =
      ratio((s, x, d) => last(sampleReverse(s, x, karrasSigmas(300), { source: unitNoise(d) })), 300) * variance0;
    assert.ok(
      Math.abs(variance(end) / expected - 1) < 4 * Math.sqrt(2 / n),
      `variance ${variance(end)}, expected ${expected}`,
    );
  });

  it("refuse a γ that is none and levels that do not decrease", () => {
    const g = isotropicGaussian(Float64Array.of(1));
    assert.throws(
      () => reverseEquation(g, -1),
      /^RangeError: reverseEquation: γ is -1, expected a finite number of at least 0$/,
    );
    assert.throws(
      () => last(sampleReverse(g, identity(1), [1, 2], { source: randomSource(1) })),
      /^RangeError: sampleReverse: level 1 is 2 after 1, expected levels that decrease to at least 0$/,
    );
  });
});

describe("churn", () => {
  it("has the known variance with Heun's method, of the right score and of one too large by 5 %", () => {
    const run = (amount: number) => (field: VectorField, x: Matrix, d: number) =>
      last(sample(field, x, karrasSigmas(d - 2), heun, { source: unitNoise(d), sChurn: amount }));
    assertDigits(
      [ratio(run(0), 18), ratio(run(10), 18), ratio(run(0), 40), ratio(run(10), 40)],
      [1.114, 1.264, 1.02, 1.054],
      3,
    );
    assertDigits([ratio(run(0), 400), ratio(run(10), 400)], [1.0002, 1.0005], 4);
    assertDigits(
      [ratio(run(0), 40, 0.05), ratio(run(20), 40, 0.05), ratio(run(0), 18, 0.05), ratio(run(20), 18, 0.05)],
      [0.619, 0.985, 0.706, 1.142],
      3,
    );
  });

  it("of amount 0, or outside its levels, is the deterministic process", () => {
    const g = isotropicGaussian(Float64Array.of(1, 2), 0.3);
    const x = scale(normal(randomSource(1), 3, 2), 80);
    const end = last(sample(g, x, karrasSigmas(9)));
    for (const churn of [{ sChurn: 0 }, { sChurn: 10, sMin: 100 }, { sChurn: 10, sMax: 1e-3 }])
      assertMatrix(last(sample(g, x, karrasSigmas(9), heun, { source: randomSource(1), ...churn })), end, 0);
    assert.notDeepEqual(last(sample(g, x, karrasSigmas(9), heun, { source: randomSource(1), sChurn: 1 })), end);
  });

  it("draws the same with the same seed, a point alone as among others", () => {
    const g = isotropicGaussian(Float64Array.of(1, 2), 0.3);
    const x = scale(normal(randomSource(1), 3, 2), 80);
    const run = (points: Matrix) =>
      last(sample(g, points, karrasSigmas(9), heun, { source: randomSource(5), sChurn: 10 })).values;
    assert.deepEqual(run(x), run(x));
    assertClose(run(matrix(1, 2, x.values.slice(0, 2))), run(x).subarray(0, 2), 1e-13);
  });

  it("refuses a negative amount and a method with memory", () => {
    const [g, x] = [isotropicGaussian(Float64Array.of(1)), identity(1)];
    assert.throws(
      () => last(sample(g, x, [2, 1], heun, { source: randomSource(1), sChurn: -1 })),
      /^RangeError: sample: churn of -1, expected a finite amount of at least 0$/,
    );
    assert.throws(
      () => last(sample(g, x, [2, 1], dpmSolver(), { source: randomSource(1), sChurn: 1 })),
      /^RangeError: sample: churn and a multistep method, whose earlier evaluations it makes wrong; take a method of one step$/,
    );
  });
});
