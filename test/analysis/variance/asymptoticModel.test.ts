import assert from "node:assert/strict";
import { asymptoticModel, drawWeights, limitModels } from "../../../src/analysis/variance/asymptoticModel.js";
import { posteriorMeanFeature } from "../../../src/analysis/variance/exactCases.js";
import { gaussianProducts, type FeatureSpec } from "../../../src/analysis/variance/features.js";
import { fitLinearModel, linearDenoiser } from "../../../src/analysis/variance/linearModel.js";
import { meanVarianceRatio, varianceRatios } from "../../../src/analysis/variance/modelVariance.js";
import { scheduleOf, trainingDraws, type TrainingProblem } from "../../../src/analysis/variance/trainingDraws.js";
import { vKernel } from "../../../src/analysis/variance/vKernel.js";
import { eigen } from "../../../src/math/eigen.js";
import { matrix, matrixFromRows, relativeError } from "../../../src/math/matrix.js";
import { randomSource } from "../../../src/math/random.js";
import { mean, variance } from "../../../src/math/stats.js";

const pair: TrainingProblem = { points: matrixFromRows([[-1], [1]]), times: [0, 0] };
const t = scheduleOf(pair).time(0.5); // α² = 0.8, σ_t² = 0.2
const fixed: TrainingProblem = { ...pair, times: [t, t] };
const three: TrainingProblem = { points: matrixFromRows([[-1], [0], [1]]), times: [t, t] };
const radial: FeatureSpec = { centres: matrixFromRows([[-1], [-0.3], [0.3], [1]]), width: 0.5 };

describe("What has no law", () => {
  it("is a model without a ridge whose features depend on each other", () => {
    const twice: FeatureSpec = { centres: matrixFromRows([[0], [0.5], [0.5]]), width: 0.5 };
    const regularisation = { ridge: 0 };
    assert.throws(
      () => asymptoticModel(three, twice, { regularisation }),
      /^RangeError: asymptoticModel: the eigenvalues of Σ go from .* and the ridge is 0, expected linearly independent/,
    );
    assert.throws(() => limitModels(three, twice, [0.1, 0]), /^RangeError: limitModels: the eigenvalues of Σ/);
  });

  it("is a quadrature of no nodes, or of more than there is room for", () => {
    for (const space of [0, 1, 1.5, NaN])
      assert.throws(
        () => asymptoticModel(three, radial, { nodes: { space } }),
        /^RangeError: inputQuadrature: .* nodes along each coordinate, expected an integer of at least 2$/,
      );
    assert.throws(
      () => asymptoticModel({ points: matrix(2, 49), times: [0.1, 1] }, { centres: matrix(3, 49), width: 1 }),
      /^RangeError: inputQuadrature: 280 nodes along each of 49 coordinates about 2 points are too many to hold/,
    );
  });

  it("has nothing to be measured by where the theory's variance is 0, and needs two models", () => {
    const one = asymptoticModel({ ...three, points: matrixFromRows([[0]]) }, radial);
    const at = { P: 10, x: [0.5], t: [t] };
    for (const f of [varianceRatios, meanVarianceRatio]) {
      assert.throws(() => f(one, [one.weights, one.weights], at), /: the V-kernel is 0 at x = 0.5, t = .*, expected/);
      assert.throws(() => f(one, [one.weights], at), /^RangeError: \w+: 1 models, expected at least 2$/);
    }
    const none = { ...at, x: [] };
    assert.throws(() => meanVarianceRatio(one, [one.weights, one.weights], none), /: 0 x at 1 times, expected/);
  });
});

describe("The law of a linear model's weights", () => {
  it("of one feature, the posterior mean of two points, has the variance .0327731 / P", () => {
    const one = asymptoticModel(fixed, posteriorMeanFeature(fixed), { regularisation: { ridge: 0 } });
    assert.ok(Math.abs(one.weights.values[0] - 1) < 1e-12);
    assert.ok(Math.abs(one.noise.values[0] - 0.0327731) < 1e-7, String(one.noise.values[0]));
    assert.ok(Math.abs(one.inputs.values[0]) < 1e-12, "the feature represents the mean");
    const weights = Array.from({ length: 400 }, (_, seed) => {
      const draws = trainingDraws(fixed, 500, randomSource(seed));
      return fitLinearModel(fixed, posteriorMeanFeature(fixed), draws, { regularisation: { ridge: 0 } }).J1.weights
        .values[0];
    });
    const ratio = (500 * variance(weights)) / one.noise.values[0];
    assert.ok(Math.abs(ratio - 1) < 4 * Math.sqrt(2 / 399), String(ratio));
    assert.ok(Math.abs(mean(weights) - 1) < 4 * Math.sqrt(variance(weights) / 400));
  });

  for (const [name, options] of [
    ["with a ridge", { regularisation: { ridge: 0.2 } }],
    ["stopped early", { regularisation: { stop: 3 } }],
    ["in the form of a score", { form: "score", regularisation: { ridge: 0.01 } }],
  ] as const)
    it(`is that of models trained on draws, by either objective, ${name}`, () => {
      const model = asymptoticModel(three, radial, options);
      const fits = Array.from({ length: 300 }, (_, seed) =>
        fitLinearModel(three, radial, trainingDraws(three, 2000, randomSource(seed)), options),
      );
      for (const objective of ["J0", "J1"] as const) {
        const weights = fits.map((fit) => fit[objective].weights);
        for (const { x, ratio } of varianceRatios(model, weights, { P: 2000, x: [-0.8, 0.1, 0.5], t: [t], objective }))
          assert.ok(Math.abs(ratio.value - 1) < 4 * ratio.standardError, `${objective} at ${x}: ${ratio.value}`);
        const settings = { P: 2000, x: [-0.8, 0.1, 0.5], t: [t], objective };
        const whole = meanVarianceRatio(model, weights, settings);
        const each = varianceRatios(model, weights, settings).map(({ ratio }) => ratio.value);
        assert.ok(Math.abs(whole.value - mean(each)) < 1e-9 && Math.abs(whole.value - 1) < 4 * whole.standardError);
        const at = matrixFromRows([[0.5]]);
        const outputs = weights.map((own) => linearDenoiser({ ...model, weights: own })(at, t).values[0]);
        const z = (mean(outputs) - linearDenoiser(model)(at, t).values[0]) / Math.sqrt(variance(outputs) / 300);
        assert.ok(Math.abs(z) < 5, `${objective}: the mean is ${z} standard errors off, of which O(1/√P) is bias`);
      }
    });

  it("has the limit of infinitely many draws as its mean", () => {
    const features = gaussianProducts(1, 6, [0.05, 1], 4);
    const problem: TrainingProblem = { points: three.points, times: [0.05, 1] };
    const nodes = { time: 60, space: 160 };
    const [a, b] = [
      asymptoticModel(problem, features, { nodes, regularisation: { ridge: 0.1 } }).weights,
      limitModels(problem, features, [0.1], { nodes })[0].weights,
    ];
    assert.ok(relativeError(b, a) < 1e-9);
    const much = fitLinearModel(problem, features, trainingDraws(problem, 60_000, randomSource(9))).J0.weights;
    assert.ok(relativeError(much, a) < 0.1);
  });

  it("of points in the plane has the symmetry of the points", () => {
    const square: TrainingProblem = {
      points: matrixFromRows([
        [1, 0],
        [0, 1],
        [-1, 0],
        [0, -1],
      ]),
      times: [t, t],
    };
    const one = {
      centres: matrixFromRows([
        [0, 0],
        [0.5, 0],
        [0, 0.5],
        [-0.5, 0],
        [0, -0.5],
      ]),
      width: 0.7,
    };
    const { weights, noise } = asymptoticModel(square, one, { nodes: { space: 60 } });
    // a quarter turn takes x to y, and each feature to the next
    const turned = [0, 2, 3, 4, 1];
    for (let k = 0; k < 5; k++) assert.ok(Math.abs(weights.values[k] - weights.values[5 + turned[k]]) < 1e-9);
    for (let k = 0; k < 5; k++)
      for (let l = 0; l < 5; l++)
        assert.ok(Math.abs(noise.values[k * 10 + l] - noise.values[(5 + turned[k]) * 10 + 5 + turned[l]]) < 1e-9);
  });

  it("is what weights are drawn from", () => {
    const model = asymptoticModel(three, radial);
    const drawn = drawWeights(model, 100, 4000, randomSource(5));
    const first = drawn.map(({ values }) => values[0]);
    const wanted = (model.noise.values[0] + model.inputs.values[0]) / 100;
    assert.ok(Math.abs(variance(first) / wanted - 1) < 4 * Math.sqrt(2 / 4000));
    assert.ok(Math.abs(mean(first) - model.weights.values[0]) < 4 * Math.sqrt(wanted / 4000));
  });
});

describe("The V-kernel", () => {
  const model = asymptoticModel(three, radial);
  const z = { x: matrixFromRows([[-0.6], [0.2], [0.9]]), t: [t, t, t] };

  it("is a covariance: symmetric, without negative eigenvalues, and falls as 1 / P", () => {
    const { V } = vKernel(model, 10, z);
    const { values } = eigen(V);
    assert.ok(values.every((value) => value > -1e-12 * values[0]));
    assert.ok(relativeError(vKernel(model, 1000, z).V, { ...V, values: V.values.map((v) => v / 100) }) < 1e-12);
  });

  it("is D_t Cov(ŝ) D_t' of the score, (α / σ_t²)² that of the denoiser", () => {
    const { denoiser, score, V } = vKernel(model, 10, z);
    const [alpha2, variance2, beta] = [0.8, 0.2, 0.1 + 19.9 * t]; // D = β
    const factor = alpha2 / variance2 ** 2;
    assert.ok(relativeError(score, { ...denoiser, values: denoiser.values.map((v) => v * factor) }) < 1e-9);
    assert.ok(relativeError(V, { ...score, values: score.values.map((v) => v * beta ** 2) }) < 1e-9);
  });

  it("without noise in the target has the inputs' part alone", () => {
    const [J0, J1] = (["J0", "J1"] as const).map((objective) => vKernel(model, 10, z, z, objective).denoiser);
    const phi = model.features as { centres: typeof z.x };
    assert.equal(phi.centres.rows, 4);
    for (let i = 0; i < 3; i++) assert.ok(J0.values[4 * i] < J1.values[4 * i]);
  });

  it("has blocks for the coordinates of points in the plane", () => {
    const plane: TrainingProblem = {
      points: matrixFromRows([
        [1, 0],
        [-1, 0],
        [0, 1],
      ]),
      times: [t, t],
    };
    const two = asymptoticModel(
      plane,
      {
        centres: matrixFromRows([
          [0, 0],
          [1, 0],
        ]),
        width: 1,
      },
      { nodes: { space: 40 } },
    );
    const { denoiser } = vKernel(two, 5, { x: matrix(2, 2, Float64Array.of(0.1, 0.2, 0.3, -1)), t: [t, t] });
    assert.deepEqual([denoiser.rows, denoiser.cols], [4, 4]);
    assert.ok(eigen({ ...denoiser, values: denoiser.values }).values.every((value) => value > -1e-12));
  });

  it("is of a positive number of draws, at one time for each input", () => {
    for (const P of [0, -1, NaN]) {
      assert.throws(() => vKernel(model, P, z), /^RangeError: vKernel: P is (0|-1|NaN), expected a positive number/);
      assert.throws(() => drawWeights(model, P, 1, randomSource(1)), /^RangeError: drawWeights: P is/);
    }
    assert.ok(vKernel(model, Infinity, z).V.values.every((value) => value === 0));
    assert.throws(() => vKernel(model, 10, { ...z, t: [t] }), /^RangeError: featureFamily: 1 times for 3 rows of x/);
  });
});
