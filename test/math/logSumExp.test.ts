import assert from "node:assert/strict";
import { logSumExp, logSumExpRows, softmaxRows } from "../../src/math/logSumExp.js";
import { matrixFromRows } from "../../src/math/matrix.js";
import { assertClose, assertMatrix } from "../helpers/close.js";

describe("logSumExp", () => {
  it("is the logarithm of the sum", () => {
    assertClose([logSumExp([Math.log(2), Math.log(3), Math.log(5)])], [Math.log(10)], 1e-15);
    assertClose(
      logSumExpRows(
        matrixFromRows([
          [0, 0],
          [Math.log(3), -Infinity],
        ]),
      ),
      [Math.log(2), Math.log(3)],
      1e-15,
    );
  });

  it("shifts with its values, however far from 0", () => {
    for (const shift of [-1e5, -800, 800, 1e5])
      assertClose([logSumExp([shift, shift + Math.log(3)]) - shift], [Math.log(4)], 1e-10);
  });

  it("has limits: nothing, all -∞, +∞ and NaN", () => {
    assert.deepEqual([[], [-Infinity, -Infinity], [Infinity, 0], [NaN, 1], [1, NaN]].map(logSumExp), [
      -Infinity,
      -Infinity,
      Infinity,
      NaN,
      NaN,
    ]);
  });
});

describe("softmaxRows", () => {
  it("gives probabilities in proportion, also 10⁴ below 0", () => {
    assertMatrix(
      softmaxRows(
        matrixFromRows([
          [Math.log(1), Math.log(3)],
          [-1e4, -1e4 + Math.log(3)],
        ]),
      ),
      matrixFromRows([
        [0.25, 0.75],
        [0.25, 0.75],
      ]),
      1e-12,
    );
    assertMatrix(softmaxRows(matrixFromRows([[-Infinity, 5]])), matrixFromRows([[0, 1]]), 0);
  });

  it("refuses a row without probabilities", () => {
    assert.throws(
      () =>
        softmaxRows(
          matrixFromRows([
            [0, 1],
            [-Infinity, -Infinity],
          ]),
        ),
      /^RangeError: softmaxRows: the logarithms of row 1 sum to -Infinity, expected finite/,
    );
    assert.throws(
      () => softmaxRows(matrixFromRows([[0, NaN]])),
      /^RangeError: softmaxRows: the logarithms of row 0 sum to NaN/,
    );
  });

  it("sums to 1 however large the logarithms are", () => {
    for (const far of [1e9, 1e16, -1e16, 1e300])
      assertMatrix(softmaxRows(matrixFromRows([[far, far, -Infinity]])), matrixFromRows([[0.5, 0.5, 0]]), 1e-15);
  });
});
