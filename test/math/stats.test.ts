import assert from "node:assert/strict";
import { addToRows, matrix, matrixFromRows, scale, transpose } from "../../src/math/matrix.js";
import { multiplyReference } from "../../src/math/multiply.js";
import { normal, randomSource } from "../../src/math/random.js";
import {
  columnCorrelations,
  columnMeans,
  covariance,
  largestDifference,
  largestRelativeDifference,
  mean,
  quantiles,
  range,
  rmsDistance,
  standardError,
  variance,
} from "../../src/math/stats.js";
import { assertClose, assertMatrix } from "../helpers/close.js";

describe("mean, variance, standardError", () => {
  it("are those of 1 … 5", () => {
    assert.equal(mean([1, 2, 3, 4, 5]), 3);
    assert.equal(variance([1, 2, 3, 4, 5]), 2.5);
    assert.equal(standardError([1, 2, 3, 4, 5]), Math.SQRT1_2);
  });

  it("pass NaN on and refuse too few values", () => {
    assert.ok(Number.isNaN(mean([1, NaN])));
    assert.ok(Number.isNaN(variance([1, NaN])));
    assert.throws(() => mean([]), /^RangeError: mean: 0 values, expected at least 1$/);
    assert.throws(() => standardError([1]), /^RangeError: variance: 1 values, expected at least 2$/);
  });
});

describe("largestDifference, largestRelativeDifference", () => {
  it("are those of the worst entry, whatever the sign", () => {
    assert.equal(largestDifference([1, -5, 3], [1.5, -3, 3]), 2);
    assert.equal(largestRelativeDifference([1, -5, 3], [2, -4, 3]), 0.5);
    assert.deepEqual([largestDifference([], []), largestRelativeDifference([2], [2])], [0, 0]);
  });

  it("pass NaN on and refuse other lengths", () => {
    assert.ok(Number.isNaN(largestDifference([NaN, 1], [0, 0])));
    assert.ok(Number.isNaN(largestRelativeDifference([0, 1], [0, 1])));
    assert.throws(
      () => largestDifference([1], [1, 2]),
      /^RangeError: largestDifference: 1 values and 2, expected as many of both$/,
    );
  });
});

describe("quantiles", () => {
  it("are order statistics and the straight lines between them", () => {
    assert.deepEqual(quantiles([5, 1, 3, 2, 4], [0, 0.25, 0.5, 1]), [1, 2, 3, 5]);
    assertClose(quantiles([10, 20], [0.1, 0.5]), [11, 15], 1e-15);
    assert.deepEqual(quantiles([7], [0.3]), [7]);
    assert.deepEqual(quantiles([-Infinity, 0, Infinity], [0, 0.5, 1]), [-Infinity, 0, Infinity]);
  });

  it("refuse NaN, no values and what is no probability", () => {
    assert.throws(() => quantiles([1, NaN], [0.5]), /^RangeError: quantiles: a value is NaN, expected numbers$/);
    assert.throws(() => quantiles([], [0.5]), /^RangeError: quantiles: 0 values, expected at least 1$/);
    assert.throws(() => quantiles([1], [1.1]), /^RangeError: quantiles: probability 1.1, expected one from 0 to 1$/);
  });
});

describe("covariance", () => {
  it("is divided by N", () => {
    assertMatrix(
      covariance(
        matrixFromRows([
          [1, 0],
          [3, 4],
        ]),
      ),
      matrixFromRows([
        [1, 2],
        [2, 4],
      ]),
      0,
    );
  });

  it("is unchanged by a shift and turned by a linear map", () => {
    const x = normal(randomSource(1), 500, 4);
    const A = normal(randomSource(2), 4, 4);
    const c = covariance(x);
    assertMatrix(covariance(addToRows(x, [1e3, -1e3, 5, 0])), c, 1e-11);
    assertMatrix(covariance(multiplyReference(x, A)), multiplyReference(transpose(A), multiplyReference(c, A)), 1e-12);
  });

  it("is the mean of both halves' second moments, also beyond one block of rows", () => {
    const x = normal(randomSource(3), 9000, 3);
    const halves = [x.values.subarray(0, 13_500), x.values.subarray(13_500)].map((values) =>
      multiplyReference(matrix(4500, 3, values), matrix(4500, 3, values), { transposeA: true }),
    );
    const both = scale(
      matrix(
        3,
        3,
        halves[0].values.map((value, i) => value + halves[1].values[i]),
      ),
      1 / 9000,
    );
    assertMatrix(covariance(x, [0, 0, 0]), both, 1e-13);
  });

  it("refuses a set without points", () => {
    assert.throws(() => columnMeans(matrix(0, 3)), /^RangeError: columnMeans: no points, expected at least one row$/);
  });
});

describe("columnCorrelations", () => {
  const x = normal(randomSource(7), 60, 3);
  it("do not change with scale and shift, and change sign with the scale's", () => {
    const y = normal(randomSource(8), 60, 3);
    assertClose(columnCorrelations(x, x), [1, 1, 1], 1e-14);
    assertClose(columnCorrelations(x, addToRows(scale(x, -3), [5, -7, 11])), [-1, -1, -1], 1e-13);
    assertClose(columnCorrelations(addToRows(scale(x, 2), [1, 2, 3]), y), columnCorrelations(x, y), 1e-13);
  });

  it("refuse a constant column and other shapes", () => {
    assert.throws(
      () => columnCorrelations(matrix(4, 1), matrix(4, 1)),
      /^RangeError: columnCorrelations: column 0 is constant, expected values that differ$/,
    );
    assert.throws(() => columnCorrelations(x, matrix(60, 2)), /^RangeError: columnCorrelations/);
  });
});

describe("rmsDistance", () => {
  it("is the length of a shift", () => {
    const x = normal(randomSource(9), 20, 2);
    assertClose([rmsDistance(x, x), rmsDistance(addToRows(x, [3, 4]), x)], [0, 5], 1e-14);
  });
});

describe("range", () => {
  it("is from the smallest value to the largest, of any number of them", () => {
    assert.equal(range([2, -1, 0.5]), 3);
    assert.equal(range(new Float64Array(1e6).fill(7)), 0);
    assert.ok(Number.isNaN(range([1, NaN])));
    assert.throws(() => range([]), /range: 0 values, expected at least 1/);
  });
});
