import assert from "node:assert/strict";
import { gaussianDenoiser, gaussianScore } from "../../src/diffusion/distributions/gaussian.js";
import { denoiserFromScore, scoreFromDenoiser } from "../../src/diffusion/score.js";
import { addScaled } from "../../src/math/matrix.js";
import { normal, randomSource } from "../../src/math/random.js";
import { assertMatrix } from "../helpers/close.js";
import { golden, x80 } from "../helpers/golden.js";

describe("score and denoiser", () => {
  it("are each other's translation", () => {
    const x = normal(randomSource(1), 5, 2);
    for (const sigma of [0.5, 3]) {
      assertMatrix(scoreFromDenoiser(gaussianDenoiser(golden))(x, sigma), gaussianScore(golden)(x, sigma), 1e-12);
      assertMatrix(
        denoiserFromScore((at, level) => scoreFromDenoiser(gaussianDenoiser(golden))(at, level))(x, sigma),
        gaussianDenoiser(golden)(x, sigma),
        1e-12,
      );
    }
    const denoiser = gaussianDenoiser(golden);
    assert.equal(denoiserFromScore(scoreFromDenoiser(denoiser)), denoiser);
  });

  it("find the mean of x_0 given x_σ: among many noised points, x_0 - D(x_σ) is uncorrelated with x_σ", () => {
    const [n, sigma] = [40_000, 0.8];
    const source = randomSource(2);
    const x0 = normal(source, n, 2); // N(0, I): another Gaussian than the golden one, of which everything is known
    const noised = addScaled(x0, sigma, normal(source, n, 2));
    const g = {
      mean: new Float64Array(2),
      U: { rows: 2, cols: 2, values: Float64Array.of(1, 0, 0, 1) },
      lambda: Float64Array.of(1, 1),
    };
    const rest = addScaled(x0, -1, denoiserFromScore(gaussianScore(g))(noised, sigma));
    let [sum, squares] = [0, 0];
    rest.values.forEach(
      (value, i) => ((sum += value * noised.values[i]), (squares += (value * noised.values[i]) ** 2)),
    );
    assert.ok(Math.abs(sum) < 4 * Math.sqrt(squares), `correlation ${sum}, standard error ${Math.sqrt(squares)}`);
  });

  it("have no translation at σ = 0", () => {
    assert.throws(
      () => scoreFromDenoiser(gaussianDenoiser(golden))(x80, 0),
      /^RangeError: scoreFromDenoiser: σ is 0, expected a positive noise level$/,
    );
  });
});
