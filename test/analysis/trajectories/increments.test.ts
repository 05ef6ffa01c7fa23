import assert from "node:assert/strict";
import { incrementCosines, incrementsOf, pathLengths } from "../../../src/analysis/trajectories/increments.js";
import { matrix, matrixFromRows } from "../../../src/math/matrix.js";

const circle = Array.from({ length: 13 }, (_, t) =>
  matrixFromRows([
    [Math.cos((t * Math.PI) / 12), Math.sin((t * Math.PI) / 12)],
    [2 * t, -t],
  ]),
);

describe("incrementCosines", () => {
  it("turns by equal angles on a circle, and not at all on a line", () => {
    for (const { lag, cosine } of incrementCosines(incrementsOf(circle), [1, 2, 6, 11])) {
      const turned = Math.cos((lag * Math.PI) / 12);
      assert.ok(Math.abs(cosine.value - (turned + 1) / 2) < 1e-12, `${lag}`);
      assert.equal(cosine.count, 2);
    }
  });

  it("refuses lags that are none and steps of no length", () => {
    assert.throws(
      () => incrementCosines(incrementsOf(circle), [12]),
      /a lag of 12, expected an integer from 1 to below 12/,
    );
    const still = [matrix(1, 2), matrix(1, 2), matrix(1, 2)];
    assert.throws(
      () => incrementCosines(incrementsOf(still), [1]),
      /increment 0 of trajectory 0 is 0, expected a step/,
    );
  });
});

describe("pathLengths", () => {
  it("are the mean lengths at each moment", () => {
    const lengths = pathLengths(circle);
    lengths.forEach(({ value }, t) => assert.ok(Math.abs(value - (1 + t * Math.sqrt(5)) / 2) < 1e-12));
  });
});
