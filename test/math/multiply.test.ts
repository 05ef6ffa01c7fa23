import assert from "node:assert/strict";
import { identity, matrixFromRows, transpose } from "../../src/math/matrix.js";
import { multiply, multiplyReference } from "../../src/math/multiply.js";
import { normal, randomSource } from "../../src/math/random.js";
import { assertMatrix } from "../helpers/close.js";

const implementations = {
  multiply,
  multiplyReference,
};

for (const [name, product] of Object.entries(implementations))
  describe(name, () => {
    it("is the textbook product", () => {
      assertMatrix(
        product(
          matrixFromRows([
            [1, 2],
            [3, 4],
          ]),
          matrixFromRows([
            [5, 6],
            [7, 8],
          ]),
        ),
        matrixFromRows([
          [19, 22],
          [43, 50],
        ]),
        0,
      );
    });

    for (const [n, k, m] of [
      [1, 1, 1],
      [3, 5, 2],
      [60, 70, 80],
    ])
      for (const transposeA of [false, true])
        for (const transposeB of [false, true])
          it(`is (A B) C = A (B C) and keeps I, ${n} × ${k} × ${m}, transposed ${transposeA}, ${transposeB}`, () => {
            const source = randomSource(n + k + m);
            const [a, b, c] = [normal(source, n, k), normal(source, k, m), normal(source, m, 4)];
            const [A, B] = [transposeA ? transpose(a) : a, transposeB ? transpose(b) : b];
            const options = { transposeA, transposeB };
            assertMatrix(product(product(A, B, options), c), multiplyReference(a, multiplyReference(b, c)), 1e-13);
            assertMatrix(product(A, identity(k), { transposeA }), a, 0);
          });
  });

describe("multiply", () => {
  it("says which sizes differ", () => {
    assert.throws(
      () => multiply(identity(2), identity(3)),
      /^RangeError: multiply: 2 × 2 times 3 × 3, expected equal inner sizes$/,
    );
  });
});
