import assert from "node:assert/strict";
import { estimateSeries } from "../../src/figures/curves.js";

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
