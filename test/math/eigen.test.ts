import assert from "node:assert/strict";
import type { Eigen } from "../../src/math/decompositions.js";
import { eigen, eigenReference } from "../../src/math/eigen.js";
import { column, diagonal, identity, matrixFromRows, scaleColumns, trace, type Matrix } from "../../src/math/matrix.js";
import { multiply } from "../../src/math/multiply.js";
import { normal, randomSource } from "../../src/math/random.js";
import { covariance } from "../../src/math/stats.js";
import { assertClose, assertMatrix } from "../helpers/close.js";

/** What any decomposition of A must satisfy, to round-off. */
function check({ values, vectors }: Eigen, a: Matrix): void {
  assertMatrix(multiply(vectors, vectors, { transposeA: true }), identity(a.rows), 1e-12, "VᵀV");
  assertMatrix(multiply(scaleColumns(vectors, values), vectors, { transposeB: true }), a, 1e-12, "V Λ Vᵀ");
  for (let k = 1; k < values.length; k++)
    assert.ok(values[k] <= values[k - 1], `λ[${k}] = ${values[k]} follows ${values[k - 1]}`);
  for (let k = 0; k < values.length; k++) {
    const v = column(vectors, k);
    assert.ok(Math.max(...v) >= -Math.min(...v) * (1 - 1e-8), `the largest entry of eigenvector ${k} is negative`);
  }
}

for (const [name, decompose] of Object.entries({ eigen, eigenReference }))
  describe(name, () => {
    for (const n of [1, 2, 7, 40, 90])
      it(`decomposes a covariance of ${n} variables`, () => {
        const a = covariance(normal(randomSource(n), 2 * n, n));
        check(decompose(a), a);
      });

    it("decomposes a singular matrix and one that is not positive", () => {
      const x = normal(randomSource(3), 5, 40);
      for (const a of [multiply(x, x, { transposeA: true }), diagonal(Array.from({ length: 40 }, (_, i) => i - 20))])
        check(decompose(a), a);
    });

    it("finds the known values of a 2 × 2 matrix", () => {
      const { values, vectors } = decompose(
        matrixFromRows([
          [2, 1],
          [1, 2],
        ]),
      );
      assertClose(values, [3, 1], 1e-15);
      assertMatrix(
        vectors,
        matrixFromRows([
          [Math.SQRT1_2, Math.SQRT1_2],
          [Math.SQRT1_2, -Math.SQRT1_2],
        ]),
        1e-15,
      );
    });

    it("refuses what is not symmetric, square or finite", () => {
      assert.throws(
        () =>
          decompose(
            matrixFromRows([
              [1, 2],
              [3, 1],
            ]),
          ),
        /^RangeError: eigen: entry \(1, 0\) is 3 but \(0, 1\) is 2, expected a symmetric matrix; pass/,
      );
      assert.throws(
        () => decompose(matrixFromRows([[1, 2]])),
        /^RangeError: eigen: the matrix is 1 × 2, expected a square one$/,
      );
      assert.throws(
        () => decompose(matrixFromRows([])),
        /^RangeError: eigen: the matrix is 0 × 0, expected at least one row$/,
      );
      assert.throws(
        () => decompose(matrixFromRows([[NaN]])),
        /^RangeError: eigen: the matrix holds NaN, expected finite values$/,
      );
    });
  });

describe("eigen", () => {
  it("gives the same vectors whatever computes them", () => {
    const a = covariance(normal(randomSource(5), 200, 60));
    const [fast, plain] = [eigen(a), eigenReference(a)];
    assertClose(fast.values, plain.values, 1e-12);
    assertMatrix(fast.vectors, plain.vectors, 1e-9); // gaps between neighbours are about 1e-2, round-off is divided by them
    assert.ok(Math.abs(fast.values.reduce((sum, value) => sum + value, 0) - trace(a)) < 1e-12 * trace(a));
  });
});
