import assert from "node:assert/strict";
import {
  largestDeviation,
  largestResidual,
  offRotation,
  rotationDeviation,
  rotationResidual,
  whiteNoiseDeviation,
} from "../../../src/analysis/trajectories/rotation.js";
import { powerLawSpectrum } from "../../../src/datasets/spectrum.js";
import { addScaled, matrix, scale } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";

const shares = Array.from({ length: 101 }, (_, i) => i / 100);

describe("rotationResidual", () => {
  it("is never above 0, and 0 at both ends and for a feature without variance", () => {
    for (const lambda of [1e-4, 0.01, 1, 30, 1e4]) {
      assert.ok(shares.every((share) => rotationResidual(share, lambda) <= 1e-12 * Math.sqrt(lambda)));
      assert.ok(Math.abs(rotationResidual(0, lambda)) < 1e-12);
      assert.ok(Math.abs(rotationResidual(1, lambda)) < 1e-12 * Math.sqrt(lambda));
    }
    assert.ok(shares.every((share) => Math.abs(rotationResidual(share, 0)) < 1e-15));
  });

  it("is symmetric, r(ᾱ, λ) = √λ r(1 - ᾱ, 1/λ)", () => {
    for (const lambda of [0.003, 0.1, 1, 7, 500])
      for (const share of shares) {
        const [here, there] = [
          rotationResidual(share, lambda),
          Math.sqrt(lambda) * rotationResidual(1 - share, 1 / lambda),
        ];
        assert.ok(Math.abs(here - there) < 1e-13 * (1 + Math.sqrt(lambda)), `${share}, ${lambda}: ${here}, ${there}`);
      }
  });

  it("is greatest where the table says, to 1e-5", () => {
    // (√(ᾱλ + 1 - ᾱ) - √(ᾱλ) - √(1 - ᾱ)) minimised to 50 digits
    const table: [lambda: number, residual: number, alphaBar: number][] = [
      [0.01, -0.08141792, 0.86315077],
      [0.1, -0.20418255, 0.71988505],
      [1, -0.41421356, 0.5],
      [10, -0.6456819, 0.28011495],
      [100, -0.81417921, 0.13684923],
    ];
    for (const [lambda, residual, alphaBar] of table) {
      const found = largestResidual(lambda);
      assert.ok(Math.abs(found.residual - residual) < 1e-5, `${lambda}: ${found.residual}`);
      assert.ok(Math.abs(found.alphaBar - alphaBar) < 1e-5, `${lambda}: ${found.alphaBar}`);
      for (const share of shares) assert.ok(rotationResidual(share, lambda) >= found.residual - 1e-15);
    }
    assert.ok(Math.abs(largestResidual(1).residual - (1 - Math.SQRT2)) < 1e-12);
  });

  it("refuses what is no share and no variance", () => {
    assert.throws(() => rotationResidual(1.1, 1), /ᾱ is 1.1, expected a number from 0 to 1/);
    assert.throws(() => rotationResidual(0.5, 1, -1), /ᾱ_T is -1, expected a number from 0 to 1/);
    assert.throws(() => rotationResidual(0.5, -1), /λ is -1, expected a finite variance of at least 0/);
    assert.throws(() => largestResidual(0), /λ is 0, expected a positive variance: at 0 the law is exact/);
  });
});

describe("rotationDeviation", () => {
  it("is that of one feature for white noise, whatever its dimension", () => {
    for (const d of [1, 30])
      assert.ok(
        Math.abs(rotationDeviation({ lambda: new Float64Array(d).fill(1) }, 0.5) - (Math.SQRT2 - 1) ** 2) < 1e-12,
      );
  });

  it("is less where few features hold the variance, and where the mean is long", () => {
    const most = (lambda: Float64Array, squaredMean = 0) => largestDeviation({ lambda, squaredMean });
    const [one, two, white] = [1, 2, 0].map((exponent) => powerLawSpectrum(300, exponent, 75));
    assert.ok(most(two) < most(one) / 2 && most(one) < most(white));
    assert.ok(most(white, 100) < most(white));
  });
});

describe("whiteNoiseDeviation", () => {
  it("is the law's greatest for points of variance 1 without a mean, and less with one", () => {
    const around = (mean: number) =>
      matrix(
        2,
        3,
        Float64Array.of(1, 1, 1, -1, -1, -1).map((value) => value + mean),
      );
    assert.ok(Math.abs(whiteNoiseDeviation(around(0)) - (Math.SQRT2 - 1) ** 2) < 1e-12);
    const expected = Math.max(
      ...Array.from({ length: 1001 }, (_, i) =>
        rotationDeviation({ lambda: new Float64Array(3).fill(1), squaredMean: 12 }, i / 1000),
      ),
    );
    assert.ok(Math.abs(whiteNoiseDeviation(around(2)) - expected) < 1e-12 && expected < whiteNoiseDeviation(around(0)));
  });
});

describe("offRotation", () => {
  const alphas = Float64Array.from({ length: 41 }, (_, i) => Math.sin((i * Math.PI) / 80));
  const [noise, end] = [normal(randomSource(1), 3, 20), normal(randomSource(2), 3, 20)];

  it("is 0 of a rotation, which is a straight line in the noise level", () => {
    const turned = Array.from(alphas, (alpha) => addScaled(scale(end, alpha), Math.sqrt(1 - alpha ** 2), noise));
    assert.ok(offRotation(turned, alphas).values.every((value) => value < 1e-25));
    // α (x_0 + σ x_T) with σ = √(1 - α²) / α: the endpoint is x_0 all the way
    const straight = Array.from(alphas.subarray(1), (alpha) =>
      scale(addScaled(end, Math.sqrt(1 - alpha ** 2) / alpha, noise), alpha),
    );
    assert.ok(offRotation([noise, ...straight], alphas).values.every((value) => value < 1e-25));
  });

  it("is r² over the square of the state along one feature", () => {
    for (const lambda of [0.1, 1, 10]) {
      const path = Array.from(alphas, (alpha) =>
        matrix(1, 1, Float64Array.of(Math.sqrt(alpha ** 2 * lambda + 1 - alpha ** 2))),
      );
      offRotation(path, alphas).values.forEach((value, i) => {
        const share = alphas[i] ** 2;
        assert.ok(Math.abs(value - rotationResidual(share, lambda) ** 2 / (share * lambda + 1 - share)) < 1e-12);
      });
    }
  });

  it("refuses another number of α", () =>
    assert.throws(() => offRotation([noise, end], [0]), /1 values of α for 2 states, expected one each/));
});
