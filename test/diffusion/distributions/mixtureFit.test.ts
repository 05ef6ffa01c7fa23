import assert from "node:assert/strict";
import { fitGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import {
  fitClassMixture,
  fitMixture,
  fitMixtureByLikelihood,
  lowRankMixture,
} from "../../../src/diffusion/distributions/mixtureFit.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { randomSource } from "../../../src/math/random.js";
import { rowRange } from "../../../src/math/rowBlocks.js";
import { mean } from "../../../src/math/stats.js";
import { assertClose, assertMatrix } from "../../helpers/close.js";
import { apart, touching } from "../../helpers/clusters.js";
import { gaussianMixture } from "../../../src/diffusion/distributions/mixture.js";

describe("a fitted mixture", () => {
  it("of one component is the Gaussian of the points", () => {
    const [m, g] = [fitMixture(touching, 1, { source: randomSource(1), floor: 0 }), fitGaussian(touching)];
    assertClose(m.components[0].mean, g.mean, 1e-12);
    assertClose(m.components[0].lambda, g.lambda, 1e-12);
  });

  it("of classes has the mean of all points, and each class's own Gaussian", () => {
    const classes = [rowRange(touching, 0, 500), rowRange(touching, 500, touching.rows)];
    const { weights, components } = fitClassMixture(classes, { rank: 1 });
    assertClose(components[1].lambda, fitGaussian(classes[1]).lambda.subarray(0, 1), 1e-12);
    const centre = fitGaussian(touching).mean.map(
      (_, j) => weights[0] * components[0].mean[j] + weights[1] * components[1].mean[j],
    );
    assertClose(centre, fitGaussian(touching).mean, 1e-12);
    assert.throws(() => fitClassMixture([]), /^RangeError: gaussianMixture: 0 weights and 0 components/);
  });

  it("of a lower rank is that of all eigenvectors without the others", () => {
    const options = { source: randomSource(1), floor: 0.01 };
    const whole = fitMixture(apart, 3, options);
    const [fitted, kept] = [fitMixture(apart, 3, { ...options, form: { rank: 1 } }), lowRankMixture(whole, 1)];
    assert.deepEqual(
      kept.components.map(({ lambda }) => lambda.length),
      [1, 1, 1],
    );
    const x = rowRange(apart, 0, 50);
    for (const sigma of [0.1, 2]) {
      assertMatrix(kept.score(x, sigma), fitted.score(x, sigma), 1e-10);
      assertMatrix(lowRankMixture(whole, 7).score(x, sigma), whole.score(x, sigma), 1e-14);
    }
    assert.throws(
      () => lowRankMixture(whole, -1),
      /^RangeError: lowRankMixture: the rank is -1, expected an integer of at least 0$/,
    );
  });

  it("finds components that are apart", () => {
    const m = fitMixture(apart, 3, { source: randomSource(1) });
    const left = m.components.findIndex(({ mean: [x] }) => x < -5);
    assertClose([m.weights[left]], [0.5], (4 * Math.sqrt(0.25 / 3000)) / 0.5);
    assertClose(m.components[left].lambda, [1, 0.25], 4 * Math.sqrt(2 / 1500));
    assertClose([m.weights.reduce((sum, value) => sum + value, 0)], [1], 1e-14);
  });

  it("by likelihood grows in it at every step, and finds components that touch", () => {
    const at = (iterations: number) =>
      mean(
        fitMixtureByLikelihood(touching, 2, { source: randomSource(1), iterations, tolerance: 0 }).logDensity(
          touching,
          0,
        ),
      );
    const logs = [0, 1, 2, 5, 10].map(at);
    logs.forEach((value, i) => i === 0 || assert.ok(value >= logs[i - 1] - 1e-4, `${logs}`)); // the floor of 1e-5 is not of maximum likelihood
    const m = fitMixtureByLikelihood(touching, 2, { source: randomSource(1), iterations: 500, tolerance: 1e-8 });
    const [wide, narrow] = [...m.components].sort((a, b) => b.lambda[0] - a.lambda[0]);
    assertClose(wide.mean, [0, 0], 0.1);
    assertClose(narrow.mean, [2, 0], 0.05);
    assertClose(narrow.lambda, [0.25, 0.25], 0.15);
    const corners = [
      [1, 1],
      [-1, 1],
      [1, -1],
      [-1, -1],
    ];
    const exact = gaussianMixture(
      [0.6, 0.4],
      [fitGaussian(matrixFromRows(corners)), fitGaussian(matrixFromRows(corners.map(([x, y]) => [2 + x / 2, y / 2])))],
    );
    const truth = mean(exact.logDensity(touching, 0));
    assert.ok(mean(m.logDensity(touching, 0)) > truth); // nothing is more likely than the maximum
  });

  it("has the form asked for", () => {
    const isotropic = fitMixture(apart, 3, { source: randomSource(1), form: "isotropic" });
    assert.deepEqual(
      isotropic.components.map(({ lambda }) => lambda.length),
      [0, 0, 0],
    );
    const full = fitMixture(apart, 3, { source: randomSource(1), floor: 0 });
    isotropic.components.forEach(({ residualVariance: rest }, k) =>
      assertClose([rest!], [mean(full.components[k].lambda) + 1e-5], 1e-12),
    );
    assert.deepEqual(
      fitMixture(apart, 3, { source: randomSource(1), form: { rank: 1 } }).components.map(
        ({ lambda }) => lambda.length,
      ),
      [1, 1, 1],
    );
    assert.throws(
      () => fitMixture(apart, 2, { source: randomSource(1), floor: -1 }),
      /^RangeError: fitMixture: the floor is -1, expected a finite variance of at least 0$/,
    );
  });
});
