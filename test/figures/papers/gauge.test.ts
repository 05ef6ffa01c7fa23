import assert from "node:assert/strict";
import {
  densityErrorsFigure,
  gaugeDoseFigure,
  gaugeEnergyFigure,
  gaugeTrainingFigure,
} from "../../../src/figures/papers/gauge.js";

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

describe("densityErrorsFigure", () => {
  it("has a line of errors over the steps for each field, both axes logarithmic", () => {
    const carried = ["none", "J s"].map((field) => ({ field, steps: [10, 20], errors: [1, 0.1] }));
    const { data, layout } = densityErrorsFigure(carried, { title: "t" });
    assert.deepEqual(
      data.map(({ name, x, y }) => [name, x, y]),
      [
        ["s alone", [10, 20], [1, 0.1]],
        ["s + J s", [10, 20], [1, 0.1]],
      ],
    );
    for (const axis of ["xaxis", "yaxis"]) assert.equal((layout[axis] as { type: string }).type, "log");
  });
});

describe("gaugeDoseFigure", () => {
  const counts = { "normal bundle": 3, "Jacobian spectrum": 1, "rank of exp(∇f)": 1, FLIPD: 1.5, "flow map": 1 };
  const effect = (c: number) => ({ gauge: "K s", c, on: "circle", k: 1, share: c / 10, shift: 0, seen: 0, ...counts });
  const marks = { circle: [{ x: 0.2, label: "nets" }] };
  const estimators = ["FLIPD", "normal bundle"] as const;
  const { data, layout } = gaugeDoseFigure([0, 1, 2].map(effect), { title: "t", estimators, marks });

  it("draws estimate less dimension over the share, without the case of no field, lines a little apart", () => {
    assert.deepEqual(
      data.map(({ name, x, y }) => [name, x, y]),
      [
        ["FLIPD", [0.1, 0.2], [0.48, 0.48]],
        ["normal bundle", [0.1, 0.2], [2.02, 2.02]],
      ],
    );
  });

  it("has the marks of the manifold", () => assert.equal((layout["shapes"] as unknown[]).length, 1));
});
