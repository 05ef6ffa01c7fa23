import assert from "node:assert/strict";
import { histogramBandsFigure, type HistogramBands } from "../../../src/figures/papers/histogramBands.js";

const bands = (row: string, column: string, more: Partial<HistogramBands> = {}): HistogramBands => ({
  row,
  column,
  edges: [-1, 0, 1],
  mean: [0.5, 5],
  lower: [0, 4],
  upper: [1, 6],
  exact: [1e-9, 7],
  flow: [0.01, NaN],
  ...more,
});
const cells = ["0.01", "0.1"].flatMap((row) => ["64", "128"].map((column) => bands(row, column)));
type Line = { name: string; x: number[]; y: (number | null)[]; fill?: string; showlegend: boolean; xaxis: string };

describe("histogramBandsFigure", () => {
  const { data, layout } = histogramBandsFigure(cells, { title: "t" });
  const lines = data as unknown as Line[];
  const of = (name: RegExp) => lines.filter((line) => name.test(line.name));

  it("is plain JSON", () => assert.deepEqual(JSON.parse(JSON.stringify({ data, layout })), { data, layout }));

  it("fills from the lower quartile to the upper one of the same panel", () => {
    const edges = of(/quartiles/);
    assert.equal(edges.length, 8);
    for (let i = 0; i < 8; i += 2) {
      const [lower, upper] = [edges[i], edges[i + 1]];
      assert.deepEqual([lower.xaxis, lower.fill, upper.fill], [upper.xaxis, undefined, "tonexty"]);
      assert.deepEqual([lower.y[1], upper.y], [4, [1, 6]]);
      assert.equal(lines.indexOf(upper), lines.indexOf(lower) + 1); // Plotly fills to the trace before
    }
  });

  it("draws densities over the middles of the bins, what is too little below the frame, NaN as a gap", () => {
    const [mean, exact, flow] = [/mean/, /^p/, /exact score/].map((name) => of(name)[0]);
    assert.deepEqual(
      [mean.x, mean.y],
      [
        [-0.5, 0.5],
        [0.5, 5],
      ],
    );
    const { range, type } = layout["yaxis"] as { range: [number, number]; type: string };
    assert.equal(type, "log");
    for (const least of [exact.y[0]!, of(/quartiles/)[0].y[0]!])
      assert.ok(least > 0 && Math.log10(least) < range[0], String(least));
    assert.deepEqual(flow.y, [0.01, null]);
  });

  it("names each line once, and the panels by row and column", () => {
    assert.deepEqual(
      lines.filter(({ showlegend }) => showlegend).map(({ name }) => name),
      [...new Set(lines.map(({ name }) => name))],
    );
    assert.deepEqual(
      (layout["annotations"] as { text: string }[]).map(({ text }) => text),
      ["64", "128"],
    );
    assert.match((layout["yaxis3"] as { title: { text: string } }).title.text, /0\.1/);
  });

  it("refuses ranges and edges that cannot be axes", () => {
    for (const range of [
      [0, 1],
      [2, 1],
      [NaN, 1],
      [1, Infinity],
    ] as const)
      // prettier-ignore
      assert.throws(() => histogramBandsFigure(cells, { title: "t", range }), /expected positive densities, the lower/);
    for (const edges of [
      [1, 0, -1],
      [-1, NaN, 1],
      [0, 0, 1],
    ])
      // prettier-ignore
      assert.throws(
        () => histogramBandsFigure([bands("1", "2", { edges })], { title: "t" }),
        /^RangeError: histogramBandsFigure: the edges .* at "1", "2", expected two or more that increase$/,
      );
  });

  it("says what is wrong with its histograms", () => {
    for (const [wrong, message] of [
      [[], "no histograms, expected at least one"],
      [cells.slice(1), '0 sets of histograms of "0.01", "64", expected one'],
      [[...cells, cells[0]], '2 sets of histograms of "0.01", "64", expected one'],
      [[bands("1", "2", { upper: [1] })], 'upper has 1 values in 2 bins at "1", "2"'],
    ] as const)
      assert.throws(() => histogramBandsFigure(wrong, { title: "t" }), {
        name: "RangeError",
        message: `histogramBandsFigure: ${message}`,
      });
  });
});
