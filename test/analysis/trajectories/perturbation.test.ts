import assert from "node:assert/strict";
import {
  equalEffectStep,
  fixedStep,
  growingLevels,
  perturbationEffect,
  perturbationStudy,
  proportionalStep,
  type StepSize,
} from "../../../src/analysis/trajectories/perturbation.js";
import { fitGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { scoreFlow } from "../../../src/diffusion/sampling/teleport.js";
import { mean } from "../../../src/math/stats.js";
import { matrix, relativeError, scale, scaleColumns, takeColumns, transpose } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose } from "../../helpers/close.js";

const g = fitGaussian(scaleColumns(normal(randomSource(4), 200, 6), [3, 2, 1, 0.5, 0.2, 0.1]));
const flow = g.flow;

describe("perturbationEffect", () => {
  const [x, step] = [normal(randomSource(5), 1, 6), transpose(takeColumns(g.U, 1))];

  it("is √((λ + σ'²) / (λ + σ²)) times a step along an eigenvector, in the closed form and integrated", () => {
    const expected = scale(step, Math.sqrt((g.lambda[0] + 0.1 ** 2) / (g.lambda[0] + 5 ** 2)));
    assert.ok(relativeError(perturbationEffect(flow, x, step, 5, 0.1), expected) < 1e-12);
    assert.ok(relativeError(perturbationEffect(scoreFlow(g, { density: 100 }), x, step, 5, 0.1), expected) < 1e-6);
  });

  it("refuses steps of another shape", () =>
    assert.throws(() => perturbationEffect((states) => states, x, matrix(2, 6), 5, 0), /perturbationEffect/));
});

describe("perturbationStudy", () => {
  const x = scale(normal(randomSource(6), 2000, 6), 80);
  const given = [40, 12, 5, 2.5, 1, 0.5, 0.3];
  const states = given.map((sigma) => flow(x, 80, sigma));
  const options = { source: randomSource(7), levels: given, to: 0, features: [1, 3, 6] };
  const study = perturbationStudy(flow, g, states, options);

  it("finds the closed form along every feature of a Gaussian, whatever the state", () => {
    for (const { ratio } of study.features) {
      assertClose(
        ratio.map(({ value }) => value),
        new Float64Array(7).fill(1),
        1e-9,
      );
      assert.ok(ratio.every(({ standardError }) => standardError < 1e-9));
    }
  });

  it("finds the length of the whole change beside the part along the feature, here of a flow with its ends turned round", () => {
    const turned = perturbationStudy((at, from, to) => scale(flow(at, from, to), -1), g, states, options);
    for (const { ratio, lengths } of turned.features) {
      const values = [ratio, lengths.ratio].map((all) => all.map(({ value }) => value));
      assertClose(values[0], new Float64Array(7).fill(-1), 1e-9);
      assertClose(values[1], new Float64Array(7).fill(1), 1e-9);
    }
  });

  it("finds its mean square in random directions", () => {
    const { levels, changes, closedForm } = study.random;
    levels.forEach((sigma, i) => {
      const squares = changes[i].map((change) => (change / closedForm[i]) ** 2);
      // of one normal number, were all variance in one direction, the square spreads by √2
      assert.ok(Math.abs(mean(squares) - 1) < 4 * Math.sqrt(2 / 2000), `${mean(squares)} at σ = ${sigma}`);
    });
  });

  it("finds the orders of both sizes: of a fixed one, late steps count more where λ is below 1", () => {
    const last = given.length - 1;
    const changeOf = (size: StepSize) =>
      perturbationStudy(flow, g, states, { ...options, size }).features.map(({ change }) =>
        change.map((at) => at.value),
      );
    for (const [k, change] of changeOf(fixedStep(0.1)).entries()) {
      const lambda = g.lambda[options.features[k] - 1];
      assert.equal(change[0] > change[last], lambda > 1, `λ = ${lambda}`);
      // size √((1 + σ²) λ / (λ + σ²)): √λ at high noise
      assertClose([change[0]], [0.1 * Math.sqrt((1 + 1600) / (1 + 1600 / lambda))], 1e-9);
    }
    for (const change of changeOf(proportionalStep(0.1))) assert.ok(change[0] > change[last]);
  });

  it("finds equal changes at all levels by steps that are to have them", () => {
    const { random } = perturbationStudy(flow, g, states, { ...options, size: equalEffectStep(g, 0.1) });
    assertClose(
      random.closedForm,
      given.map(() => 0.1 * Math.sqrt(6)),
      1e-12,
    );
  });

  it("refuses other levels than those of the states, and a feature that the Gaussian has not", () => {
    assert.throws(
      () => perturbationStudy(flow, g, states.slice(1), options),
      /^RangeError: perturbationStudy: 6 states at 7 levels, expected 7$/,
    );
    assert.throws(
      () => perturbationStudy(flow, g, states, { ...options, features: [1, 7] }),
      /^RangeError: perturbationStudy: feature 7, expected an integer from 1 to 6, the rank of the Gaussian$/,
    );
  });

  describe("growingLevels", () => {
    const { levels, changes } = study.random;
    const up = { levels: [...levels].reverse(), changes: [...changes].reverse() };

    it("are none on the way down, where a share of the noise matters ever less, and all on the way up", () => {
      assert.deepEqual(growingLevels(study.random), []);
      assert.deepEqual(growingLevels(up), [0.5, 1, 2.5, 5, 12, 40]);
    });

    it("leave out growth below the least", () => assert.deepEqual(growingLevels(up, 10), []));
  });
});
