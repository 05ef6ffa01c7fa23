import assert from "node:assert/strict";
import {
  classElement,
  elementGroups,
  featureElements,
  strokeElements,
  varianceBetween,
} from "../../../src/analysis/trajectories/elements.js";
import { fitGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { matrix, matrixFromRows, scale } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose } from "../../helpers/close.js";

/** An image of 28 × 28 pixels by its ink at every place, from 0 to 1. */
const image = (ink: (x: number, y: number) => number) =>
  Float64Array.from({ length: 784 }, (_, p) => 2 * ink((p % 28) - 13.5, 13.5 - Math.floor(p / 28)) - 1);

/** A bar of a width, of 16 pixels upwards, sheared. */
const bar = (width: number, shear = 0, dark = 1) =>
  image((x, y) => (Math.abs(x - shear * y) < width / 2 && Math.abs(y) < 8 ? dark : 0));

const measured = (...images: Float64Array[]) =>
  Object.fromEntries(
    strokeElements().map(({ name, measure }) => [name, [...measure(matrixFromRows(images)).values]] as const),
  );

describe("strokeElements", () => {
  it("measure a bar: its ink, darkness, sides, slant and stroke", () => {
    const seen = measured(bar(4), bar(4, 0, 0.5));
    assertClose(seen.ink, [(4 * 16) / 784, (2 * 16) / 784], 1e-12);
    assertClose(seen.darkness, [1, 0.5], 1e-12);
    // the variance of k equal steps of 1 is (k² - 1) / 12
    assertClose(seen.width, [Math.sqrt(15 / 12), Math.sqrt(15 / 12)], 1e-12);
    assertClose(seen.height, [Math.sqrt(255 / 12), Math.sqrt(255 / 12)], 1e-12);
    // the outline of 4 × 16 pixels is 40 long, a corner of it √2 instead of 2
    assertClose(seen["stroke width"], [128 / (40 - 2 + Math.SQRT2), 128 / (40 - 2 + Math.SQRT2)], 1e-12);
    for (const name of ["slant", "side", "top"]) assertClose(seen[name], [0, 0], 1e-12);
  });

  it("have the sign of a lean to the right, and of ink that reaches far to the right and up", () => {
    const { slant } = measured(bar(4, 0.25), bar(4, -0.25));
    assert.ok(Math.abs(slant[0] - 0.25) < 0.02 && Math.abs(slant[1] + 0.25) < 0.02, `${slant.join()}`);
    const tail = (x: number, y: number) =>
      Math.abs(y) < 2 && (Math.abs(x + 6) < 3 || (x > 0 && x < 9 && Math.abs(y) < 1)) ? 1 : 0;
    const { side, top } = measured(
      image(tail),
      image((x, y) => tail(-x, y)),
      image((x, y) => tail(y, x)),
    );
    assert.ok(side[0] > 0.3, `${side[0]}`);
    assertClose([side[1], top[0] + 1, side[2] + 1, top[2]], [-side[0], 1, 1, side[0]], 1e-9);
  });

  it("are finite for white paper, and ask for squares", () => {
    for (const values of Object.values(measured(image(() => 0)))) assert.ok(values.every(Number.isFinite));
    assert.throws(
      () => strokeElements()[0].measure(matrix(1, 5)),
      /^RangeError: strokeElements: 5 pixels, expected those of a square image$/,
    );
  });
});

describe("classElement", () => {
  it("is the probability of each class", () => {
    const { measure } = classElement({ logits: (images) => scale(images, Math.log(3)) });
    assertClose(measure(matrixFromRows([[1, 0]])).values, [0.75, 0.25], 1e-12);
  });
});

describe("featureElements", () => {
  const points = normal(randomSource(1), 50, 4);
  const g = fitGaussian(points);

  it("have the variance of the feature, and mean 0", () => {
    const { values } = featureElements(g, [2])[0].measure(points);
    assertClose([values.reduce((sum, value) => sum + value, 0) + 1], [1], 1e-12);
    assertClose([values.reduce((sum, value) => sum + value ** 2, 0) / 50], [g.lambda[1]], 1e-12);
  });

  it("refuse a feature that the Gaussian has not", () =>
    assert.throws(
      () => featureElements(g, [5]),
      /^RangeError: featureElements: feature 5, expected an integer from 1/,
    ));
});

describe("varianceBetween", () => {
  it("is 1 for groups of equal images, 0 for groups of equal means, and what the parts say between", () => {
    const images = matrixFromRows([
      [0, 0],
      [2, 0],
      [0, 4],
      [2, 4],
    ]);
    assertClose([varianceBetween(images, [0, 1, 2, 3])], [1], 1e-12);
    assertClose([varianceBetween(images, [0, 1, 1, 0]) + 1], [1], 1e-12);
    assertClose([varianceBetween(images, [0, 0, 1, 1])], [16 / 20], 1e-12);
  });

  it("is (groups - 1) / (n - 1) by chance", () => {
    const n = 2000;
    const source = randomSource(3);
    const share = varianceBetween(
      normal(source, n, 50),
      Array.from({ length: n }, () => source.integer(10)),
    );
    assert.ok(Math.abs(share - 9 / 1999) < 4 * (9 / 1999) * Math.sqrt(2 / (9 * 50)), `${share}`);
  });

  it("refuses images without groups, and images without variance", () => {
    assert.throws(
      () => varianceBetween(matrix(2, 2), [0]),
      /^RangeError: varianceBetween: 1 groups, expected 2, one an image$/,
    );
    assert.throws(
      () => varianceBetween(matrix(2, 2), [0, 1]),
      /^RangeError: varianceBetween: all images are alike, expected some variance$/,
    );
  });
});

describe("elementGroups", () => {
  const element = { name: "m", measure: (m: typeof points) => m };
  const points = matrixFromRows([[5], [1], [9], [3], [7]]);

  it("are parts of equal number by one value, and the largest of several", () => {
    assert.deepEqual([...elementGroups(element, points, 5)], [2, 0, 4, 1, 3]);
    assert.deepEqual([...elementGroups(element, points, 2)], [0, 0, 1, 0, 1]);
    assert.deepEqual(
      [
        ...elementGroups(
          element,
          matrixFromRows([
            [1, 2],
            [3, 0],
          ]),
        ),
      ],
      [1, 0],
    );
  });

  it("refuse NaN", () =>
    assert.throws(
      () => elementGroups(element, matrixFromRows([[NaN], [1]])),
      /^RangeError: elementGroups: a value is NaN, expected numbers$/,
    ));
});
