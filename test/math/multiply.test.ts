import assert from "node:assert/strict";
import { identity, matrix, matrixFromRows, scale, transpose } from "../../src/math/matrix.js";
import { gramInto, multiply, multiplyReference, multiplySymmetricInto } from "../../src/math/multiply.js";
import { normal, randomSource } from "../../src/math/random.js";
import { assertClose, assertMatrix } from "../helpers/close.js";

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

describe("half of a symmetric matrix", () => {
  // below and above the size from which the library computes
  for (const [n, d, r] of [
    [1, 1, 1],
    [3, 5, 4],
    [70, 60, 50],
  ])
    it(`is that of α A Aᵀ, and serves as a factor, ${n} × ${d} × ${r}`, () => {
      const source = randomSource(n + d);
      const [y, a] = [normal(source, n, d), normal(source, d, r)];
      const half = matrix(d, d, new Float64Array(d * d).fill(NaN));
      gramInto(half, a, -2);
      const whole = scale(multiplyReference(a, a, { transposeB: true }), -2);
      const upper = (_: number, i: number) => i % d >= Math.floor(i / d);
      assertClose(half.values.filter(upper), whole.values.filter(upper), 1e-14);
      assert.ok(half.values.every((value, i) => Number.isNaN(value) || upper(value, i)));
      const product = matrix(n, d, new Float64Array(n * d).fill(NaN));
      multiplySymmetricInto(product, y, half);
      assertMatrix(product, multiplyReference(y, whole), 1e-13);
    });

  it("says which sizes differ", () => {
    assert.throws(() => gramInto(identity(2), identity(3)), /^RangeError: gramInto: C is 2 × 2, expected 3 × 3$/);
    assert.throws(
      () => multiplySymmetricInto(identity(2), identity(2), identity(3)),
      /^RangeError: multiplySymmetricInto: 2 × 2 times 3 × 3 into 2 × 2, expected 2 × 2 and 2 × 2$/,
    );
  });
});
