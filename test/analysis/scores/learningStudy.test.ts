import assert from "node:assert/strict";
import { learningStudy } from "../../../src/analysis/scores/learningStudy.js";
import { unexplainedVariance } from "../../../src/analysis/scores/explainedVariance.js";
import { storedStages } from "../../../src/analysis/scores/stages.js";
import { pretrainedConfigs } from "../../../src/diffusion/networks/pretrained.js";
import { ring } from "../../../src/datasets/sphere.js";
import { normal, randomSource } from "../../../src/math/random.js";

const train = ring(20).points;
const options = { train, test: normal(randomSource(1), 30, 2), sigmas: [0.5, 1], count: 10, seed: 3 };
const study = learningStudy("ring", "a ring", options);

describe("learningStudy", () => {
  it("has a curve for each level and model through all stages, at as many points as asked", () => {
    assert.deepEqual(
      study.curves.map(({ name, sigma }) => [name, sigma]),
      [0.5, 1].flatMap((sigma) => ["isotropic", "Gaussian", "delta"].map((name) => [name, sigma])),
    );
    assert.deepEqual(study.curves[0].steps, pretrainedConfigs.ring.stored);
    assert.equal(study.curves[0].stages[0].ratios.length, 10);
    assert.equal(study.name, "a ring");
  });

  it("compares the stored network with the fits", () => {
    const { models, points, gaussian } = study;
    const last = storedStages("ring").at(-1)!;
    const [, { levels }] = unexplainedVariance(last, models, points, [0.5], gaussian.mean);
    assert.deepEqual(study.curves[1].stages.at(-1), levels[0]);
  });

  it("has a mixture where one is asked for, and gives the same for the same seed", () => {
    const [first, again] = [0, 1].map(() => learningStudy("ring", "", { ...options, mixture: { components: 3 } }));
    assert.deepEqual(Object.keys(first.models), ["isotropic", "Gaussian", "mixture of 3", "delta"]);
    assert.deepEqual(first.curves, again.curves);
  });
});
