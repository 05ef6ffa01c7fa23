import assert from "node:assert/strict";
import { curvesFigure } from "../../src/figures/curves.js";
import { heatmapsFigure } from "../../src/figures/heatmaps.js";
import { withMarks } from "../../src/figures/marks.js";
import { skipCostFigure, skipFigure, skipMapsFigure, skipSamplesFigure } from "../../src/figures/papers/skips.js";
import { matrix } from "../../src/math/matrix.js";

const titles = {
  title: "t",
  rowTitles: ["80", "10"],
  columnTitles: ["5", "6", "8"],
  xTitle: "evaluations",
  yTitle: "σ",
  valueTitle: "distance",
};
const panel = (name: string, values: number[]) => ({ name, rows: 2, cols: 3, values });

describe("heatmapsFigure", () => {
  const figure = heatmapsFigure(
    [panel("Heun", [10, 100, 1, 1, 10, 20]), panel("UniPC", [1, 2, NaN, 0.1, 3, 5])],
    titles,
  );
  const traces = figure.data as unknown as {
    z: (number | null)[][];
    text: string[][];
    zmin: number;
    zmax: number;
    xaxis: string;
    showscale: boolean;
  }[];
  const layout = figure.layout as Record<string, { domain: number[]; range: number[] }> & {
    shapes: { xref: string; x0: number; y0: number }[];
  };

  it("is plain JSON", () => assert.deepEqual(JSON.parse(JSON.stringify(figure)), figure));
  it("draws logarithms on one scale and writes the numbers, the first row at the top", () => {
    assert.deepEqual(traces[0].z, [
      [1, 2, 0],
      [0, 1, 1.301],
    ]);
    assert.deepEqual(traces[1].text, [
      ["1", "2", ""],
      ["0.1", "3", "5"],
    ]);
    assert.deepEqual(
      traces.map(({ zmin, zmax, showscale }) => [zmin, zmax, showscale]),
      [
        [-1, 2, true],
        [-1, 2, false],
      ],
    );
    assert.ok(layout["yaxis"].range[0] > layout["yaxis"].range[1]);
  });
  it("gives each panel axes of its own, beside each other", () => {
    assert.deepEqual(
      traces.map(({ xaxis }) => xaxis),
      ["x", "x2"],
    );
    assert.ok(layout["xaxis"].domain[1] < layout["xaxis2"].domain[0]);
    assert.deepEqual(layout["yaxis"].domain, [0, 1]);
  });
  it("frames the least of each column", () => {
    const framed = layout.shapes
      .filter(({ xref }) => xref === "x")
      .map(({ x0, y0 }) => [Math.round(x0 + 0.48), Math.round(y0 + 0.46)]);
    assert.deepEqual(framed, [
      [0, 1],
      [1, 1],
      [2, 0],
    ]);
  });
  it("frames thinly what is as small within the standard error of the difference", () => {
    const standardErrors = [4, 0, 0, 3, 0, 0];
    const { layout } = heatmapsFigure([{ ...panel("Heun", [14.9, 100, 1, 10, 10, 1]), standardErrors }], titles);
    const lines = (layout as unknown as { shapes: { x0: number; y0: number; line: { width: number } }[] }).shapes;
    assert.deepEqual(
      lines.map(({ x0, y0, line }) => [Math.round(x0 + 0.48), Math.round(y0 + 0.46), line.width]),
      [
        [0, 0, 1],
        [0, 1, 2],
        [1, 1, 2],
        [2, 0, 2],
      ],
    );
  });
  it("says what is wrong with its data", () => {
    assert.throws(() => heatmapsFigure([], titles), /^RangeError: heatmapsFigure: no panels, expected at least one$/);
    assert.throws(
      () => heatmapsFigure([{ name: "a", rows: 1, cols: 3, values: [1, 2, 3] }], titles),
      /^RangeError: heatmapsFigure: "a" is 1 × 3 with 3 values, expected 2 × 3$/,
    );
  });
});

describe("heatmapsFigure of numbers that may be 0", () => {
  const values = [0, 8, -1, 2, 4, NaN];
  const { data, layout } = heatmapsFigure([panel("a", values)], { ...titles, type: "linear", framed: "nothing" });
  const [trace] = data as unknown as { z: (number | null)[][]; zmin: number; zmax: number }[];
  it("colours the numbers themselves and frames none", () => {
    assert.deepEqual(trace.z, [
      [0, 8, -1],
      [2, 4, null],
    ]);
    assert.deepEqual([trace.zmin, trace.zmax, layout.shapes], [-1, 8, []]);
  });
});

describe("withMarks", () => {
  const curve = (type: "log" | "linear") =>
    curvesFigure([{ name: "a", x: [1, 10], y: [1, 2] }], { title: "t", x: { title: "x", type }, y: { title: "y" } });
  const drawn = (type: "log" | "linear") =>
    withMarks(curve(type), [{ x: 10, label: "√λ" }]).layout as unknown as {
      shapes: { x0: number; x1: number }[];
      annotations: { x: number; text: string }[];
    };
  it("puts a line at the value, and its label at the logarithm where the axis has one", () => {
    assert.deepEqual(
      [drawn("log").shapes[0].x0, drawn("log").annotations[0].x, drawn("linear").annotations[0].x],
      [10, 1, 10],
    );
  });
  it("puts labels above the frame, inside the figure, and in lines of their own where they would meet", () => {
    const labels = (at: readonly number[], label: string) => {
      const { annotations, margin } = withMarks(
        curve("log"),
        at.map((x) => ({ x, label })),
      ).layout as unknown as {
        annotations: { x: number; y: number; yshift: number; xanchor: string }[];
        margin: { t: number };
      };
      return {
        at: annotations.map(({ x, y, yshift, xanchor }) => [Math.round(10 ** x), y, yshift, xanchor]),
        top: margin.t,
      };
    };
    assert.deepEqual(labels([9, 2], "skipLevel"), {
      at: [
        [2, 1, 0, "center"],
        [9, 1, 0, "center"],
      ],
      top: 50,
    });
    assert.deepEqual(labels([3, 2, 2], "skipLevel"), {
      at: [
        [2, 1, 0, "center"],
        [2, 1, 15, "center"],
        [3, 1, 0, "center"],
      ],
      top: 80,
    });
    assert.deepEqual(
      labels([1, 10], "a label that needs much more space than this").at.map(([, , , anchor]) => anchor),
      ["left", "right"],
    );
  });
  it("refuses what the axis cannot show", () =>
    assert.throws(
      () => withMarks(curve("log"), [{ x: 0, label: "here" }]),
      /^RangeError: withMarks: "here" is at 0, which a logarithmic axis cannot show$/,
    ));
});

describe("skipFigure", () => {
  const point = (name: string, sigma: number, value: number) => ({
    name,
    sigma,
    frechet: { value, standardError: 0.1 },
  });
  const figure = skipFigure([point("a", 1, 2), point("b", 80, 3), point("a", 80, 1)], {
    title: "t",
    yTitle: "distance",
    marks: { here: 2 },
  });
  it("has a curve for each name, from the highest level down, at the left", () => {
    const [a, b] = figure.data as unknown as { name: string; x: number[]; y: number[] }[];
    assert.deepEqual([a.name, a.x, a.y, b.name, b.x], ["a", [80, 1], [1, 2], "b", [80]]);
    const { range } = (figure.layout as { xaxis: { range: number[] } }).xaxis;
    assert.ok(range[0] > Math.log10(80) && range[1] < 0);
    assert.deepEqual(JSON.parse(JSON.stringify(figure)), figure);
  });
});

describe("skipCostFigure", () => {
  it("has curves of distances over the first of each, against what is saved", () => {
    const points = [2, 3].map((value, i) => ({ saved: i / 2, frechet: { value } }));
    const [curve, ...others] = skipCostFigure({ a: points, b: points }, { title: "t" }).data as {
      x: number[];
      y: number[];
    }[];
    assert.deepEqual([curve.x, curve.y, others.length], [[0, 0.5], [1, 1.5], 1]);
  });
});

describe("skipMapsFigure", () => {
  const maps = [
    {
      name: "Heun",
      levels: [80, 10],
      budgets: [5, 6, 8],
      values: [10, 100, { value: 1, standardError: 0.1 }, 1, 10, 20],
    },
  ];
  it("is the heat map of numbers and estimates alike, with the levels and numbers as titles", () =>
    assert.deepEqual(
      skipMapsFigure(maps, { title: "t", valueTitle: "distance" }),
      heatmapsFigure([panel("Heun", [10, 100, 1, 1, 10, 20])], { ...titles, yTitle: "σ<sub>skip</sub>" }),
    ));
  it("refuses no maps", () =>
    assert.throws(() => skipMapsFigure([], { title: "t" }), /^RangeError: skipMapsFigure: no maps, expected at least/));
});

describe("skipSamplesFigure", () => {
  it("has a column for each level, and a row for each of the first seeds", () => {
    const samples = matrix(
      6,
      4,
      Float64Array.from({ length: 24 }, (_, i) => i / 24),
    );
    const { data, layout } = skipSamplesFigure(
      [80, 2.52].map((sigma) => ({ sigma, samples })),
      { title: "t", seeds: 3 },
    );
    const { z } = data[0] as unknown as { z: { shape: string } };
    assert.equal(z.shape, "8, 5"); // with a gap of one pixel between images
    assert.deepEqual((layout.xaxis as { ticktext: string[] }).ticktext, ["80", "2.5"]);
  });

  it("draws photographs bright where they are", () => {
    const samples = matrix(1, 4, Float64Array.of(-1, 0, 0.5, 1));
    const drawn = (range?: readonly [number, number]) =>
      (skipSamplesFigure([{ sigma: 1, samples }], { title: "t", range }).data[0] as unknown as { z: { bdata: string } })
        .z.bdata;
    const [ink, light] = [drawn(), drawn([1, -1])].map((bytes) => [...Buffer.from(bytes, "base64")]);
    assert.deepEqual([ink[0], ink[3], light[0], light[3]], [1, 255, 255, 1]);
  });
});
