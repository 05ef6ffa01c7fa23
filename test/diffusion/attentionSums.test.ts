import assert from "node:assert/strict";
import { nativeSums, plainSums, squaredLengths, type Block } from "../../src/diffusion/attentionSums.js";
import { addScaled, takeRows } from "../../src/math/matrix.js";
import { native } from "../../src/math/native.js";
import { normal, randomSource } from "../../src/math/random.js";
import { assertClose, assertMatrix } from "../helpers/close.js";

describe("sums over data points", () => {
  before(function () {
    if (!native()) this.skip();
  });

  const source = randomSource(1);
  const blocks: Block[] = [100, 1, 60].map((rows, b) => {
    const y = normal(source, rows, 5);
    return { from: [0, 100, 101][b], y, squares: squaredLengths(y), logWeights: Float64Array.from({ length: rows }, (_, i) => -Math.log(161) + 0.01 * i) };
  });
  const v = normal(source, 7, 5);
  for (const sigma of [0.01, 0.1, 1, 80])
    it(`are natively what they are in plain code at σ = ${sigma}`, () => {
      const x = addScaled(takeRows(blocks[0].y, [1, 2, 3, 4, 5, 6, 7]), sigma, normal(source, 7, 5));
      const [fast, plain] = [nativeSums(native()!, blocks, x, sigma ** 2, v), plainSums(blocks, x, sigma ** 2, { mean: true, v })];
      assertClose(fast.largest, plain.largest, 1e-13);
      for (const key of ["total", "square"] as const) assertClose(fast[key], plain[key], 1e-9, key); // exp of what differs by round-off of largest, up to 1e5
      for (const key of ["mean", "along"] as const) assertMatrix(fast[key]!, plain[key]!, 1e-9, key);
      assert.equal(native()!.held(), 0);
    });
});
