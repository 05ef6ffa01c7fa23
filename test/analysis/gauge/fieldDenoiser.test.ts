import assert from "node:assert/strict";
import { fieldDenoiser } from "../../../src/analysis/gauge/fieldDenoiser.js";
import { fromScore } from "../../../src/diffusion/distribution.js";
import { addScaled, matrix, scale, transpose } from "../../../src/math/matrix.js";
import { multiply } from "../../../src/math/multiply.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertMatrix } from "../../helpers/close.js";

describe("The denoiser of a field", () => {
  const A = matrix(3, 3, Float64Array.of(-1, 0.5, 0, -0.2, -2, 0.3, 0, 1, -0.5));
  const field = fromScore(3, (x) => multiply(x, A, { transposeB: true }));
  const net = fieldDenoiser(field);
  const [x, v] = [normal(randomSource(1), 4, 3), normal(randomSource(2), 4, 3)];
  const sigma = 0.7;

  it("is x + σ² s, with products of I + σ² J from the right and from the left", () => {
    const expected = (B: typeof A, y: typeof x) => addScaled(y, sigma ** 2, multiply(y, B, { transposeB: true }));
    assertMatrix(net.denoiser(x, sigma), expected(A, x), 1e-12);
    assertMatrix(net.jvp(x, sigma, v), expected(A, v), 1e-8);
    assertMatrix(net.vjp(x, sigma, v), expected(transpose(A), v), 1e-8);
  });

  it("leaves the vectors as they are", () => {
    const before = scale(v, 1);
    net.vjp(x, sigma, v);
    assert.deepEqual(v, before);
  });
});
