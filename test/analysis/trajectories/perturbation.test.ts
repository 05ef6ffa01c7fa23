import assert from "node:assert/strict";
import {
  growingLevels,
  perturbationEffect,
  perturbationStudy,
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
  const study = perturbationStudy(flow, g, x, { source: randomSource(7), to: 0, features: [1, 3, 6] });

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

  it("finds its mean square in random directions", () => {
    const { levels, changes, closedForm } = study.random;
    levels.forEach((sigma, i) => {
      const squares = changes[i].map((change) => (change / closedForm[i]) ** 2);
      // of one normal number, were all variance in one direction, the square spreads by √2
      assert.ok(Math.abs(mean(squares) - 1) < 4 * Math.sqrt(2 / 2000), `${mean(squares)} at σ = ${sigma}`);
    });
  });

  it("refuses a feature that the Gaussian has not", () =>
    assert.throws(
      () => perturbationStudy(flow, g, x, { source: randomSource(7), features: [1, 7] }),
      /^RangeError: perturbationStudy: feature 7, expected an integer from 1 to 6, the rank of the Gaussian$/,
    ));

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
