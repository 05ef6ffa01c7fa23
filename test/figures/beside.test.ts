import assert from "node:assert/strict";
import { beside } from "../../src/figures/beside.js";
import { curvesFigure } from "../../src/figures/curves.js";
import { imagesFigure } from "../../src/figures/images.js";
import { panelsFigure } from "../../src/figures/panels.js";

describe("beside", () => {
  const images = imagesFigure([{ rows: 2, cols: 4, values: new Float64Array(8) }], { title: "images", width: 300 });
  const axes = { x: { title: "x" }, y: { title: "y" } };
  const series = [
    { name: "a", x: [1, 2], y: [3, 4] },
    { name: "b", x: [1, 2], y: [3, 5] },
  ];
  const curves = curvesFigure(series, { title: "curves", ...axes });
  const figure = beside(images, curves, { title: "both", share: 0.4, width: 800 });
  const layout = figure.layout as Record<string, Record<string, never>>;

  it("has the images at the left, the curves at the right, and the gap between", () => {
    assert.deepEqual(JSON.parse(JSON.stringify(figure)), figure);
    assert.equal((figure.layout["title"] as { text: string }).text, "both");
    assert.deepEqual(
      figure.data.map(({ type, xaxis }) => [type, xaxis]),
      [
        ["heatmap", undefined],
        ["scatter", "x2"],
        ["scatter", "x2"],
      ],
    );
    const [[from, end], [begin, to]] = [layout.xaxis.domain, layout.xaxis2.domain] as unknown as number[][];
    assert.deepEqual([from, to], [0, 1]);
    assert.ok(Math.abs((begin - end) * 760 - 78) < 1e-9);
    assert.ok((figure.layout["legend"] as { x: number }).x > begin);
  });

  it("keeps the shape of the images", () => {
    const { height, margin } = figure.layout as { height: number; margin: { t: number; b: number } };
    const shape = (images.layout as { height: number }).height - 70; // two images and the gap of their 260 pixels
    assert.ok(Math.abs(height - margin.t - margin.b - (shape * (760 * 0.4 - 39)) / 260) <= 0.5);
  });

  it("refuses figures of several panels, and no room", () => {
    const panels = panelsFigure(
      [
        { title: "1", series },
        { title: "2", series },
      ],
      { title: "t", ...axes },
    );
    assert.throws(
      () => beside(images, panels, { title: "t" }),
      /^RangeError: beside: the right figure has several axes, expected one pair$/,
    );
    assert.throws(
      () => beside(images, curves, { title: "t", share: 1 }),
      /^RangeError: beside: the share is 1, expected one between 0 and 1$/,
    );
  });
});
