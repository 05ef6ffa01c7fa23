import assert from "node:assert/strict";
import { addScaled, identity, matrix, scale } from "../../src/math/matrix.js";
import { normal, randomSource } from "../../src/math/random.js";
import { assertClose, assertMatrix } from "../helpers/close.js";
import { golden, x80 } from "../helpers/golden.js";
import { gaussian, isotropicGaussian } from "../../src/diffusion/distributions/gaussian.js";
import { fromScore, fromDenoiser, scoreFromDenoiser } from "../../src/diffusion/distribution.js";

describe("score and denoiser", () => {
  it("are each other's translation", () => {
    const x = normal(randomSource(1), 5, 2);
    for (const sigma of [0.5, 3]) {
      assertMatrix(scoreFromDenoiser(golden.denoiser)(x, sigma), golden.score(x, sigma), 1e-12);
      assertMatrix(fromScore(2, golden.score).denoiser(x, sigma), golden.denoiser(x, sigma), 1e-12);
    }
    assert.equal(fromDenoiser(2, golden.denoiser).denoiser, golden.denoiser);
  });

  it("find the mean of x_0 given x_σ: among many noised points, x_0 - D(x_σ) is uncorrelated with x_σ", () => {
    const [n, sigma] = [40_000, 0.8];
    const source = randomSource(2);
    const x0 = normal(source, n, 2); // N(0, I): another Gaussian than the golden one, of which everything is known
    const noised = addScaled(x0, sigma, normal(source, n, 2));
    const g = gaussian(new Float64Array(2), identity(2));
    const rest = addScaled(x0, -1, g.denoiser(noised, sigma));
    let [sum, squares] = [0, 0];
    rest.values.forEach(
      (value, i) => ((sum += value * noised.values[i]), (squares += (value * noised.values[i]) ** 2)),
    );
    assert.ok(Math.abs(sum) < 4 * Math.sqrt(squares), `correlation ${sum}, standard error ${Math.sqrt(squares)}`);
  });

  it("refuse points of another dimension and what is of another shape than the points", () => {
    const x = normal(randomSource(1), 3, 2);
    const flat = fromScore(2, (y) => matrix(y.rows, 1));
    const message = /^RangeError: \w+: the function returned 3 × 1 for points of shape 3 × 2, expected the same shape$/;
    for (const f of [flat.denoiser, flat.divergence, flat.scoreAndDivergence]) assert.throws(() => f(x, 1), message);
    assert.throws(() => flat.jacobianProduct(x, 1, x), message);
    assert.throws(() => fromDenoiser(2, flat.score).score(x, 1), message);
    const narrow = fromScore(1, (y) => scale(y, -1));
    for (const f of [narrow.denoiser, narrow.scoreAndDivergence])
      assert.throws(() => f(x, 1), /^RangeError: fromScore: x has 2 columns, expected 1$/);
  });

  it("are of one dimension as of many", () => {
    const [x, exact] = [normal(randomSource(1), 4, 1), isotropicGaussian(new Float64Array(1), 1)];
    for (const made of [
      fromScore(1, exact.score),
      fromScore(1, exact.score, { hutchinson: { source: randomSource(2) } }),
      fromDenoiser(1, exact.denoiser),
    ]) {
      assertMatrix(made.denoiser(x, 0.5), exact.denoiser(x, 0.5), 1e-12);
      assertClose(made.divergence(x, 0.5), exact.divergence(x, 0.5), 1e-8);
      assertMatrix(made.jacobianProduct(x, 0.5, x), exact.jacobianProduct(x, 0.5, x), 1e-8);
      assertMatrix(made.scoreAndDivergence(x, 0.5).score, exact.score(x, 0.5), 1e-12);
    }
  });

  it("have no translation at σ = 0", () => {
    assert.throws(
      () => scoreFromDenoiser(golden.denoiser)(x80, 0),
      /^RangeError: scoreFromDenoiser: σ is 0, expected a positive noise level$/,
    );
  });
});
