import assert from "node:assert/strict";
import { panelsFigure } from "../../src/figures/panels.js";
import { planeFigure } from "../../src/figures/plane.js";

const x = [0.1, 1, 10];
const axes = { x: { title: "σ" }, y: { title: "share" } };
const a = { name: "a", x, y: [1, 10, 100] };
const b = { name: "b", x, y: [NaN, 2, 3] };
type Axis = {
  readonly range: [number, number];
  readonly domain: [number, number];
  readonly title: { readonly text: string };
  readonly showticklabels: boolean;
};

describe("panelsFigure", () => {
  const { data, layout } = panelsFigure(
    [
      { title: "one", series: [a], marks: [{ x: 1, label: "√λ" }] },
      { title: "two", series: [b, a] },
      { title: "three", series: [b] },
    ],
    { title: "t", ...axes, columns: 2 },
  );
  const at = (name: string) => layout[name] as Axis;

  it("is plain JSON", () => assert.deepEqual(JSON.parse(JSON.stringify({ data, layout })), { data, layout }));

  it("gives all panels one range that holds every curve", () => {
    for (const axis of ["xaxis", "xaxis2", "xaxis3"]) assert.deepEqual(at(axis).range, at("xaxis").range);
    for (const axis of ["yaxis", "yaxis2", "yaxis3"])
      assert.ok(at(axis).range[0] < 0 && at(axis).range[0] > -0.1 && at(axis).range[1] > 2 && at(axis).range[1] < 2.1);
  });

  it("gives each its own y range and ticks where asked", () => {
    const { layout } = panelsFigure(
      [
        { title: "one", series: [a] },
        { title: "two", series: [b] },
      ],
      { title: "t", ...axes, ownY: true },
    );
    const [first, second] = ["yaxis", "yaxis2"].map((name) => layout[name] as Axis);
    assert.ok(first.range[1] > 2 && second.range[1] < 1 && second.range[0] > 0);
    assert.ok(first.showticklabels && second.showticklabels);
  });

  it("puts panels beside and below each other, without overlap", () => {
    assert.ok(at("xaxis").domain[1] < at("xaxis2").domain[0]);
    assert.deepEqual(at("xaxis3").domain, at("xaxis").domain);
    assert.ok(at("yaxis3").domain[1] < at("yaxis").domain[0]);
    assert.ok(
      Math.abs(at("yaxis").domain[1] - 1) < 1e-9 &&
        Math.abs(at("yaxis3").domain[0]) < 1e-9 &&
        Math.abs(at("xaxis2").domain[1] - 1) < 1e-9,
    );
  });

  it("writes titles on the outer axes alone", () => {
    assert.deepEqual(
      ["yaxis", "yaxis2", "yaxis3"].map((name) => at(name).title.text),
      ["share", "", "share"],
    );
    assert.deepEqual(
      ["xaxis", "xaxis2", "xaxis3"].map((name) => at(name).title.text),
      ["", "σ", "σ"],
    );
  });

  it("shows a name once in the legend, in one colour everywhere", () => {
    const of = (name: string) =>
      data.filter((trace) => trace["name"] === name) as { showlegend: boolean; line: { color: string } }[];
    for (const name of ["a", "b"]) {
      assert.deepEqual(
        of(name).map(({ showlegend }) => showlegend),
        [true, false],
      );
      assert.equal(new Set(of(name).map(({ line }) => line.color)).size, 1);
    }
    assert.notEqual(of("a")[0].line.color, of("b")[0].line.color);
  });

  it("draws marks at their place in the panel's own axes", () => {
    const [line] = layout["shapes"] as Record<string, unknown>[];
    assert.deepEqual([line["xref"], line["x0"], line["x1"]], ["x", 1, 1]);
    const names = layout["annotations"] as { text: string; x: number; xref: string }[];
    assert.deepEqual(
      names.filter(({ text }) => text === "√λ").map(({ x, xref }) => [x, xref]),
      [[0, "x"]],
    ); // annotations on a log axis are in powers of ten
    assert.deepEqual(
      names.filter(({ xref }) => xref === "paper").map(({ text }) => text),
      ["one", "two", "three"],
    );
  });

  it("says what is wrong with its data", () => {
    assert.throws(
      () => panelsFigure([], { title: "t", ...axes }),
      /^RangeError: panelsFigure: no panels, expected at least one$/,
    );
    assert.throws(
      () => panelsFigure([{ title: "one", series: [] }], { title: "t", ...axes }),
      /^RangeError: panelsFigure: no series in the panel "one", expected at least one$/,
    );
    assert.throws(
      () => panelsFigure([{ title: "one", series: [{ name: "a", x, y: [1] }] }], { title: "t", ...axes }),
      /^RangeError: panelsFigure: "a" has 3 x and 1 y, expected 3 y$/,
    );
  });
});

describe("planeFigure", () => {
  const points = { rows: 2, cols: 2, values: Float64Array.of(1, 2, 3, 4) };

  it("draws points by their coordinates, a unit as long on both axes", () => {
    const { data, layout } = planeFigure(
      [
        { name: "a", points },
        { name: "b", points, line: true },
      ],
      { title: "t", range: [-5, 5] },
    );
    assert.deepEqual(
      data.map((trace) => [trace["x"], trace["y"], trace["mode"]]),
      [
        [[1, 3], [2, 4], "markers"],
        [[1, 3], [2, 4], "lines"],
      ],
    );
    assert.equal((layout["yaxis"] as Record<string, unknown>)["scaleanchor"], "x");
    assert.deepEqual((layout["xaxis"] as Axis).range, [-5, 5]);
  });

  it("refuses what is not in the plane", () => {
    assert.throws(
      () => planeFigure([], { title: "t" }),
      /^RangeError: planeFigure: no points, expected at least one cloud$/,
    );
    assert.throws(
      () => planeFigure([{ name: "a", points: { rows: 1, cols: 3, values: [1, 2, 3] } }], { title: "t" }),
      /^RangeError: planeFigure: "a" has 3 columns, expected 2$/,
    );
  });
});
