import assert from "node:assert/strict";
import { convergenceFigure } from "../../src/figures/convergence.js";
import { curvesFigure } from "../../src/figures/curves.js";
import { dimensionFigure } from "../../src/figures/papers/dimension.js";
import { emergenceFigure } from "../../src/figures/papers/emergence.js";
import type { PackedArray } from "../../src/figures/packed.js";
import { imagesFigure, imagesInRows } from "../../src/figures/images.js";
import { singularValuesFigure } from "../../src/figures/papers/singularValues.js";
import { spectrumFigure } from "../../src/figures/spectrum.js";
import type { Figure } from "../../src/figures/style.js";

const x = Float64Array.of(0.1, 1, 10);
const figures: Record<string, Figure> = {
  curves: curvesFigure(
    [
      { name: "theory", x, y: x },
      { name: "measured", x, y: Float64Array.of(1, NaN, Infinity), mode: "markers", error: x },
    ],
    { title: "t", x: { title: "σ" }, y: { title: "y" } },
  ),
  spectrum: spectrumFigure([{ name: "λ", values: Float64Array.of(4, 1, 1e-14, 0, -1e-16) }], { title: "t" }),
  convergence: convergenceFigure([{ name: "heun", h: x, error: Float64Array.of(0.02, 2, 200), slope: 2 }], {
    title: "t",
  }),
  emergence: emergenceFigure(
    [1, 2].map((k) => ({
      k,
      ratio: Float64Array.from({ length: 64 }, (_, i) => 2 ** -i),
      fraction: Float64Array.from({ length: 64 }, (_, i) => i / 63),
    })),
    { title: "t", theory: (ratio) => 1 / (1 + ratio) },
  ),
  dimension: dimensionFigure(
    [
      { name: "theory", scales: x, average: x, theory: true },
      { name: "FLIPD", scales: x, average: Float64Array.of(2, NaN, 3), error: x },
    ],
    { title: "t", truth: [2, 3], plateaus: [{ from: 0.2, to: 0.9 }] },
  ),
  singularValues: singularValuesFigure(
    x,
    [
      {
        name: "s",
        singularValues: [
          { values: [2, 1], cols: 2 },
          { values: [4, 3], cols: 2 },
          { values: [6, 5], cols: 2 },
        ],
      },
    ],
    { title: "t", dimension: 1 },
  ),
  images: imagesFigure(
    [
      { rows: 2, cols: 4, values: Float64Array.of(0, 1, 2, 3, 4, 5, 6, 7) },
      { rows: 2, cols: 4, values: Float64Array.of(8, 9, 10, 11, 12, 13, 14, NaN) },
    ],
    { title: "t", columnTitles: ["80", "1"], range: [0, 12.7] },
  ),
};
type Drawn = Record<string, (number | null)[] & (number | null)[][]>;
const trace = (name: string, index = 0) => figures[name].data[index] as unknown as Drawn;

describe("figures", () => {
  for (const [name, figure] of Object.entries(figures))
    it(`are plain JSON, with titles as objects and axes that say what they are: ${name}`, () => {
      assert.deepEqual(JSON.parse(JSON.stringify(figure)), figure);
      const { title, xaxis, yaxis } = figure.layout as Record<string, { text: string; title: { text: string } }>;
      assert.equal(title.text, "t");
      if (name !== "images") for (const axis of [xaxis, yaxis]) assert.ok(axis.title.text.length > 0);
    });

  it("put null where a number cannot be shown", () => assert.deepEqual(trace("curves", 1)["y"], [1, null, null]));

  it("give a range of a log axis in powers of ten that holds every point", () => {
    const { xaxis } = figures["curves"].layout as { xaxis: { range: [number, number] } };
    assert.ok(xaxis.range[0] < -1 && xaxis.range[0] > -1.2 && xaxis.range[1] > 1 && xaxis.range[1] < 1.2);
  });
});

describe("spectrumFigure", () => {
  it("counts from rank 1 and leaves out what is round-off or not positive", () => {
    assert.deepEqual(trace("spectrum")["x"], [1, 2, 3, 4, 5]);
    assert.deepEqual(trace("spectrum")["y"], [4, 1, null, null, null]);
  });
});

describe("convergenceFigure", () => {
  it("draws the slope through the error at the smallest step", () => {
    assert.deepEqual(trace("convergence")["x"], [0.1, 10]);
    assert.ok(Math.abs(trace("convergence")["y"][1] / 200 - 1) < 1e-12);
  });
});

describe("emergenceFigure", () => {
  it("draws the theory over all ratios, and few markers of each feature, at places of its own", () => {
    assert.deepEqual([trace("emergence")["x"][0], trace("emergence")["y"][0]], [2 ** -63, 1 / (1 + 2 ** -63)]);
    const [one, two] = [1, 2].map((k) => trace("emergence", k)["x"] as number[]);
    for (const drawn of [one, two]) assert.ok(drawn.length >= 16 && drawn.length <= 18, `${drawn.length} markers`);
    assert.deepEqual(
      one.slice(1).filter((ratio) => two.includes(ratio)),
      [],
    );
    assert.deepEqual(
      one.map((ratio) => Math.log2(1 / ratio) / 63),
      trace("emergence", 1)["y"],
    );
  });
});

describe("dimensionFigure", () => {
  it("draws the truth across, the theory as a line, and a plateau as a band over its scales", () => {
    assert.deepEqual(
      [trace("dimension")["y"], trace("dimension", 1)["y"]],
      [
        [2, 2],
        [3, 3],
      ],
    );
    assert.deepEqual(
      [figures["dimension"].data[2]["mode"], figures["dimension"].data[3]["mode"]],
      ["lines", "lines+markers"],
    );
    const { shapes, yaxis } = figures["dimension"].layout as {
      shapes: { x0: number; x1: number }[];
      yaxis: { range: number[] };
    };
    assert.deepEqual(
      shapes.map(({ x0, x1 }) => [x0, x1]),
      [[0.2, 0.9]],
    );
    assert.ok(yaxis.range[0] < 0.1 && yaxis.range[1] > 10);
  });
});

describe("singularValuesFigure", () => {
  it("draws those along the manifold apart from those across it, σ falling to the right", () => {
    assert.deepEqual(
      [trace("singularValues")["y"], trace("singularValues", 1)["y"]],
      [
        [2, 4, 6],
        [1, 3, 5],
      ],
    );
    assert.deepEqual(trace("singularValues", 1)["x"], [0.1, 1, 10]);
    const { range } = figures["singularValues"].layout["xaxis"] as { range: number[] };
    assert.ok(range[0] > 1 && range[1] < -1, `${range}`);
  });

  it("breaks the line between two trajectories, and gives each series its own dash", () => {
    const two = {
      singularValues: [
        { values: [2, 1, 4, 3], cols: 2 },
        { values: [6, 5, 8, 7], cols: 2 },
      ],
    };
    const series = ["a", "b"].map((name) => ({ name, ...two }));
    const { data } = singularValuesFigure([1, 0.1], series, { title: "t", dimension: 1 });
    assert.deepEqual(data[1]["y"], [1, 5, null, 3, 7]);
    assert.deepEqual(
      data.map(({ name }) => name),
      ["a, along", "a, across", "b, along", "b, across"],
    );
    assert.notEqual((data[0]["line"] as { dash: string }).dash, (data[2]["line"] as { dash: string }).dash);
  });
});

describe("imagesFigure", () => {
  it("puts image i of stack j in row i and column j, a gap between", () => {
    const { dtype, bdata, shape } = trace("images")["z"] as unknown as PackedArray;
    assert.deepEqual([dtype, shape], ["u1", "5, 5"]);
    assert.deepEqual(
      [...Buffer.from(bdata, "base64")],
      [
        [1, 21, 0, 161, 181],
        [41, 61, 0, 201, 221],
        [0, 0, 0, 0, 0],
        [81, 101, 0, 241, 255],
        [121, 141, 0, 255, 0],
      ].flat(),
    );
  });

  it("is as high as its images, however long the titles of its rows are", () => {
    const layouts = ["a", "<b>a</b>", "a".repeat(40)].map((title) => {
      const one = { rows: 1, cols: 4, values: [0, 0, 0, 0] };
      const { layout } = imagesFigure([one, one], { title: "t", rowTitles: [title] });
      return layout as unknown as { height: number; width: number; margin: Record<"l" | "r" | "t" | "b", number> };
    });
    for (const { height, width, margin } of layouts) {
      const pixel = (width - margin.l - margin.r) / 5; // 2 and 2 and a gap
      assert.equal(height, Math.round(2 * pixel) + margin.t + margin.b);
    }
    assert.deepEqual(
      layouts.map(({ margin }) => margin.l),
      [90, 90, 290],
    );
  });
});

describe("a figure function", () => {
  it("says what is wrong with its data", () => {
    const axes = { title: "t", x: { title: "x" }, y: { title: "y" } };
    assert.throws(() => curvesFigure([], axes), /^RangeError: curvesFigure: no series, expected at least one$/);
    assert.throws(
      () => curvesFigure([{ name: "a", x: [1], y: [] }], axes),
      /^RangeError: curvesFigure: "a" has 1 x and 0 y, expected 1 y$/,
    );
    assert.throws(
      () => spectrumFigure([{ name: "a", values: [0, -1] }], { title: "t" }),
      /^RangeError: figure: no positive value to show on a log axis$/,
    );
    assert.throws(
      () => convergenceFigure([{ name: "a", h: [1, 2], error: [1], slope: 1 }], { title: "t" }),
      /^RangeError: convergenceFigure: "a" has 2 step sizes and 1 errors, expected 2 errors$/,
    );
    assert.throws(
      () => dimensionFigure([], { title: "t" }),
      /^RangeError: dimensionFigure: no series, expected at least one$/,
    );
    assert.throws(
      () => dimensionFigure([{ name: "a", scales: [1, 2], average: [1] }], { title: "t" }),
      /^RangeError: dimensionFigure: "a" has 2 scales and 1 estimates, expected 2 estimates$/,
    );
    assert.throws(
      () => singularValuesFigure([1], [], { title: "t", dimension: 1 }),
      /^RangeError: singularValuesFigure: no series, expected at least one$/,
    );
    assert.throws(
      () =>
        singularValuesFigure([1, 2], [{ name: "a", singularValues: [{ values: [1], cols: 1 }] }], {
          title: "t",
          dimension: 1,
        }),
      /^RangeError: singularValuesFigure: "a" has 1 levels, expected 2$/,
    );
    assert.throws(
      () => imagesFigure([{ rows: 1, cols: 5, values: [] }], { title: "t" }),
      /^RangeError: imagesFigure: 5 pixels, expected those of a square image$/,
    );
    assert.throws(
      () => imagesFigure([{ rows: 1, cols: 4, values: [1] }], { title: "t" }),
      /^RangeError: imagesFigure: stack 0 is 1 × 4 with 1 values, expected 1 × 4/,
    );
    assert.throws(
      () => imagesFigure([{ rows: 1, cols: 1, values: [1] }], { title: "t", rowTitles: [] }),
      /^RangeError: imagesFigure: 0 rowTitles, expected 1$/,
    );
  });
});

describe("imagesInRows", () => {
  const set = (first: number) => ({ rows: 3, cols: 4, values: Array.from({ length: 12 }, (_, i) => first + i) });

  it("shows image n of every set in column n, and is undone by itself", () => {
    const sets = [set(0), set(100)];
    const stacks = imagesInRows(sets, 2);
    assert.deepEqual(
      stacks.map(({ values }) => values),
      [
        [0, 1, 2, 3, 100, 101, 102, 103],
        [4, 5, 6, 7, 104, 105, 106, 107],
      ],
    );
    assert.deepEqual(imagesInRows(imagesInRows(sets)), sets);
  });

  it("refuses sets of too few or of other images", () => {
    assert.throws(
      () => imagesInRows([set(0)], 4),
      /^RangeError: imagesInRows: set 0 has 3 images of 4 pixels, expected at least 4 of 4$/,
    );
    assert.throws(
      () => imagesInRows([set(0), { rows: 3, cols: 1, values: [1, 2, 3] }]),
      /^RangeError: imagesInRows: set 1/,
    );
  });
});
