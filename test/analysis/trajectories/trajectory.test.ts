import assert from "node:assert/strict";
import { trajectoryShape } from "../../../src/analysis/trajectories/trajectory.js";
import { addScaled, matrix, scale } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";

const alphas = Float64Array.from({ length: 41 }, (_, i) => Math.sin((i * Math.PI) / 80)); // from 0 to 1, 1/√2 in the middle

describe("trajectoryShape", () => {
  const [noise, end] = [normal(randomSource(1), 3, 20), normal(randomSource(2), 3, 20)];

  it("finds a rotation from noise to data flat, and no way from it", () => {
    const path = Array.from(alphas, (alpha) => addScaled(scale(end, alpha), Math.sqrt(1 - alpha ** 2), noise));
    const { explained, outsidePlane, offRotation } = trajectoryShape(path, alphas, 2);
    for (let k = 0; k < 3; k++) {
      assert.ok(Math.abs(explained.values[2 * k + 1] - 1) < 1e-12 && explained.values[2 * k] < 0.999);
      assert.ok(outsidePlane[k] < 1e-12 && offRotation[k] < 1e-12);
    }
  });

  it("is off the rotation as a mode of variance λ has to be: (√(ᾱλ + 1 - ᾱ) - √(ᾱλ) - √(1 - ᾱ))² over the square of the first", () => {
    // In one dimension x_0 and x_T make no plane: a second one, of variance 0, makes it.
    const along = (lambda: number) =>
      Array.from(alphas, (alpha) =>
        matrix(
          1,
          2,
          Float64Array.of(Math.sqrt(alpha ** 2 * lambda + 1 - alpha ** 2), 1e-3 * Math.sqrt(1 - alpha ** 2)),
        ),
      );
    // the least r of λ = 1 is 1 - √2, in the middle; of λ = 10 it is -0.6457 at ᾱ = 0.280 where x² = 3.52 (√10 times
    // that of 1/10 at 1 - ᾱ)
    assert.ok(Math.abs(trajectoryShape(along(1), alphas).offRotation[0] - (Math.SQRT2 - 1) ** 2) < 1e-6);
    const ten = trajectoryShape(along(10), alphas).offRotation[0];
    assert.ok(ten > 0.6457 ** 2 / 3.52 - 1e-3, `${ten}`);
  });

  it("sees a way out of the plane", () => {
    const out = normal(randomSource(3), 3, 20);
    const path = Array.from(alphas, (alpha) =>
      addScaled(addScaled(scale(end, alpha), Math.sqrt(1 - alpha ** 2), noise), alpha * (1 - alpha), out),
    );
    const { outsidePlane, explained } = trajectoryShape(path, alphas, 3);
    assert.ok(outsidePlane.every((value) => value > 1e-3));
    assert.ok(explained.values[2] > 1 - 1e-12 && explained.values[1] < 1 - 1e-4);
  });

  it("refuses too few states, other numbers of α, and axes that are none", () => {
    assert.throws(() => trajectoryShape([noise, end], [0, 1]), /2 states, expected at least 3/);
    assert.throws(() => trajectoryShape([noise, noise, end], [0, 1]), /2 values of α for 3 states/);
    assert.throws(() => trajectoryShape([noise, noise, end], [0, 0.5, 1], 4), /4 axes of 3 states/);
  });

  it("refuses ends that span no plane, as in one dimension", () => {
    const along = (x: number) => matrix(1, 1, Float64Array.of(x));
    assert.throws(
      () => trajectoryShape([3, 2, 1].map(along), [0, 0.5, 1], 1),
      /^RangeError: trajectoryShape: x_0 and x_T of trajectory 0 are on one line through 0, expected two states that span a plane$/,
    );
    assert.throws(
      () => trajectoryShape([noise, end, scale(noise, 0.3)], [0, 0.5, 1], 1),
      /trajectory 0 are on one line/,
    );
  });
});
