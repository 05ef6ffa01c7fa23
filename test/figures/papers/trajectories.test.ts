import assert from "node:assert/strict";
import { componentsFigure } from "../../../src/figures/papers/trajectories.js";

describe("componentsFigure", () => {
  const shares = Float64Array.of(0.5, 0.01, 1e-9, 0);

  it("draws what the axes leave, and ends at the frame where nothing is left", () => {
    const flat = { name: "flat", remaining: { state: shares, increment: shares, noise: shares, endpoint: shares } };
    const walk = { name: "state alone", remaining: { state: Float64Array.of(0.4, 0.3, 0.2) } };
    const { data } = componentsFigure([flat, walk], { title: "components", axes: 2 });
    assert.equal(data.length, 5);
    assert.deepEqual(
      [data[0]["x"], data[0]["y"]],
      [
        [1, 2],
        [0.5, 0.01],
      ],
    );
    assert.deepEqual(componentsFigure([flat], { title: "components" }).data[3]["y"], [0.5, 0.01, 1e-5]);
  });

  it("refuses a coordinate of which there is nothing", () =>
    assert.throws(
      () => componentsFigure([{ name: "walk", remaining: { state: shares } }], { title: "components" }),
      /no series in the panel "increment/,
    ));
});
