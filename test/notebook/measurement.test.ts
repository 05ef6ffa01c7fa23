import assert from "node:assert/strict";
import { formatEstimate, formatNumber } from "../../src/notebook/measurement.js";

describe("measurement", () => {
  it("is rounded to the second digit of its standard error", () => {
    const cases: [number, number | undefined, string][] = [
      [12.3456, 0.41, "12.35 ± 0.41"],
      [12.3456, 4.1, "12.3 ± 4.1"],
      [1234.56, 41, "1235 ± 41"],
      [1234.56, 410, "1230 ± 410"],
      [0.5, 0, "0.5 ± 0"],
      [0, 0.00234, "0.0000 ± 0.0023"],
      [1.23456e-7, 2.34e-9, "(1.235 ± 0.023)e-7"],
      [0.123456, undefined, "0.1235"],
      [1.23456e-9, undefined, "1.235e-9"],
      [42769, undefined, "42769"],
      [NaN, 0.1, "NaN ± 0.1"],
      [1.5, NaN, "1.5 ± NaN"],
    ];
    for (const [value, standardError, text] of cases)
      assert.equal(formatEstimate(standardError === undefined ? value : { value, standardError }), text);
  });

  it("in numbers has four significant digits, whole numbers all of theirs", () => {
    assert.deepEqual(
      [1 / 3, 1234.56, 123456, -0.00012345, -0.0000123456, 1e-6, 0, 1e21, NaN, Infinity].map((value) =>
        formatNumber(value),
      ),
      ["0.3333", "1235", "123456", "-0.0001234", "-1.235e-5", "1e-6", "0", "1e+21", "NaN", "Infinity"],
    );
    assert.equal(formatNumber(1 / 3, 6), "0.333333");
  });
});
