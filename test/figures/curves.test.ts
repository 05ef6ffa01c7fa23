import assert from "node:assert/strict";
import { estimateSeries, recordSeries } from "../../src/figures/curves.js";

describe("estimateSeries", () => {
  it("has the values, with their standard errors as error bars", () =>
    assert.deepEqual(
      estimateSeries(
        "s",
        [1, 2],
        [
          { value: 0.123456, standardError: 0.01 },
          { value: 3, standardError: 0 },
        ],
      ),
      { name: "s", x: [1, 2], y: [0.1235, 3], error: [0.01, 0], mode: "lines+markers" },
    ));
});

describe("recordSeries", () => {
  it("has a series for each named field, over another", () => {
    const records = [
      { step: 1, upper: { value: 3, standardError: 0.1 }, lower: { value: 2, standardError: 0.2 } },
      { step: 2, upper: { value: 5, standardError: 0.3 }, lower: { value: 4, standardError: 0.4 } },
    ];
    assert.deepEqual(recordSeries(records, "step", { lower: "L", upper: "U" }), [
      { name: "L", x: [1, 2], y: [2, 4], error: [0.2, 0.4], mode: "lines+markers" },
      { name: "U", x: [1, 2], y: [3, 5], error: [0.1, 0.3], mode: "lines+markers" },
    ]);
  });
});
