import assert from "node:assert/strict";
import { frechetDistance, meanAndCovariance } from "../../../src/analysis/samples/frechet.js";
import { classSamples, drawSamples, imageFidelity } from "../../../src/analysis/samples/imageFidelity.js";
import { digits } from "../../../src/datasets/digits.js";
import { isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { initialParameters, network, type NetworkSpec } from "../../../src/diffusion/networks/network.js";
import { networkDenoiser } from "../../../src/diffusion/networks/networkDenoiser.js";
import { storedClassifier } from "../../../src/diffusion/networks/storedClassifier.js";
import { matrix, row, scale, takeRows, type Matrix } from "../../../src/math/matrix.js";
import { multiply } from "../../../src/math/multiply.js";
import { fillNormal, normal, permutation, randomSource } from "../../../src/math/random.js";
import { mean, variance } from "../../../src/math/stats.js";
import { assertClose, assertMatrix } from "../../helpers/close.js";

describe("Samples of a network with classes", () => {
  const spec: NetworkSpec = { kind: "unet", side: 4, channels: [4], classes: 3, scaled: true };
  const random = new Float64Array(initialParameters(network(spec, 16), randomSource(1)).length);
  fillNormal(randomSource(2), random);
  const net = networkDenoiser(
    { network: spec, dimension: 16, sigmaData: 0.6 },
    Float32Array.from(random, (z) => 0.1 * z),
  );
  after(() => net.dispose());
  const options = () => ({ count: 7, source: randomSource(3), steps: 4 });

  it("are those that each class has from the same noise, the classes in turn", () => {
    const { images, labels } = classSamples(net, options());
    assert.deepEqual(Array.from(labels), [0, 1, 2, 0, 1, 2, 0]);
    for (const label of [0, 1, 2]) {
      const own = drawSamples(net.conditional(label), options());
      for (let n = label; n < 7; n += 3)
        assertMatrix(matrix(1, 16, row(images, n).slice()), matrix(1, 16, row(own, n).slice()), 1e-5);
    }
  });

  it("are at a guidance of 0 those of the network without labels", () => {
    assertMatrix(classSamples(net, { ...options(), guidance: 0 }).images, drawSamples(net, options()), 0);
  });

  it("have the deviation of a Gaussian, as its sampler draws it", () => {
    const g = isotropicGaussian(new Float64Array(4), 0.25);
    const drawn = drawSamples(g, { count: 4000, source: randomSource(4), steps: 40 });
    const deviation = Math.sqrt(variance(drawn.values));
    assert.ok(Math.abs(deviation / 0.5 - 1) < 4 / Math.sqrt(2 * 16_000) + 0.01, `deviation ${deviation}`); // 1 %: Heun
  });
});

describe("imageFidelity", () => {
  const classifier = storedClassifier("digits", 28);
  const { images: train } = digits({ count: 2000 });
  const test = digits({ split: "test", count: 400 });
  const judge = imageFidelity({ classifier, train, test: test.images, source: randomSource(1) });

  it("has 0 for the data themselves, and for real images what as many of them have", () => {
    const [own, real] = imageFidelity({ classifier, train, test: train, source: randomSource(1) })([train, train]);
    assert.ok(own.frechet.value < 1e-6 * real.frechet.value + 1e-6 && own.accuracy === undefined);
    // in float64, where an image's features do not depend on its place among the others
    const directions = normal(randomSource(4), 784, 10);
    const features = (images: Matrix) => multiply(images, directions);
    const byPixels = imageFidelity({
      classifier: { ...classifier, features },
      train,
      test: test.images,
      source: randomSource(1),
    });
    const [{ real: other, frechet }] = byPixels([test.images]); // all 400, in another order
    assert.ok(other.value > 0 && Math.abs(other.value / frechet.value - 1) < 1e-9);
    const distance = frechetDistance(meanAndCovariance(features(train)));
    assert.ok(Math.abs(distance(meanAndCovariance(features(test.images))) / other.value - 1) < 1e-9);
  });

  it("has the mean over all sets of real images that the test images hold", () => {
    const half = takeRows(test.images, [...Array(190).keys()]);
    const [{ real }] = judge([half]);
    const order = permutation(randomSource(1), 400);
    const sets = [order.subarray(0, 190), order.subarray(190, 380)].map((at) => takeRows(test.images, at));
    const scores = sets.map((set) => judge([set])[0].frechet);
    assertClose([real.value], [mean(scores.map(({ value }) => value))], 1e-9);
    const [a, b] = scores.map(({ standardError }) => standardError);
    assertClose([real.standardError], [Math.hypot(a, b) / 2], 1e-9);
  });

  it("has a larger distance for noise and a lower accuracy for wrong labels", () => {
    const half = takeRows(test.images, [...Array(200).keys()]);
    const labels = test.labels.slice(0, 200);
    const next = labels.map((label) => (label + 1) % 10);
    const [right, mixed, wrong, noise] = judge([
      { images: half, labels },
      { images: half, labels: labels.map((label, n) => (n < 50 ? next[n] : label)) },
      { images: half, labels: next },
      scale(normal(randomSource(2), 200, 784), 0.5),
    ]);
    assert.ok(right.accuracy!.value > 0.95 && wrong.accuracy!.value < 0.05);
    const { value, standardError } = mixed.accuracy!;
    assert.ok(Math.abs(value - 0.75) < 0.05, `accuracy ${value} with a quarter of the labels wrong`);
    assertClose([standardError], [Math.sqrt((value * (1 - value)) / 199)], 1e-9);
    assert.ok(noise.frechet.value > 10 * right.frechet.value);
  });

  it("refuses more samples than there are real images", () => {
    assert.throws(
      () => judge([train]),
      /^RangeError: imageFidelity: 400 test images, expected at least 2000, one for each sample$/,
    );
  });
});
