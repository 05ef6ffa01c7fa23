import assert from "node:assert/strict";
import { planeMapsFigure, type PlaneMap } from "../../src/figures/planeMaps.js";

const map = (more: Partial<PlaneMap> = {}): PlaneMap => ({
  levels: [0, 1, 2, 3, 4, 5],
  x: [-1, 0, 1],
  y: [0, 1],
  points: { rows: 2, values: [0.5, 0, -1, 1] },
  ...more,
});
const options = {
  title: "t",
  rowTitles: ["one", "two"],
  columnTitles: ["a", "b"],
  valueTitle: "share",
  ticks: [
    [0, "none"],
    [5, "all"],
  ],
} as const;
const maps = [
  [map(), map()],
  [map(), map({ points: undefined })],
];
type Axis = {
  range: number[];
  domain: [number, number];
  showticklabels: boolean;
  title: { text: string };
  tickvals: number[];
};

describe("planeMapsFigure", () => {
  const { data, layout } = planeMapsFigure(maps, options);
  const at = (name: string) => layout[name] as Axis;
  const size = layout as { width: number; height: number; margin: Record<"l" | "r" | "t" | "b", number> };

  it("is plain JSON", () => assert.deepEqual(JSON.parse(JSON.stringify({ data, layout })), { data, layout }));

  it("draws a unit as long across as upwards in every panel", () => {
    const pixels = {
      x: size.width - size.margin.l - size.margin.r,
      y: size.height - size.margin.t - size.margin.b,
    };
    for (const id of ["", "2", "3", "4"]) {
      const unit = (name: "x" | "y") => {
        const { domain, range } = at(`${name}axis${id}`);
        return (pixels[name] * (domain[1] - domain[0])) / (range[1] - range[0]);
      };
      assert.ok(Math.abs(unit("x") / unit("y") - 1) < 0.01, `${unit("x")} and ${unit("y")} pixels`); // whole pixels
    }
  });

  it("begins a map at its least x and y, and puts its points on it", () => {
    const [heatmap, markers] = data;
    assert.deepEqual(
      ["x0", "dx", "y0", "dy"].map((key) => heatmap[key]),
      [-1, 1, 0, 1],
    );
    assert.equal((heatmap["z"] as { shape: string }).shape, "2, 3");
    assert.deepEqual(
      [markers["x"], markers["y"]],
      [
        [0.5, -1],
        [0, 1],
      ],
    );
    assert.deepEqual(
      data.map(({ type, xaxis }) => [type, xaxis]),
      [1, 2, 3, 4].flatMap((panel) => {
        const axis = `x${panel === 1 ? "" : panel}`;
        return [["heatmap", axis], ...(panel < 4 ? [["scatter", axis]] : [])];
      }),
    );
  });

  it("has one colour bar, which says what the levels mean", () => {
    const { cmin, cmax, colorbar } = layout["coloraxis"] as {
      cmin: number;
      cmax: number;
      colorbar: { ticktext: string[]; tickvals: number[]; title: { text: string } };
    };
    assert.deepEqual(
      [cmin, cmax, colorbar.tickvals, colorbar.ticktext, colorbar.title.text],
      [0, 5, [0, 5], ["none", "all"], "share"],
    );
    for (const trace of data.filter(({ type }) => type === "heatmap")) assert.equal(trace["coloraxis"], "coloraxis");
  });

  it("writes numbers and titles on the outer axes alone, away from the corners", () => {
    assert.deepEqual(
      ["", "2", "3", "4"].map((id) => [at(`xaxis${id}`).showticklabels, at(`yaxis${id}`).showticklabels]),
      [
        [false, true],
        [false, false],
        [true, true],
        [true, false],
      ],
    );
    assert.match(at("yaxis3").title.text, /two/);
    assert.equal(at("yaxis4").title.text, "");
    assert.deepEqual(
      (layout["annotations"] as { text: string }[]).map(({ text }) => text),
      ["a", "b"],
    );
    for (const [half, expected] of [
      [2, [-1, 0, 1]],
      [0.3, [-0.2, -0.1, 0, 0.1, 0.2]],
      [25, [-20, -10, 0, 10, 20]],
    ] as const) {
      const square = map({ x: [-half, 0, half], y: [-half, half], points: undefined });
      const { layout } = planeMapsFigure([[square]], { ...options, rowTitles: [""], columnTitles: [""] });
      assert.deepEqual((layout["xaxis"] as Axis).tickvals, expected);
    }
  });

  it("says what is wrong with its data", () => {
    for (const [wrong, titles, message] of [
      [[], { rowTitles: [] }, "no maps, expected at least one"],
      [[[map(), map()], [map()]], {}, "rows of 2, 1 maps, expected 2 rows of 2"],
      [
        [[map(), map({ y: [0, 2] })]],
        { rowTitles: ["one"] },
        "a map of -1 to 1 and 0 to 2, expected -1 to 1 and 0 to 1 as the first",
      ],
    ] as const)
      assert.throws(() => planeMapsFigure(wrong, { ...options, ...titles }), {
        name: "RangeError",
        message: `planeMapsFigure: ${message}`,
      });
    assert.throws(
      () => planeMapsFigure([[map({ levels: [1] })]], { ...options, rowTitles: [""], columnTitles: [""] }),
      /^RangeError: packedBytes: 1 values, expected 2 × 3 = 6$/,
    );
  });

  it("refuses cells that do not increase in equal steps, points that are not of the plane, and no ticks", () => {
    const one = { ...options, rowTitles: [""], columnTitles: [""] };
    for (const [wrong, message] of [
      [{ x: [1, 0, -1] }, "x[0] is 1, expected centres that increase in equal steps"],
      [{ x: [0, 1, 10] }, "x[1] is 1, expected centres that increase in equal steps"],
      [{ y: [0, NaN] }, "y[0] is 0, expected centres that increase in equal steps"],
      [{ y: [0] }, "1 cells along y, expected at least 2"],
      [{ points: { rows: 2, values: [1, 2, 3, 4, 5, 6] } }, "2 points with 6 numbers, expected two each"],
    ] as const)
      assert.throws(() => planeMapsFigure([[map(wrong)]], one), {
        name: "RangeError",
        message: `planeMapsFigure: ${message}`,
      });
    assert.throws(
      () => planeMapsFigure([[map()]], { ...one, ticks: [] }),
      /^RangeError: planeMapsFigure: 0 ticks, expected those of both ends$/,
    );
  });
});
