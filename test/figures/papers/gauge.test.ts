import assert from "node:assert/strict";
import { asymmetryFigure, gaugeEnergyFigure, gaugeTrainingFigure } from "../../../src/figures/papers/gauge.js";

const of = (value: number) => ({ value, standardError: value / 10 });
const levels = [0.5, 2].map((sigma) => ({ sigma, lower: of(sigma / 10), upper: of(sigma), loss: of(3) }));

describe("gaugeEnergyFigure", () => {
  it("draws loss and bounds over the noise levels", () => {
    const { data } = gaugeEnergyFigure(levels, { title: "t" });
    assert.deepEqual(
      data.map((trace) => trace["y"]),
      [
        [3, 3],
        [0.5, 2],
        [0.05, 0.2],
      ],
    );
    for (const trace of data) assert.deepEqual(trace["x"], [0.5, 2]);
  });
});

describe("gaugeTrainingFigure", () => {
  const stages = [1, 2].flatMap((step) =>
    levels.map((level) => ({ ...level, step: 100 * step, upper: of(level.sigma / step) })),
  );

  it("draws both bounds of each level asked for over the steps", () => {
    const { data } = gaugeTrainingFigure(stages, [2], { title: "t" });
    assert.deepEqual(
      data.map((trace) => [trace["name"], trace["x"], trace["y"]]),
      [
        ["σ = 2, upper", [100, 200], [2, 1]],
        ["σ = 2, lower", [100, 200], [0.2, 0.2]],
      ],
    );
  });

  it("refuses a level that was not measured", () =>
    assert.throws(
      () => gaugeTrainingFigure(stages, [1], { title: "t" }),
      /^RangeError: gaugeTrainingFigure: no stage at σ = 1, expected at least one$/,
    ));
});

describe("asymmetryFigure", () => {
  it("has both axes logarithmic", () => {
    const { data, layout } = asymmetryFigure([{ name: "s", x: [1, 10], y: [0.1, 0.2] }], { title: "t" });
    assert.deepEqual(data[0]["y"], [0.1, 0.2]);
    for (const axis of ["xaxis", "yaxis"]) assert.equal((layout[axis] as { type: string }).type, "log");
  });
});
