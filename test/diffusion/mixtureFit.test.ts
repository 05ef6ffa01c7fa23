import assert from "node:assert/strict";
import { fitGaussian } from "../../src/diffusion/gaussian.js";
import { mixtureLogDensity } from "../../src/diffusion/mixture.js";
import { fitMixture, fitMixtureByLikelihood } from "../../src/diffusion/mixtureFit.js";
import { kMeans } from "../../src/math/kMeans.js";
import { matrix, matrixFromRows, row, type Matrix } from "../../src/math/matrix.js";
import { choice, normal, randomSource } from "../../src/math/random.js";
import { mean } from "../../src/math/stats.js";
import { assertClose } from "../helpers/close.js";

/** Points of Σ w_k N(c_k, diag(sd_k²)) in the plane. */
function drawn(n: number, weights: number[], centres: number[][], deviations: number[][], seed = 1): Matrix {
  const source = randomSource(seed);
  const labels = choice(source, n, weights);
  const z = normal(source, n, 2);
  return matrix(n, 2, z.values.map((value, i) => centres[labels[Math.floor(i / 2)]][i % 2] + deviations[labels[Math.floor(i / 2)]][i % 2] * value));
}
const apart = drawn(3000, [0.5, 0.3, 0.2], [[-10, 0], [10, 0], [0, 10]], [[1, 0.5], [0.3, 0.3], [1, 2]]);
const touching = drawn(4000, [0.6, 0.4], [[0, 0], [2, 0]], [[1, 1], [0.5, 0.5]], 2);

describe("kMeans", () => {
  it("finds clusters that are apart, each centre the mean of its points", () => {
    const { centres, labels, inertia } = kMeans(apart, 3, { source: randomSource(1) });
    const sums = matrix(3, 3);
    labels.forEach((k, n) => [...row(apart, n), 1].forEach((value, j) => (sums.values[3 * k + j] += value)));
    for (let k = 0; k < 3; k++) assertClose(row(centres, k), [sums.values[3 * k] / sums.values[3 * k + 2], sums.values[3 * k + 1] / sums.values[3 * k + 2]], 1e-12);
    const xs = [...centres.values].filter((_, i) => i % 2 === 0).map(Math.round).sort((a, b) => a - b);
    assert.deepEqual(xs.map((x) => x + 0), [-10, 0, 10]);
    const total = Array.from(labels, (k, n) => (apart.values[2 * n] - centres.values[2 * k]) ** 2 + (apart.values[2 * n + 1] - centres.values[2 * k + 1]) ** 2).reduce((sum, value) => sum + value, 0);
    assertClose([inertia], [total], 1e-12);
  });

  it("is the same with the same seed, and has no empty cluster where points are many or equal", () => {
    assert.deepEqual(kMeans(touching, 20, { source: randomSource(3) }), kMeans(touching, 20, { source: randomSource(3) }));
    assert.equal(new Set(kMeans(touching, 20, { source: randomSource(3) }).labels).size, 20);
    const five = matrixFromRows([[0, 0], [1, 0], [2, 0], [3, 0], [4, 0]]);
    assert.equal(kMeans(five, 5, { source: randomSource(1) }).inertia, 0);
    assert.equal(kMeans(matrixFromRows([[1, 1], [1, 1]]), 2, { source: randomSource(1) }).inertia, 0);
  });

  it("refuses more clusters than points, and values that are not finite", () => {
    assert.throws(() => kMeans(apart, 0, { source: randomSource(1) }), /^RangeError: kMeans: 0 clusters of 3000 points, expected an integer from 1 to that number$/);
    assert.throws(() => kMeans(matrixFromRows([[NaN]]), 1, { source: randomSource(1) }), /^RangeError: kMeans: a coordinate is not finite, expected finite values$/);
  });
});

describe("a fitted mixture", () => {
  it("of one component is the Gaussian of the points", () => {
    const [m, g] = [fitMixture(touching, 1, { source: randomSource(1), floor: 0 }), fitGaussian(touching)];
    assertClose(m.components[0].mean, g.mean, 1e-12);
    assertClose(m.components[0].lambda, g.lambda, 1e-12);
  });

  it("finds components that are apart", () => {
    const m = fitMixture(apart, 3, { source: randomSource(1) });
    const left = m.components.findIndex(({ mean: [x] }) => x < -5);
    assertClose([m.weights[left]], [0.5], 4 * Math.sqrt(0.25 / 3000) / 0.5);
    assertClose(m.components[left].lambda, [1, 0.25], 4 * Math.sqrt(2 / 1500));
    assertClose([m.weights.reduce((sum, value) => sum + value, 0)], [1], 1e-14);
  });

  it("by likelihood grows in it at every step, and finds components that touch", () => {
    const at = (iterations: number) => mean(mixtureLogDensity(fitMixtureByLikelihood(touching, 2, { source: randomSource(1), iterations, tolerance: 0 }))(touching, 0));
    const logs = [0, 1, 2, 5, 10].map(at);
    logs.forEach((value, i) => i === 0 || assert.ok(value >= logs[i - 1] - 1e-4, `${logs}`)); // the floor of 1e-5 is not of maximum likelihood
    const m = fitMixtureByLikelihood(touching, 2, { source: randomSource(1), iterations: 500, tolerance: 1e-8 });
    const [wide, narrow] = [...m.components].sort((a, b) => b.lambda[0] - a.lambda[0]);
    assertClose(wide.mean, [0, 0], 0.1);
    assertClose(narrow.mean, [2, 0], 0.05);
    assertClose(narrow.lambda, [0.25, 0.25], 0.15);
    const truth = mean(mixtureLogDensity({ weights: Float64Array.of(0.6, 0.4), components: [fitGaussian(matrixFromRows([[1, 1], [-1, 1], [1, -1], [-1, -1]])), { ...fitGaussian(matrixFromRows([[2.5, 0.5], [1.5, 0.5], [2.5, -0.5], [1.5, -0.5]])) }] })(touching, 0));
    assert.ok(mean(mixtureLogDensity(m)(touching, 0)) > truth); // nothing is more likely than the maximum
  });

  it("has the form asked for", () => {
    const isotropic = fitMixture(apart, 3, { source: randomSource(1), form: "isotropic" });
    assert.deepEqual(isotropic.components.map(({ lambda }) => lambda.length), [0, 0, 0]);
    const full = fitMixture(apart, 3, { source: randomSource(1), floor: 0 });
    isotropic.components.forEach(({ rest }, k) => assertClose([rest!], [mean(full.components[k].lambda) + 1e-5], 1e-12));
    assert.deepEqual(fitMixture(apart, 3, { source: randomSource(1), form: { rank: 1 } }).components.map(({ lambda }) => lambda.length), [1, 1, 1]);
    assert.throws(() => fitMixture(apart, 2, { source: randomSource(1), floor: -1 }), /^RangeError: fitMixture: the floor is -1, expected a finite variance of at least 0$/);
  });
});
