import assert from "node:assert/strict";
import { asymptoticModel } from "../../../src/analysis/variance/asymptoticModel.js";
import { posteriorMeanFeature } from "../../../src/analysis/variance/exactCases.js";
import { gaussianProducts } from "../../../src/analysis/variance/features.js";
import { gapDecomposition } from "../../../src/analysis/variance/gapDecomposition.js";
import { effectiveEnsemble, linearEnsembles } from "../../../src/analysis/variance/linearEnsemble.js";
import { compareEnsembles } from "../../../src/analysis/variance/modelVariance.js";
import type { TrainingProblem } from "../../../src/analysis/variance/trainingDraws.js";
import { matrixFromRows } from "../../../src/math/matrix.js";

const problem: TrainingProblem = { points: matrixFromRows([[-1], [0], [1]]), times: [0.02, 1] };
const features = gaussianProducts(1, 10, problem.times, 8);
const region = { centres: matrixFromRows([[-0.5], [0.5]]), radius: 0.25 };

describe("Ensembles of linear models", () => {
  it("are the same for any number of workers, and by seed", async () => {
    const settings = [40, 120].map((P) => ({ problem, features, P }));
    const options = { models: 3, count: 50, steps: 5 };
    const [alone, one, two] = await Promise.all(
      [0, 1, 2].map((workers) => linearEnsembles(settings, { ...options, workers })),
    );
    assert.deepEqual(one, alone);
    assert.deepEqual(two, alone);
    const later = await linearEnsembles(settings, { ...options, seed: 2, workers: 0 });
    assert.deepEqual(later[0].J1.weights[0], alone[0].J1.weights[1]);
    assert.notDeepEqual(alone[0].J0.samples[0], alone[0].J1.samples[0]);
  });

  it("take features of one's own, which are functions", async () => {
    const own = posteriorMeanFeature(problem);
    const [{ J0 }] = await linearEnsembles([{ problem, features: own, P: 10, regularisation: { ridge: 0 } }], {
      models: 2,
      count: 0,
    });
    assert.ok(J0.weights.every(({ values }) => Math.abs(values[0] - 1) < 1e-12));
    assert.deepEqual(
      J0.samples.map(({ rows }) => rows),
      [0, 0],
    );
  });

  it("of weights drawn from their law have the samples of trained ones", async () => {
    const regularisation = { ridge: 1e-2 };
    const flow = { models: 40, count: 500, clamp: [-1.5, 1.5] as const };
    const [trained] = await linearEnsembles([{ problem, features, P: 4000, regularisation }], flow);
    const model = asymptoticModel(problem, features, { regularisation, nodes: { time: 100, space: 200 } });
    const effective = await effectiveEnsemble(model, 4000, { ...flow, seed: 1001 });
    for (const { measure, z } of compareEnsembles(trained.J1.samples, effective.samples, region))
      assert.ok(Math.abs(z) < 4, `${measure}: ${z}`);
  });

  it("have gap masses of which the parts sum to the whole", async () => {
    const ensembles = await linearEnsembles([{ problem, features, P: 60 }], {
      models: 6,
      count: 200,
      clamp: [-1.5, 1.5],
    });
    const [parts] = gapDecomposition(ensembles, { region, count: 2000, clamp: [-1.5, 1.5] });
    const { noised, steps, features: bias, ridge, inputs, target, J0, J1 } = parts;
    const sum = noised + steps.value + bias.value + ridge.value + inputs.value;
    assert.ok(Math.abs(sum - J0.value) < 1e-12);
    assert.ok(Math.abs(sum + target.value - J1.value) < 1e-12);
    assert.ok(Math.abs(parts.targetShare.value - target.value / J1.value) < 1e-9);
  });
});
