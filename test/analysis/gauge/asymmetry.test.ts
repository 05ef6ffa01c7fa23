import assert from "node:assert/strict";
import { asymmetry, fieldAsymmetry, stochasticAsymmetry } from "../../../src/analysis/gauge/asymmetry.js";
import { linearField, shearField } from "../../../src/analysis/gauge/fields.js";
import { type JacobianProduct, jacobians } from "../../../src/diffusion/jacobian.js";
import { addScaled, matrix, matrixFromRows, scale, transpose } from "../../../src/math/matrix.js";
import { multiply } from "../../../src/math/multiply.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose } from "../../helpers/close.js";

const d = 6;
const A = normal(randomSource(1), d, d);
const antisymmetric = addScaled(A, -1, transpose(A));

describe("asymmetry", () => {
  it("is 0 of a symmetric matrix, 1 of an antisymmetric one, and known of [[1, 2], [0, 1]]", () => {
    assert.equal(asymmetry(addScaled(A, 1, transpose(A))).relative, 0);
    assert.ok(Math.abs(asymmetry(antisymmetric).relative - 1) < 1e-15);
    assertClose(
      [
        asymmetry(
          matrixFromRows([
            [1, 2],
            [0, 1],
          ]),
        ).absolute,
        asymmetry(
          matrixFromRows([
            [1, 2],
            [0, 1],
          ]),
        ).relative,
      ],
      [4, 2 / 6],
      1e-15,
    );
  });

  const field = shearField(antisymmetric);
  const x = normal(randomSource(2), 400, d);
  const transposed: JacobianProduct = (at, sigma, v) => {
    const all = jacobians(field.jacobianProduct, at, sigma);
    return matrix(
      v.rows,
      d,
      Float64Array.from(
        all.flatMap((J, n) => [...multiply(matrix(1, d, v.values.subarray(n * d, (n + 1) * d)), J).values]),
      ),
    );
  };

  it("of a field is that of its Jacobians", () => {
    const few = matrix(3, d, x.values.slice(0, 3 * d));
    const each = jacobians(field.jacobianProduct, few, 1).map(asymmetry);
    const seen = fieldAsymmetry(field, few, 1);
    assertClose([seen.absolute], [each.reduce((sum, { absolute }) => sum + absolute / 3, 0)], 1e-12);
    assertClose([fieldAsymmetry(linearField(A), few, 1).relative], [asymmetry(A).relative], 1e-12);
  });

  it("is estimated from products within its error, which falls with the probes", () => {
    const exact = fieldAsymmetry(field, x, 1);
    const runs = [1, 16].map((probes) =>
      stochasticAsymmetry({ jvp: field.jacobianProduct, vjp: transposed }, x, 1, { source: randomSource(3), probes }),
    );
    for (const { relative, standardError: error } of runs)
      assert.ok(Math.abs(relative - exact.relative) < 4 * error, `${relative} ± ${error}, exactly ${exact.relative}`);
    const linear = [1, 16].map((probes) =>
      stochasticAsymmetry(
        { jvp: linearField(A).jacobianProduct, vjp: linearField(transpose(A)).jacobianProduct },
        x,
        1,
        { source: randomSource(4), probes },
      ),
    );
    assert.ok(
      Math.abs(linear[0].standardError / linear[1].standardError - 4) < 0.8,
      `${linear[0].standardError} and ${linear[1].standardError}`,
    ); // 400 points: 3.5 % each, four times that and more
    assert.ok(Math.abs(linear[1].relative - asymmetry(A).relative) < 4 * linear[1].standardError);
  });

  it("of a symmetric Jacobian is estimated as 0, whatever the probes", () => {
    const S = linearField(addScaled(A, 1, transpose(A))).jacobianProduct;
    assert.ok(stochasticAsymmetry({ jvp: S, vjp: S }, x, 1, { source: randomSource(5) }).relative < 1e-28);
  });

  it("refuses a Jacobian of 0 and a matrix that is not square", () => {
    assert.throws(
      () => asymmetry(scale(A, 0)),
      /^RangeError: asymmetry: ‖J‖² is 0, expected a positive number; a Jacobian of 0 has no relative asymmetry$/,
    );
    assert.throws(() => asymmetry(matrix(1, 2)), /^RangeError: asymmetry: the matrix is 1 × 2, expected a square one$/);
  });
});
