import assert from "node:assert/strict";
import { eigenReference } from "../../src/math/eigen.js";
import { matrix, row, type Matrix } from "../../src/math/matrix.js";
import { multiply } from "../../src/math/multiply.js";
import { normal, randomSource } from "../../src/math/random.js";
import {
  stackedEigenvalues,
  stackedSingularValues,
  stackedSquaredSingularValues,
} from "../../src/math/batchedSpectra.js";
import { svdReference } from "../../src/math/svd.js";
import { assertClose } from "../helpers/close.js";

const part = (stack: Matrix, n: number, i: number) =>
  matrix(n, stack.cols, stack.values.slice(i * n * stack.cols, (i + 1) * n * stack.cols));

describe("spectra of stacked matrices", () => {
  for (const [how, count] of [
    ["one by one", 3],
    ["natively", 40],
  ] as const) {
    it(`are the eigenvalues of each, ${how}`, () => {
      const factors = normal(randomSource(1), count * 6, 6);
      const stack = matrix(count * 6, 6);
      for (let i = 0; i < count; i++)
        stack.values.set(multiply(part(factors, 6, i), part(factors, 6, i), { transposeB: true }).values, i * 36);
      const found = stackedEigenvalues(stack);
      for (let i = 0; i < count; i++) assertClose(row(found, i), eigenReference(part(stack, 6, i)).values, 1e-12);
    });

    for (const [n, d] of [
      [7, 4],
      [4, 7],
    ])
      it(`are the singular values of each ${n} × ${d}, ${how}, and their squares`, () => {
        const stack = normal(randomSource(2), count * n, d);
        const [values, squares] = [stackedSingularValues(stack, n), stackedSquaredSingularValues(stack, n)];
        for (let i = 0; i < count; i++) {
          const expected = svdReference(part(stack, n, i)).values;
          assertClose(row(values, i), expected, 1e-12);
          assertClose(
            row(squares, i),
            expected.map((value) => value ** 2),
            1e-12,
          );
        }
      });
  }

  it("read the lower half of a symmetric matrix alone, in either way", () => {
    for (const count of [1, 200]) {
      const stack = matrix(
        count * 2,
        2,
        Float64Array.from({ length: count * 4 }, (_, i) => [2, 99, 1, 2][i % 4]),
      );
      assertClose(row(stackedEigenvalues(stack), 0), [3, 1], 1e-14);
    }
  });

  it("refuse a stack that is not full, and values that are not finite", () => {
    assert.throws(
      () => stackedEigenvalues(matrix(5, 2)),
      /^RangeError: stackedEigenvalues: a stack of 5 rows and 2 columns, expected a multiple of 2 rows and at least one column$/,
    );
    assert.throws(
      () => stackedSingularValues(matrix(4, 2), 0),
      /^RangeError: stackedSingularValues: a stack of 4 rows/,
    );
    assert.throws(
      () => stackedSquaredSingularValues(matrix(1, 1, Float64Array.of(NaN)), 1),
      /^RangeError: stackedSquaredSingularValues: the matrix holds NaN/,
    );
  });
});
