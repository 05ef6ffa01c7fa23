import assert from "node:assert/strict";
import { matrix } from "../../../src/math/matrix.js";
import {
  componentsFigure,
  determinationFigure,
  modeDeviationFigure,
  offRotationFigure,
} from "../../../src/figures/papers/trajectories.js";

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

describe("modeDeviationFigure", () => {
  it("draws a measurement in the colour of its theory, every third moment", () => {
    const five = Float64Array.of(0, 0.1, 0.2, 0.5, 1);
    const one = { lambda: 1.25, alphaBar: five, measured: five, standardError: five, theory: five, ratio: 1 };
    const { data } = modeDeviationFigure(
      [
        { k: 1, ...one },
        { k: 7, ...one, lambda: 0.5 },
      ],
      { title: "modes" },
    );
    assert.deepEqual([data[0]["name"], data[0]["x"], data[1]["x"]], ["feature 1, λ = 1.3", [0, 0.5], [...five]]);
    const colors = data.map(({ line }) => (line as { color: string }).color);
    assert.ok(colors[0] === colors[1] && colors[2] === colors[3] && colors[0] !== colors[2]);
  });
});

const values = matrix(2, 3, Float64Array.of(1, 2, 3, 3, 4, 9));

describe("offRotationFigure", () => {
  it("draws means as lines, and theories as markers in the colour of their field", () => {
    const field = { name: "field", alphaBar: Float64Array.of(0, 0.5, 1), offRotation: values };
    const { data } = offRotationFigure(
      [{ ...field, name: "other" }, field],
      { field: (share) => 2 * share },
      {
        title: "off",
      },
    );
    assert.deepEqual(
      [data[1]["x"], data[1]["y"]],
      [
        [0, 0.5, 1],
        [2, 3, 6],
      ],
    );
    const marker = data[2] as { mode: string; x: number[]; y: number[]; line: { color: string } };
    assert.deepEqual([marker.mode, marker.x[20], marker.y[20]], ["markers", 1, 2]);
    assert.equal(marker.line.color, (data[1]["line"] as { color: string }).color);
  });
});

describe("determinationFigure", () => {
  it("draws all fields from x_t, and the first from its past", () => {
    const determination = { fromState: values, fromPast: matrix(1, 2, Float64Array.of(1, 0.5)) };
    const { data } = determinationFigure(
      ["a", "b"].map((name) => ({ name, determination })),
      { title: "early" },
    );
    assert.deepEqual(
      data.map(({ name }) => name),
      ["a", "b", "a, all states so far"],
    );
    assert.deepEqual(
      [data[1]["x"], data[1]["y"], data[2]["y"]],
      [
        [0, 1, 2],
        [2, 3, 6],
        [1, 0.5],
      ],
    );
  });
});
