import assert from "node:assert/strict";
import { readdirSync, rmSync, statSync } from "node:fs";
import { digits } from "../../../src/datasets/digits.js";
import { patches } from "../../../src/datasets/patches.js";
import { ring } from "../../../src/datasets/sphere.js";
import { fitGaussian, isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { pretrainedConfigs } from "../../../src/diffusion/networks/pretrained.js";
import { pretrainedImages } from "../../../src/diffusion/networks/pretrainedImages.js";
import { accuracy } from "../../../src/diffusion/networks/classifier.js";
import { storedClassifier } from "../../../src/diffusion/networks/storedClassifier.js";
import { karrasSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import { sample } from "../../../src/diffusion/sampling/sampler.js";
import type { Denoiser } from "../../../src/diffusion/score.js";
import {
  loadDenoiser,
  loadDenoisers,
  loadModel,
  trainWeights,
  type LoadOptions,
} from "../../../src/diffusion/networks/weights.js";
import { addScaled, matrix, norm, row, scale, takeRows, type Matrix } from "../../../src/math/matrix.js";
import { normal, permutation, randomSource, type Source } from "../../../src/math/random.js";
import { mean, standardError } from "../../../src/math/stats.js";
import { assertMatrix } from "../../helpers/close.js";

/** ‖D(x_0 + σ z) - x_0‖² of every point: what a denoiser makes small. */
function losses(denoise: Denoiser, points: Matrix, sigma: number): Float64Array {
  const off = addScaled(
    denoise(addScaled(points, sigma, normal(randomSource(1), points.rows, points.cols)), sigma),
    -1,
    points,
  );
  return Float64Array.from({ length: points.rows }, (_, n) => norm(matrix(1, off.cols, row(off, n))) ** 2);
}

describe("Stored weights", () => {
  it("are there for every config, made by it, and small", () => {
    for (const [name, { stored }] of Object.entries(pretrainedConfigs))
      assert.deepEqual(
        loadDenoisers(name).map(({ step }) => step),
        stored,
        name,
      );
    const bytes = readdirSync("data/weights").reduce((sum, file) => sum + statSync(`data/weights/${file}`).size, 0);
    assert.ok(bytes < 24e6, `${bytes} bytes in data/weights`);
  });

  it("are read as they were written, and refused for another training", async () => {
    const name = "written-by-a-test";
    const config = {
      data: "ring(20).points",
      network: { kind: "mlp" as const, hidden: [8] },
      batch: 8,
      steps: 3,
      seed: 1,
      stored: [0, 3],
    };
    try {
      await trainWeights(name, config, ring(20).points);
      const stages = loadDenoisers(name, { config, data: ring(20).points });
      assert.deepEqual(
        stages.map(({ step }) => step),
        [0, 3],
      );
      assert.throws(
        () => loadDenoiser(name, { config: { ...config, seed: 2 } }),
        /^RangeError: loadDenoiser: .* was made by another config, .*"seed":1.* than the one asked for, .*"seed":2/,
      );
    } finally {
      rmSync(`data/weights/${name}.safetensors`, { force: true });
    }
  });

  it("are those of another seed where one is stored with the steps asked for", () => {
    const x = normal(randomSource(5), 3, 49);
    const of = (name: string, options: LoadOptions = {}) => loadDenoiser(name, options).denoiser(x, 0.5);
    for (const seed of [2, 3]) assert.deepEqual(of("digits-7", { seed }), of(`digits-7-${seed}`));
    assert.deepEqual(of("digits-7", { seed: 2, step: 500 }), of("digits-7-2", { step: 500 }));
    assert.deepEqual(of("digits-7", { seed: 2, step: 50 }), of("digits-7", { step: 50 }), "not stored of seed 2");
    for (const seed of [1, 9]) assert.deepEqual(of("digits-7", { seed }), of("digits-7"));
    assert.notDeepEqual(of("digits-7", { seed: 2 }), of("digits-7"));
    const steps = (name: string, seed: number) => loadDenoisers(name, { seed }).map(({ step }) => step);
    assert.deepEqual(steps("digits-7", 2), pretrainedConfigs["digits-7"].stored);
    assert.deepEqual(steps("digits-7-2", 1), pretrainedConfigs["digits-7"].stored);
    assert.deepEqual(loadModel("fashion-28-1", { seed: 2 }), loadModel("fashion-28-2"));
  });

  /** Fails unless a network denoises images clearly better than the Gaussian of what it was trained on. */
  function assertBetter(name: string, train: Matrix, held: Matrix, sigmas: readonly number[]) {
    const net = loadDenoiser(name, { data: train });
    const g = fitGaussian(train).denoiser;
    for (const sigma of sigmas) {
      const gaussian = losses(g, held, sigma);
      const gain = losses(net.denoiser, held, sigma).map((loss, n) => gaussian[n] - loss);
      assert.ok(
        mean(gain) > 4 * standardError(gain),
        `σ = ${sigma}: better by ${mean(gain)} ± ${standardError(gain)} of ${mean(gaussian)}`,
      );
    }
    net.dispose();
  }

  const networks = Object.keys(pretrainedConfigs).filter((name) => !name.startsWith("ring"));
  for (const name of networks)
    it(`denoise images that were not trained on better than the Gaussian of the data: ${name}`, () => {
      const { train, test } = pretrainedImages(name);
      const held = permutation(randomSource(4), test.images.rows).subarray(0, 300);
      assertBetter(name, train.images, takeRows(test.images, held), [0.5, 1]);
    });

  it("have images if they are networks of images", () => {
    assert.throws(
      () => pretrainedImages("ring-2"),
      /^RangeError: pretrainedImages: no network of images is called "ring-2"; take one of digits-7, digits-14, digits-28,/,
    );
    const { title, kind, train, test } = pretrainedImages("patches-16");
    assert.deepEqual(
      [title, kind, train.images.rows, test.images.rows, train.side],
      ["patches, 16 × 16", "patches", 40_000, 10_000, 16],
    );
    assert.ok(
      [...train.labels, ...test.labels].every((label) => label < 5),
      "of the photographs to train on alone",
    );
  });

  it("denoise photographs that no patch was trained on better than the Gaussian of the others", () => {
    const { images } = patches(300, randomSource(6), { side: 16, pool: 2, split: "test" });
    assertBetter("patches-16", pretrainedImages("patches-16").train.images, images, [0.1, 0.5]);
  });

  it("draw digits of the class that is asked for, and none with the weights of a layer shuffled", () => {
    const share = (shuffle?: Source) => {
      const net = loadDenoiser("digits-28-1", { shuffle });
      const sigmas = karrasSigmas(18);
      const labels = Array.from({ length: 100 }, (_, n) => n % 10);
      let x = scale(normal(randomSource(2), 100, 784), sigmas[0]);
      for (const state of sample(net.conditional(labels, { guidance: 1.5 }), x, sigmas)) x = state;
      net.dispose();
      return accuracy(storedClassifier("digits", 28), x, labels);
    };
    const [learned, shuffled] = [share(), share(randomSource(3))];
    assert.ok(learned >= 0.95 && shuffled < 0.25, `accuracy ${learned}, shuffled ${shuffled}`);
  }).timeout(120_000);

  it("begin as the isotropic Gaussian, step 0 of a training", () => {
    const { images } = digits({ pool: 4, count: 10_000 });
    const initial = loadDenoiser("digits-7", { step: 0 });
    const g = fitGaussian(images);
    const variance = g.lambda.reduce((sum, value) => sum + value, 0) / 49; // σ_data², the mean variance of a pixel
    const x = matrix(5, 49, images.values.slice(0, 5 * 49));
    assertMatrix(initial.denoiser(x, 0.7), isotropicGaussian(new Float64Array(49), variance).denoiser(x, 0.7), 1e-9);
  });

  it("are refused when stale, unknown or trained on other data", () => {
    const points = ring(20).points;
    assert.equal(loadDenoiser("ring", { data: points }).dimension, 2);
    assert.throws(
      () => loadDenoiser("ring", { config: { ...pretrainedConfigs.ring, seed: 2 } }),
      /^RangeError: loadDenoiser: .*ring\.safetensors was made by another config, \{.*"seed":1,.*\}, than the one asked for, \{.*"seed":2,.*\}; make it again with `npm run train:weights -- ring`$/,
    );
    assert.throws(
      () => loadDenoiser("ring", { data: ring(21).points }),
      /^RangeError: loadDenoiser: ring was trained on other data than these; take ring\(20\)\.points$/,
    );
    assert.throws(
      () => loadDenoiser("ring", { step: 7 }),
      /^RangeError: loadDenoiser: ring has no step 7; stored are 0, 50, .*16000$/,
    );
    assert.throws(
      () => loadDenoiser("rings"),
      /^RangeError: loadDenoiser: no config is called "rings"; there are digits-7, /,
    );
    assert.throws(
      () => loadDenoiser("new", { config: pretrainedConfigs.ring }),
      /^RangeError: loadDenoiser: there is no .*new\.safetensors; take it from data\/weights of the repository, or make it with trainWeights$/,
    ); // the script does not know the name
  });
});
