import assert from "node:assert/strict";
import { perturbationStudy } from "../../../src/analysis/trajectories/perturbation.js";
import { earlyAndLate, responseRows } from "../../../src/analysis/trajectories/stepRows.js";
import { fitGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { scale, scaleColumns } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";

describe("Rows of steps", () => {
  const g = fitGaussian(scaleColumns(normal(randomSource(1), 100, 3), [3, 2, 1]));
  const levels = [5, 1, 0.3];
  const states = levels.map((sigma) => g.flow(scale(normal(randomSource(2), 4, 3), 80), 80, sigma));
  const study = perturbationStudy(g.flow, g, states, { source: randomSource(3), levels, to: 0, features: [1, 3] });

  it("have the responses along each feature, by length, and in random directions at each level", () => {
    const rows = responseRows(study);
    assert.equal(rows.length, 3);
    assert.deepEqual(rows[1], {
      σ: 1,
      "along 1": study.features[0].ratio[1],
      "along 3": study.features[1].ratio[1],
      "1, length": study.features[0].lengths.ratio[1],
      "3, length": study.features[1].lengths.ratio[1],
      "random, length": study.random.ratio[1],
    });
  });

  it("have the change along one feature and its length at two levels", () => {
    const { change, lengths } = study.features[1];
    assert.deepEqual(earlyAndLate(study.features[1], 0, 2), {
      "along it, early": change[0],
      "along it, late": change[2],
      "length, early": lengths.change[0],
      "length, late": lengths.change[2],
    });
  });
});
