import assert from "node:assert/strict";
import { rotationGenerator } from "../../src/math/antisymmetric.js";
import { eigen } from "../../src/math/eigen.js";
import { diagonal, identity, matrix, scale, scaleColumns, transpose, addScaled } from "../../src/math/matrix.js";
import { matrixExponential } from "../../src/math/matrixExponential.js";
import { multiply } from "../../src/math/multiply.js";
import { normal, randomSource } from "../../src/math/random.js";
import { assertClose, assertMatrix } from "../helpers/close.js";

describe("The exponential of a matrix", () => {
  const A = normal(randomSource(1), 5, 5);

  it("is that of the entries of a diagonal one, however large", () =>
    assertClose(
      matrixExponential(diagonal([-500, -1, 0, 2])).values,
      diagonal([Math.exp(-500), Math.exp(-1), 1, Math.exp(2)]).values,
      1e-12,
    ));

  it("is a rotation by the angle of its generator, and 1 + N of an N with N² = 0", () => {
    const [c, s] = [Math.cos(2.5), Math.sin(2.5)];
    const turn = matrixExponential(scale(rotationGenerator(2), 2.5)).values;
    assertClose([turn[0], turn[3], Math.abs(turn[1])], [c, c, s], 1e-14);
    assert.equal(turn[1], -turn[2]);
    assertClose(matrixExponential(matrix(2, 2, Float64Array.of(0, 3, 0, 0))).values, [1, 3, 0, 1], 1e-15);
  });

  it("of -A is its inverse, and of Aᵀ its transpose", () => {
    assertMatrix(multiply(matrixExponential(A), matrixExponential(scale(A, -1))), identity(5), 1e-10);
    assertMatrix(matrixExponential(transpose(A)), transpose(matrixExponential(A)), 1e-12);
  });

  it("has the exponentials of a symmetric matrix's eigenvalues in the same vectors", () => {
    const S = addScaled(A, 1, transpose(A));
    const { vectors, values } = eigen(S);
    const expected = multiply(scaleColumns(vectors, values.map(Math.exp)), vectors, { transposeB: true });
    assertMatrix(matrixExponential(S), expected, 1e-9);
  });

  it("refuses what is not square or not finite", () => {
    assert.throws(() => matrixExponential(matrix(2, 3)), /^RangeError: matrixExponential/);
    assert.throws(
      () => matrixExponential(matrix(1, 1, Float64Array.of(NaN))),
      /^RangeError: matrixExponential: the norm of A is NaN, expected entries that are finite$/,
    );
  });
});
