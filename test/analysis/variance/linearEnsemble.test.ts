import assert from "node:assert/strict";
import { asymptoticModel } from "../../../src/analysis/variance/asymptoticModel.js";
import { posteriorMeanFeature } from "../../../src/analysis/variance/exactCases.js";
import { gaussianProducts, type FeatureFamily } from "../../../src/analysis/variance/features.js";
import { gapDecomposition } from "../../../src/analysis/variance/gapDecomposition.js";
import { effectiveEnsemble, linearEnsembles } from "../../../src/analysis/variance/linearEnsemble.js";
import { compareEnsembles } from "../../../src/analysis/variance/modelVariance.js";
import type { TrainingProblem } from "../../../src/analysis/variance/trainingDraws.js";
import { matrix, matrixFromRows } from "../../../src/math/matrix.js";
import { mean, variance } from "../../../src/math/stats.js";

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

  it("have parts of gap masses with the spread that other starts give, where mass comes and goes", async () => {
    const ensembles = await linearEnsembles([{ problem, features, P: 60, regularisation: { ridge: 3 } }], {
      models: 2,
      count: 20,
      clamp: [-1.5, 1.5],
    });
    const settings = { region, count: 400, steps: 10, clamp: [-1.5, 1.5] as const, nodes: { time: 20, space: 60 } };
    const all = Array.from({ length: 60 }, (_, k) => gapDecomposition(ensembles, { ...settings, seed: k + 1 })[0]);
    for (const part of ["steps", "features", "ridge"] as const) {
      const spread = Math.sqrt(variance(all.map((one) => one[part].value)));
      const told = mean(all.map((one) => one[part].standardError));
      assert.ok(told / spread > 0.7 && told / spread < 1.4, `${part}: ${told}, but ${spread} over starts`);
    }
  });

  it("are taken apart each by its own features, though functions look alike in their data", async () => {
    const flat: FeatureFamily = {
      count: 1,
      dimension: 1,
      evaluate: ({ rows }) => matrix(rows, 1, new Float64Array(rows).fill(1)),
    };
    const own = posteriorMeanFeature(problem);
    const settings = [own, flat].map((features) => ({ problem, features, P: 20 }));
    const ensembles = await linearEnsembles(settings, { models: 2, count: 50 });
    const options = { region, count: 200, nodes: { time: 10, space: 30 } };
    const [first, second] = gapDecomposition(ensembles, options);
    assert.equal(second.features.value, gapDecomposition([ensembles[1]], options)[0].features.value);
    assert.notEqual(first.features.value, second.features.value);
  });

  it("are taken apart with two samples of a flow at least", () => {
    for (const count of [0, 1, NaN])
      assert.throws(
        () => gapDecomposition([], { region, count }),
        /^RangeError: gapDecomposition: count is .*, expected/,
      );
  });

  it("are of a whole number of models", async () => {
    for (const models of [0, -1, 1.5, NaN])
      await assert.rejects(
        linearEnsembles([{ problem, features, P: 10 }], { models, count: 0 }),
        /^RangeError: linearEnsembles: .* models, expected a positive integer$/,
      );
  });
});
