import assert from "node:assert/strict";
import { mixtureRanksFigure } from "../../../src/figures/papers/mixtureRanks.js";
import { matrixFromRows } from "../../../src/math/matrix.js";

describe("mixtureRanksFigure", () => {
  it("has a row for each rank and a column for each number of components, named so", () => {
    const table = matrixFromRows([
      [0.5, 0.2, 0.1],
      [0.05, 0.02, 0.01],
    ]);
    const map = { components: [1, 5, 10], ranks: [2, 4], table, fractions: [], needed: [] };
    const { data, layout } = mixtureRanksFigure(
      [
        { ...map, sigma: 0.1 },
        { ...map, sigma: 2 },
      ],
      { title: "t" },
    );
    assert.deepEqual(
      data.map((trace) => trace["text"]),
      Array.from({ length: 2 }, () => [
        ["0.5", "0.2", "0.1"],
        ["0.05", "0.02", "0.01"],
      ]),
    );
    const [x, y] = ["xaxis", "yaxis"].map((axis) => (layout[axis] as { ticktext: string[] }).ticktext);
    assert.deepEqual(
      [x, y],
      [
        ["1", "5", "10"],
        ["2", "4"],
      ],
    );
    assert.deepEqual((layout["annotations"] as { text: string }[]).map(({ text }) => text).slice(0, 2), [
      "σ = 0.1",
      "σ = 2",
    ]);
  });
});
