import assert from "node:assert/strict";
import {
  addScaled,
  addTerms,
  addToRows,
  concatRows,
  column,
  diagonal,
  distance,
  identity,
  matrix,
  matrixFromRows,
  norm,
  relativeError,
  row,
  rowAngles,
  rowDots,
  scaleColumns,
  scaleRows,
  squaredDistances,
  squaredErrors,
  squaredLengths,
  takeColumns,
  takeRows,
  trace,
  transpose,
} from "../../src/math/matrix.js";
import { assertClose, assertMatrix } from "../helpers/close.js";

describe("matrix", () => {
  it("has sums of terms, as many as there are, in place too, those of factor 0 left out", () => {
    const terms = [NaN, 10, 100, 1000, 1e4, 1e5].map((value) => Float64Array.of(value, -value));
    [1, 11, 211, 3211, 43211, 543211].forEach((total, count) => {
      const [x, sum] = [Float64Array.of(1, -1), new Float64Array(2)];
      const factors = [0, 1, 2, 3, 4, 5].slice(0, count + 1);
      addTerms(sum, x, factors, terms);
      addTerms(x, x, factors, terms);
      assert.deepEqual([...sum, ...x], [total, -total, total, -total]);
    });
  });

  it("has products, lengths and distances of its rows", () => {
    const [a, b] = [
      matrixFromRows([
        [1, 2],
        [3, 4],
      ]),
      matrixFromRows([
        [5, 6],
        [0, -1],
      ]),
    ];
    assert.deepEqual(
      [rowDots(a, b), squaredLengths(a), squaredDistances(a, b), squaredErrors(a, b)].map((values) => [...values]),
      [
        [17, -4],
        [5, 25],
        [32, 34],
        [16, 17],
      ],
    );
    assert.throws(
      () => rowDots(a, matrix(2, 3)),
      /^RangeError: rowDots: 2 × 2 and 2 × 3 matrices, expected one shape$/,
    );
    assert.throws(
      () => squaredDistances(a, matrix(1, 2)),
      /^RangeError: addScaled: 2 × 2 and 1 × 2 matrices, expected one shape$/,
    );
  });

  it("has the angles between its rows, whatever their lengths", () => {
    const [a, b] = [
      matrixFromRows([
        [1, 0],
        [2, 0],
        [0, 3],
      ]),
      matrixFromRows([
        [5, 5],
        [-1, 0],
        [0, 0.1],
      ]),
    ];
    assertClose(rowAngles(a, b), [Math.PI / 4, Math.PI, 0], 1e-15);
    assert.deepEqual(rowAngles(b, a), rowAngles(a, b));
    assert.ok(Number.isNaN(rowAngles(matrix(1, 2), matrixFromRows([[1, 1]]))[0]));
  });

  const m = matrixFromRows([
    [1, 2, 3],
    [4, 5, 6],
  ]);

  it("is row-major", () => {
    assert.deepEqual([...m.values], [1, 2, 3, 4, 5, 6]);
    assert.deepEqual([...row(m, 1)], [4, 5, 6]);
    assert.deepEqual([...column(m, 2)], [3, 6]);
  });

  it("is itself when transposed twice", () => {
    assert.deepEqual(transpose(transpose(m)), m);
    assert.deepEqual(column(transpose(m), 1), row(m, 1).slice());
  });

  it("takes rows in the order asked and the first columns", () => {
    assert.deepEqual(
      takeRows(m, [1, 0, 1]),
      matrixFromRows([
        [4, 5, 6],
        [1, 2, 3],
        [4, 5, 6],
      ]),
    );
    assert.deepEqual(
      takeColumns(m, 2),
      matrixFromRows([
        [1, 2],
        [4, 5],
      ]),
    );
  });

  it("goes below another of as many columns", () => {
    const two = concatRows([m, matrixFromRows([[7, 8, 9]])]);
    assertMatrix(takeRows(two, [0, 1]), m, 0);
    assertMatrix(takeRows(two, [2]), matrixFromRows([[7, 8, 9]]), 0);
    assert.throws(() => concatRows([]), /^RangeError: concatRows: no matrices, expected at least one$/);
    assert.throws(() => concatRows([m, identity(2)]), /^RangeError: concatRows: matrix 1 has 2 columns, expected 3$/);
  });

  it("has rows times numbers of their own, one for each", () => {
    const m = matrixFromRows([
      [1, 2],
      [3, 4],
    ]);
    assert.deepEqual([...scaleRows(m, [2, -1]).values], [2, 4, -3, -4]);
    assert.throws(() => scaleRows(m, [1]), /^RangeError: scaleRows: 1 factors for 2 rows, expected 2$/);
  });

  it("scales columns and shifts rows entry by entry", () => {
    assert.deepEqual(
      scaleColumns(m, [1, 0, -2]),
      matrixFromRows([
        [1, 0, -6],
        [4, 0, -12],
      ]),
    );
    assert.deepEqual(
      addToRows(m, [1, 0, 1], -1),
      matrixFromRows([
        [0, 2, 2],
        [3, 5, 5],
      ]),
    );
    assert.deepEqual(
      addScaled(m, 2, m),
      matrixFromRows([
        [3, 6, 9],
        [12, 15, 18],
      ]),
    );
  });

  it("has the trace of its diagonal", () => {
    assert.equal(trace(diagonal([2, -3, 7])), 6);
    assert.equal(trace(identity(5)), 5);
  });

  it("has the length of a vector as its norm, also where squares overflow, and NaN where there is one", () => {
    assert.equal(norm(matrixFromRows([[3, 4]])), 5);
    assert.ok(Math.abs(norm(matrixFromRows([[3e200, 4e200]])) / 5e200 - 1) < 1e-15);
    assert.ok(Number.isNaN(norm(matrixFromRows([[1, NaN]]))));
    assert.equal(distance(m, m), 0);
    assertMatrix(
      matrixFromRows([[relativeError(matrixFromRows([[3, 5]]), matrixFromRows([[3, 4]]))]]),
      matrixFromRows([[0.2]]),
      1e-15,
    );
  });

  it("says what is wrong with a shape", () => {
    assert.throws(() => matrix(2, 2, new Float64Array(3)), /^RangeError: matrix: 3 values, expected 2 × 2 = 4$/);
    for (const [rows, cols] of [
      [-1, 2],
      [1.5, 2],
      [2, NaN],
    ] as const)
      assert.throws(
        () => matrix(rows, cols),
        new RegExp(`^RangeError: matrix: ${rows} rows and ${cols} columns, expected integers of at least 0$`),
      );
    assert.throws(
      () => matrixFromRows([[1, 2], [3]]),
      /^RangeError: matrixFromRows: row 1 has 1 values, expected 2 like row 0$/,
    );
    assert.throws(() => row(m, 2), /^RangeError: row: no row 2 in a matrix of 2 rows$/);
    assert.throws(() => column(m, 3), /^RangeError: column: no column 3 in a matrix of 3 columns$/);
    assert.throws(
      () => takeColumns(m, 4),
      /^RangeError: takeColumns: 4 columns of a matrix that has 3, expected from 0 to 3$/,
    );
    assert.throws(() => trace(m), /^RangeError: trace: the matrix is 2 × 3, expected a square one$/);
    assert.throws(() => addToRows(m, [1]), /^RangeError: addToRows: m has 3 columns, expected 1$/);
    assert.throws(
      () => distance(m, transpose(m)),
      /^RangeError: addScaled: 2 × 3 and 3 × 2 matrices, expected one shape$/,
    );
  });
});
