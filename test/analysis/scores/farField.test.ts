import assert from "node:assert/strict";
import { farField, farFieldShares } from "../../../src/analysis/scores/farField.js";
import { quadratureEvaluationPoints } from "../../../src/analysis/scores/evaluationPoints.js";
import { unexplainedVariance } from "../../../src/analysis/scores/explainedVariance.js";
import { ring } from "../../../src/datasets/sphere.js";
import { fitGaussian, isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { matrix, matrixFromRows, type Matrix } from "../../../src/math/matrix.js";
import { observedOrder } from "../../../src/math/ode.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose, assertDigits } from "../../helpers/close.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";

const three = matrixFromRows([
  [0, 0],
  [1, 0],
  [0, 2],
]);

function measured(points: Matrix, sigmas: readonly number[]) {
  const g = fitGaussian(points);
  const variance = g.lambda.reduce((sum, value) => sum + value, 0) / points.cols;
  const models = {
    gaussian: g,
    isotropic: isotropicGaussian(g.mean, variance),
    meanOnly: isotropicGaussian(g.mean),
  };
  const curves = unexplainedVariance(
    empiricalDistribution(points),
    models,
    quadratureEvaluationPoints(points, 60),
    sigmas,
    g.mean,
  );
  return (name: string) =>
    curves.find((curve) => curve.name === name)!.levels.map(({ scoreRatioOfMeans }) => scoreRatioOfMeans.value);
}

describe("farField", () => {
  it("has the third moment of the tensor", () => {
    const points = normal(randomSource(1), 20, 3);
    const { mean } = fitGaussian(points);
    let squares = 0;
    for (const [a, b, c] of Array.from({ length: 27 }, (_, i) => [i % 3, Math.floor(i / 3) % 3, Math.floor(i / 9)])) {
      let entry = 0;
      for (let n = 0; n < 20; n++)
        entry += [a, b, c].reduce((product, j) => product * (points.values[3 * n + j] - mean[j]), 1) / 20;
      squares += entry ** 2;
    }
    assertClose([farField(points).thirdMoment], [squares], 1e-12);
    assertDigits([farField(three).thirdMoment], [0.4389574759945], 13);
  });

  it("is the same by pairs of few points and by slices of many, here the same points again", () => {
    for (const [n, d] of [
      [7, 3],
      [700, 27],
    ]) {
      const few = normal(randomSource(2), n, d);
      const many = matrix(2 * n, d, Float64Array.of(...few.values, ...few.values));
      const [pairs, slices] = [few, many].map(farField);
      assert.ok(few.rows < d ** 2 && many.rows >= d ** 2);
      assertClose(
        [slices.thirdMoment, slices.trace, slices.traceSquare],
        [pairs.thirdMoment, pairs.trace, pairs.traceSquare],
        1e-10,
      );
    }
  });

  it("has the variance of the data", () => {
    const { lambda } = fitGaussian(three);
    const found = farField(three);
    assertClose(
      [found.dimension, found.trace, found.traceSquare],
      [2, lambda[0] + lambda[1], lambda[0] ** 2 + lambda[1] ** 2],
      1e-12,
    );
  });
});

describe("farFieldShares", () => {
  const sigmas = [5, 10, 20, 40, 80];
  const shares = sigmas.map((sigma) => farFieldShares(farField(three), sigma));

  it("are approached by what the models leave of the score of three points, at the known rate", () => {
    const of = measured(three, sigmas);
    const ratio = (name: "gaussian" | "isotropic" | "meanOnly") => of(name).map((value, i) => value / shares[i][name]);
    assertDigits(ratio("gaussian"), [0.945103, 0.984657, 0.99604, 0.999002, 0.99975], 6);
    assertDigits(ratio("meanOnly"), [0.99396, 0.99852, 0.99963, 0.99991, 0.99998], 5);
    // the next term is σ⁻² smaller: the distance from the law falls to a quarter when σ doubles
    for (const name of ["gaussian", "isotropic", "meanOnly"] as const) {
      const far = ratio(name).map((value) => Math.abs(1 - value));
      for (let i = 2; i < far.length; i++) assert.ok(Math.abs(far[i - 1] / far[i] - 4) < 0.25, `${name}: ${far}`);
    }
  });

  it("vanish for the Gaussian where the data are symmetric, whose residual then falls as σ⁻⁸", () => {
    const { points } = ring(20);
    assert.ok(farField(points).thirdMoment < 1e-30);
    const of = measured(points, [10, 20, 40]);
    assert.ok(Math.abs(observedOrder([10, 20, 40], of("gaussian")) + 8) < 0.05, `${of("gaussian")}`);
  });
});
