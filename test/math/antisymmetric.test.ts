import assert from "node:assert/strict";
import { randomAntisymmetric, rotationGenerator } from "../../src/math/antisymmetric.js";
import { addScaled, matrixFromRows, norm, transpose } from "../../src/math/matrix.js";
import { multiply } from "../../src/math/multiply.js";
import { randomSource } from "../../src/math/random.js";
import { svd } from "../../src/math/svd.js";
import { assertClose, assertMatrix } from "../helpers/close.js";

describe("antisymmetric matrices", () => {
  it("are their own negative transposes, of the size asked for", () => {
    for (const [d, size] of [
      [2, 1],
      [5, 3],
      [40, 0.1],
    ]) {
      const K = randomAntisymmetric(randomSource(1), d, size);
      assert.equal(norm(addScaled(K, 1, transpose(K))), 0);
      assertClose([svd(K).values[0]], [size], 1e-12);
    }
    assert.notDeepEqual(randomAntisymmetric(randomSource(1), 3), randomAntisymmetric(randomSource(2), 3));
  });

  it("of two coordinates turn the first to the second", () => {
    assertMatrix(
      multiply(rotationGenerator(3, 0, 2), matrixFromRows([[1], [0], [0]])),
      matrixFromRows([[0], [0], [1]]),
      0,
    );
    assertMatrix(
      multiply(rotationGenerator(3, 0, 2), matrixFromRows([[0], [5], [1]])),
      matrixFromRows([[-1], [0], [0]]),
      0,
    );
  });

  it("refuse what is none", () => {
    assert.throws(
      () => randomAntisymmetric(randomSource(1), 1),
      /^RangeError: randomAntisymmetric: d is 1, expected an integer of at least 2$/,
    );
    assert.throws(
      () => randomAntisymmetric(randomSource(1), 3, -1),
      /^RangeError: randomAntisymmetric: the size is -1, expected a finite number of at least 0$/,
    );
    assert.throws(
      () => rotationGenerator(2, 0, 2),
      /^RangeError: rotationGenerator: coordinate 2 of 2 dimensions, expected an integer from 0 to 1$/,
    );
    assert.throws(
      () => rotationGenerator(2, 1, 1),
      /^RangeError: rotationGenerator: both coordinates are 1, expected two different ones$/,
    );
  });
});
