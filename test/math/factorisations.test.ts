import assert from "node:assert/strict";
import {
  diagonal,
  identity,
  matrix,
  matrixFromRows,
  scaleColumns,
  transpose,
  type Matrix,
} from "../../src/math/matrix.js";
import { multiply } from "../../src/math/multiply.js";
import { qr, qrReference, randomOrthogonal } from "../../src/math/qr.js";
import { normal, randomSource } from "../../src/math/random.js";
import { cholesky, choleskyReference, solve, solvePositive, solveReference, squareRoot } from "../../src/math/solve.js";
import { columnMeans, covariance } from "../../src/math/stats.js";
import { svd, svdReference } from "../../src/math/svd.js";
import { assertClose, assertMatrix } from "../helpers/close.js";

const gram = (x: Matrix) => multiply(x, x, { transposeA: true });
const isLower = (L: Matrix) =>
  L.values.every((value, index) => index % L.cols <= Math.floor(index / L.cols) || value === 0);

for (const [name, decompose] of Object.entries({ svd, svdReference }))
  describe(name, () => {
    for (const [n, d] of [
      [1, 1],
      [3, 2],
      [2, 5],
      [40, 30],
      [25, 70],
    ])
      it(`is U diag(s) Vᵀ of a ${n} × ${d} matrix, with orthonormal columns and falling s`, () => {
        const a = normal(randomSource(n + d), n, d);
        const { U, values, V } = decompose(a);
        assertMatrix(gram(U), identity(Math.min(n, d)), 1e-13, "UᵀU");
        assertMatrix(gram(V), identity(Math.min(n, d)), 1e-13, "VᵀV");
        assertMatrix(multiply(scaleColumns(U, values), V, { transposeB: true }), a, 1e-13, "U diag(s) Vᵀ");
        values.forEach((value, k) =>
          assert.ok(value >= 0 && (k === 0 || value <= values[k - 1]), `s[${k}] = ${value}`),
        );
        for (let k = 0; k < U.cols; k++)
          assert.ok(
            Math.max(...U.values.filter((_, i) => i % U.cols === k)) >=
              -Math.min(...U.values.filter((_, i) => i % U.cols === k)) * (1 - 1e-8),
          );
      });

    it("finds the rank of a singular matrix", () => {
      const { values } = decompose(multiply(normal(randomSource(1), 40, 3), normal(randomSource(2), 3, 30)));
      assert.deepEqual(
        values.map((value) => Number(value > 1e-12 * values[0])).reduce((sum, one) => sum + one),
        3,
      );
    });

    it("refuses what is empty or not finite", () => {
      assert.throws(
        () => decompose(matrix(0, 3)),
        /^RangeError: svd: the matrix is 0 × 3, expected at least one entry$/,
      );
      assert.throws(
        () => decompose(matrixFromRows([[1, NaN]])),
        /^RangeError: svd: the matrix holds NaN, expected finite values$/,
      );
    });
  });

for (const [name, decompose] of Object.entries({ qr, qrReference }))
  describe(name, () => {
    for (const [n, d] of [
      [1, 1],
      [5, 3],
      [40, 40],
      [90, 20],
    ])
      it(`is Q R of a ${n} × ${d} matrix: orthonormal, upper triangular, diagonal at least 0`, () => {
        const a = normal(randomSource(n + d), n, d);
        const { Q, R } = decompose(a);
        assertMatrix(gram(Q), identity(d), 1e-13, "QᵀQ");
        assertMatrix(multiply(Q, R), a, 1e-13, "Q R");
        assert.ok(isLower(transpose(R)));
        for (let k = 0; k < d; k++) assert.ok(R.values[k * d + k] > 0);
      });

    it("refuses a wide matrix", () => {
      assert.throws(
        () => decompose(matrix(2, 3)),
        /^RangeError: qr: the matrix is 2 × 3, expected at least 3 rows and one column$/,
      );
    });
  });

describe("solvePositive", () => {
  const a = gram(normal(randomSource(3), 70, 50));
  const b = normal(randomSource(4), 50, 3);

  it("solves a system of a positive definite matrix", () => assertMatrix(multiply(a, solvePositive(a, b)), b, 1e-10));

  it("refuses other matrices and shapes", () => {
    assert.throws(
      () => solvePositive(diagonal([1, -1]), matrix(2, 1)),
      /^RangeError: solvePositive: the matrix is not/,
    );
    assert.throws(() => solvePositive(diagonal([1, 1]), matrix(3, 1)), /^RangeError: solvePositive: A is 2 × 2 and B/);
  });
});

for (const [name, decompose] of Object.entries({ cholesky, choleskyReference }))
  describe(name, () => {
    for (const n of [1, 3, 50])
      it(`is the lower factor of a covariance of ${n} variables`, () => {
        const a = covariance(normal(randomSource(n), 3 * n, n));
        const L = decompose(a);
        assertMatrix(multiply(L, L, { transposeB: true }), a, 1e-14);
        assert.ok(isLower(L));
      });

    it("refuses a matrix that is not positive definite, small or large", () => {
      const message =
        /^RangeError: cholesky: the matrix is not positive definite; use eigen, or squareRoot for a semidefinite one$/;
      for (const n of [2, 60])
        assert.throws(() => decompose(diagonal(Array.from({ length: n }, (_, i) => (i === 1 ? -1 : 1)))), message);
      assert.throws(
        () =>
          decompose(
            matrixFromRows([
              [1, 2],
              [3, 4],
            ]),
          ),
        /^RangeError: cholesky: entry \(1, 0\) is 3 but \(0, 1\) is 2/,
      );
    });
  });

for (const [name, solution] of Object.entries({ solve, solveReference }))
  describe(name, () => {
    for (const [n, m] of [
      [1, 1],
      [3, 2],
      [60, 5],
    ])
      it(`satisfies A X = B, ${n} × ${n} and ${m} columns`, () => {
        const [a, b] = [normal(randomSource(n), n, n), normal(randomSource(m), n, m)];
        assertMatrix(multiply(a, solution(a, b)), b, 1e-12);
      });

    it("refuses a singular matrix, small or large, and shapes that do not fit", () => {
      for (const n of [2, 60])
        assert.throws(
          () => solution(matrix(n, n, new Float64Array(n * n).fill(1)), matrix(n, 1, new Float64Array(n).fill(2))),
          /^RangeError: solve: the matrix is singular; for least squares/,
        );
      assert.throws(
        () => solution(identity(2), matrix(3, 1)),
        /^RangeError: solve: A is 2 × 2 and B has 3 rows, expected 2 rows in B$/,
      );
      assert.throws(
        () => solution(matrix(2, 3), matrix(2, 1)),
        /^RangeError: solve: the matrix is 2 × 3, expected a square one$/,
      );
    });
  });

describe("fast and plain factorisations", () => {
  it("are the same, sign by sign", () => {
    const a = normal(randomSource(7), 60, 45);
    const [fast, plain] = [svd(a), svdReference(a)];
    assertClose(fast.values, plain.values, 1e-13);
    for (const part of ["U", "V"] as const) assertMatrix(fast[part], plain[part], 1e-10, part);
    for (const part of ["Q", "R"] as const) assertMatrix(qr(a)[part], qrReference(a)[part], 1e-12, part);
    const c = covariance(a);
    assertMatrix(cholesky(c), choleskyReference(c), 1e-13);
    assertMatrix(solve(c, gram(a)), solveReference(c, gram(a)), 1e-11);
  });
});

describe("squareRoot", () => {
  it("squares to the matrix, also to a singular one, and is symmetric", () => {
    for (const [n, d] of [
      [5, 2],
      [20, 50],
      [100, 50],
    ]) {
      const a = covariance(normal(randomSource(n), n, d));
      const s = squareRoot(a);
      assertMatrix(multiply(s, s), a, 1e-13);
      assertMatrix(s, transpose(s), 1e-14);
    }
  });

  it("refuses a negative eigenvalue", () => {
    assert.throws(
      () => squareRoot(diagonal([1, -1])),
      /^RangeError: squareRoot: the matrix has the eigenvalue -1, expected at least 0$/,
    );
  });
});

describe("randomOrthogonal", () => {
  it("is orthogonal, the same for the same seed, and has no preferred direction", () => {
    const u = randomOrthogonal(randomSource(0), 30);
    assertMatrix(gram(u), identity(30), 1e-13);
    assert.deepEqual(u, randomOrthogonal(randomSource(0), 30));
    const source = randomSource(1);
    const n = 2000;
    const firsts = matrix(n, 3);
    for (let i = 0; i < n; i++) firsts.values.set(randomOrthogonal(source, 3).values.subarray(0, 3), 3 * i);
    // a uniform direction has mean 0 and covariance I / 3
    columnMeans(firsts).forEach((mean) => assert.ok(Math.abs(mean) < 4 * Math.sqrt(1 / 3 / n), `mean ${mean}`));
    covariance(firsts).values.forEach((value, index) =>
      assert.ok(Math.abs(value - (index % 4 === 0 ? 1 / 3 : 0)) < 4 * Math.sqrt(4 / 45 / n), `covariance ${value}`),
    );
  });
});
