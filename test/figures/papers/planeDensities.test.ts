import assert from "node:assert/strict";
import { planeDensitiesFigure, type PlaneDensity } from "../../../src/figures/papers/planeDensities.js";
import { matrix } from "../../../src/math/matrix.js";

const density = (row: string, column: string, values: readonly number[]): PlaneDensity => ({
  row,
  column,
  points: matrix(1, 2),
  density: matrix(2, 2, Float64Array.from(values)),
  x: Float64Array.of(-1, 1),
  y: Float64Array.of(-1, 1),
});
const densities = [
  density("Gaussian", "0°", [10, 1, 0.1, 0]),
  density("Gaussian", "45°", [10, 0.01, 0.001, 1e-9]),
  density("Fourier", "45°", [1, 1, 1, 1]),
  density("Fourier", "0°", [0, 0, 0, 0]),
];
const levels = (trace: Readonly<Record<string, unknown>>) => [
  ...Buffer.from((trace["z"] as { bdata: string }).bdata, "base64"),
];

describe("planeDensitiesFigure", () => {
  const { data, layout } = planeDensitiesFigure(densities, { title: "t" });

  it("draws the logarithm, from the largest of all densities three decades down, in rows and columns by name", () =>
    assert.deepEqual(data.filter(({ type }) => type === "heatmap").map(levels), [
      [255, 170, 85, 0],
      [255, 0, 0, 0],
      [0, 0, 0, 0],
      [170, 170, 170, 170],
    ]));

  it("writes powers of ten on the colour bar, where they are", () => {
    const { tickvals, ticktext } = (layout["coloraxis"] as { colorbar: { tickvals: number[]; ticktext: string[] } })
      .colorbar;
    const named = ticktext.map((text, i) => [text, tickvals[i]]).filter(([text]) => text !== "");
    assert.deepEqual(named, [
      ["0.01", 0],
      ["0.1", 85],
      ["1", 170],
      ["10", 255],
    ]);
  });

  it("goes as many decades down as asked", () => {
    const [map] = planeDensitiesFigure(densities, { title: "t", decades: 2 }).data;
    assert.deepEqual(levels(map), [255, 128, 0, 0]);
  });

  it("says what is wrong with its densities", () => {
    assert.throws(
      () => planeDensitiesFigure(densities.slice(1), { title: "t" }),
      /^RangeError: planeDensitiesFigure: 0 densities of "Gaussian", "0°", expected one$/,
    );
    assert.throws(() => planeDensitiesFigure(densities.slice(3), { title: "t" }), /no positive value to show/);
  });

  it("refuses densities that are none, not those of its cells, and a scale of no length", () => {
    for (const decades of [0, -1, NaN])
      assert.throws(() => planeDensitiesFigure(densities, { title: "t", decades }), /decades, expected a positive/);
    for (const wrong of [NaN, -5, Infinity])
      assert.throws(
        () => planeDensitiesFigure([density("a", "b", [1, 1, wrong, 1])], { title: "t" }),
        /^RangeError: planeDensitiesFigure: a density of .* at "a", "b", expected 0 or more$/,
      );
    const flat = { ...densities[0], density: matrix(1, 4, Float64Array.of(1, 1, 1, 1)) };
    assert.throws(() => planeDensitiesFigure([flat], { title: "t" }), /: 1 × 4 densities of .*, expected 2 × 2$/);
  });
});
