import assert from "node:assert/strict";
import { endpointDetermination } from "../../../src/analysis/trajectories/determination.js";
import { addScaled, matrixFromRows, row, scale } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";

describe("endpointDetermination", () => {
  it("knows the end of a rotation from its first step on", () => {
    const [noise, end] = [normal(randomSource(1), 2, 9), normal(randomSource(2), 2, 9)];
    const path = [0, 0.2, 0.5, 0.9, 1].map((a) => addScaled(scale(end, a), Math.sqrt(1 - a * a), noise));
    for (const left of Object.values(endpointDetermination(path)))
      for (let n = 0; n < 2; n++) {
        assert.ok(row(left, n)[0] > 0.1);
        assert.ok(
          row(left, n)
            .subarray(1)
            .every((value) => value < 1e-12),
        );
      }
  });

  it("finds what is missing of the end, from one state and from all before it", () => {
    const path = [
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 1, 1, 1],
    ].map((x) => matrixFromRows([x]));
    const { fromState, fromPast } = endpointDetermination(path);
    const rounded = (values: Float64Array) => Array.from(values, (value) => Number(value.toFixed(12)));
    assert.deepEqual(
      rounded(fromState.values),
      [1, 2 / 3, 2 / 3, 0].map((v) => Number(v.toFixed(12))),
    );
    assert.deepEqual(
      rounded(fromPast.values),
      [1, 2 / 3, 1 / 3, 0].map((v) => Number(v.toFixed(12))),
    );
  });

  it("is not less determined by more of the past", () => {
    const path = Array.from({ length: 7 }, (_, t) => normal(randomSource(t), 3, 20));
    const { fromState, fromPast } = endpointDetermination(path);
    for (let n = 0; n < 3; n++)
      row(fromPast, n).forEach((left, t) => {
        assert.ok(left <= row(fromState, n)[t] + 1e-12);
        if (t > 0) assert.ok(left <= row(fromPast, n)[t - 1]);
      });
  });

  it("refuses a single state", () =>
    assert.throws(() => endpointDetermination([normal(randomSource(1), 2, 3)]), /1 states, expected at least 2/));
});
