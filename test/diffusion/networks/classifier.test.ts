import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { accuracy, classifier, trainClassifier } from "../../../src/diffusion/networks/classifier.js";
import { frechetDistance, meanAndCovariance } from "../../../src/analysis/samples/frechet.js";
import { pretrainedImages } from "../../../src/diffusion/networks/pretrainedImages.js";
import { storedClassifier } from "../../../src/diffusion/networks/storedClassifier.js";
import { digits } from "../../../src/datasets/digits.js";
import { addScaled, matrix, takeRows, type Matrix } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertMatrix } from "../../helpers/close.js";

/** 7 × 7 pixels of noise, with one bright pixel whose place is the class. */
const labels = Uint8Array.from({ length: 600 }, (_, n) => n % 10);
const images = matrix(
  600,
  49,
  normal(randomSource(1), 600, 49).values.map((z, i) => 0.3 * z + (i % 49 === 5 * labels[Math.floor(i / 49)] ? 2 : 0)),
);
const config = { seed: 1, epochs: 4, batch: 50, rate: 0.003 };

describe("trainClassifier", function () {
  this.timeout(60_000);
  const found = classifier(trainClassifier(images, labels, config));

  it("learns classes that can be told apart", () => assert.ok(accuracy(found, images, labels) > 0.98));

  it("gives the same network for the same seed, another for another", () => {
    const again = classifier(trainClassifier(images, labels, config));
    assertMatrix(again.logits(images), found.logits(images), 1e-2); // the order of float32 sums is not fixed
    const different = classifier(trainClassifier(images, labels, { ...config, seed: 0 }));
    assert.throws(() => assertMatrix(different.logits(images), found.logits(images), 1e-2));
  });

  it("has features of each image alone, from 0 up", () => {
    const features = found.features(images);
    assert.equal(features.cols, 64);
    assert.ok(features.values.every((value) => value >= 0));
    assertMatrix(found.features(takeRows(images, [599, 7])), takeRows(features, [599, 7]), 1e-5);
  });

  it("refuses images and labels that do not fit", () => {
    assert.throws(
      () => trainClassifier(matrix(2, 50), [0, 1], config),
      /^RangeError: classifier: images of 7\.07\d* × 7\.07\d* pixels, expected 28, 16, 14 or 7$/,
    );
    assert.throws(
      () => trainClassifier(matrix(2, 49), [0], config),
      /^RangeError: trainClassifier: 2 images and 1 labels, expected 2 labels$/,
    );
    assert.throws(() => found.logits(matrix(1, 784)), /^RangeError: classifier: images has 784 columns, expected 49$/);
    assert.throws(
      () => classifier({ side: 7, values: [] }),
      /^RangeError: classifier: weights 0 are undefined numbers, expected 3 × 3 × 1 × 16$/,
    );
    assert.throws(
      () => storedClassifier("digits", 5),
      /^Error: storedClassifier: no classifier for digits of 5 × 5 pixels in data\/weights; `npm run train:classifiers` makes those there are$/,
    );
  });
});

describe("storedClassifier", function () {
  this.timeout(60_000);
  const wanted = { 28: 0.985, 14: 0.985, 7: 0.95 };
  for (const [side, least] of Object.entries(wanted))
    it(`tells digits of ${side} × ${side} pixels apart as well as it says`, () => {
      const stored = storedClassifier("digits", Number(side));
      const test = digits({ split: "test", pool: (28 / Number(side)) as 1 });
      assert.ok(
        Math.abs(accuracy(stored, test.images, test.labels) - stored.accuracy) < 3e-4,
        "three of 10,000: the order of float32 sums is not fixed",
      );
      assert.ok(stored.accuracy >= least, `${stored.accuracy}`);
    });

  it("tells photographs apart by patches as well as it says, and sees faint noise on them", () => {
    const stored = storedClassifier("patches", 16);
    const { train, test } = pretrainedImages("patches-16");
    assert.ok(Math.abs(accuracy(stored, test.images, test.labels) - stored.accuracy) < 3e-4);
    assert.ok(stored.accuracy >= 0.8, `${stored.accuracy}`);
    const distance = frechetDistance(meanAndCovariance(stored.features(train.images)));
    const of = (images: Matrix) => distance(meanAndCovariance(stored.features(images)));
    const noisy = addScaled(test.images, 0.05, normal(randomSource(2), test.images.rows, 256));
    assert.ok(of(noisy) > 10 * of(test.images), `${of(noisy)} and ${of(test.images)}`);
  });

  it("computes by ONNX Runtime what TensorFlow computes", () => {
    const program = `
      import { randomSource } from "scorebook";
      import { storedClassifier } from "scorebook/diffusion";
      import { normal } from "scorebook/math";
      const found = [["digits", 28], ["patches", 16], ["digits", 14], ["digits", 7]].map(([name, side]) => {
        const { features, logits } = storedClassifier(name, side);
        const images = normal(randomSource(side), 3, side * side);
        return [...features(images).values, ...logits(images).values];
      });
      console.log(JSON.stringify(found));`;
    const [runtime, tensorflow] = ["", "none"].map((place) => {
      const env = { ...process.env, SCOREBOOK_ONNXRUNTIME: place };
      const output = execFileSync(process.execPath, ["--input-type=module", "-e", program], { env, encoding: "utf8" });
      return JSON.parse(output) as number[][];
    });
    tensorflow.forEach((own, k) => {
      const largest = Math.max(...own.map(Math.abs));
      own.forEach((value, i) =>
        assert.ok(Math.abs(runtime[k][i] - value) <= 1e-5 * largest, `${runtime[k][i]}, ${value}`),
      );
    });
    assert.notDeepEqual(runtime, tensorflow, "two libraries");
  });

  it("has features by which digits of another kind are far, and other digits of the same near", () => {
    const { features } = storedClassifier("digits", 14);
    const { images: some, labels: classes } = digits({ count: 4000, pool: 2, source: randomSource(1) }); // mixed: in the order of the file, even and odd ones come from different writers
    const of = (kept: (label: number, n: number) => boolean) =>
      meanAndCovariance(
        features(
          takeRows(
            some,
            [...classes.keys()].filter((n) => kept(classes[n], n)),
          ),
        ),
      );
    const even = of((_, n) => n % 2 === 0);
    assert.ok(frechetDistance(even)(of((label) => label < 5)) > 10 * frechetDistance(even)(of((_, n) => n % 2 === 1)));
  });
});
