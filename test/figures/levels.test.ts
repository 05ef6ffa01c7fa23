import assert from "node:assert/strict";
import { curvesFigure, type Series } from "../../src/figures/curves.js";
import { withLevels, type Level } from "../../src/figures/levels.js";
import { sliderFigure } from "../../src/figures/slider.js";
import type { AxisOptions } from "../../src/figures/style.js";

const points: Series = { name: "s", x: [1, 10], y: [1, NaN], error: [0.5, 1] };
const curve = (y: Partial<AxisOptions> = {}) =>
  curvesFigure([points], { title: "t", x: { title: "x" }, y: { title: "y", ...y } });
type Drawn = {
  yaxis: { range: [number, number] };
  shapes: { y0: number; y1: number; yref: string }[];
  annotations: { text: string; y: number; yshift: number; xanchor: string }[];
  height: number;
  margin: { r: number; t: number; b: number };
};
const drawn = (levels: readonly Level[], y: Partial<AxisOptions> = {}) =>
  withLevels(curve(y), levels).layout as unknown as Drawn;

describe("withLevels", () => {
  it("draws each line at its value, its label at the right where there is room for it", () => {
    const { shapes, annotations, margin } = drawn([{ y: 2, label: "a label of 24 characters" }]);
    assert.deepEqual(
      shapes.map(({ y0, y1, yref }) => [y0, y1, yref]),
      [[2, 2, "y"]],
    );
    assert.deepEqual(
      annotations.map(({ text, y, yshift, xanchor }) => [text, y, yshift, xanchor]),
      [["a label of 24 characters", 2, 0, "left"]],
    );
    assert.ok(margin.r > 24 * 6);
  });

  it("gives an axis without a range that of the points, their error bars and the lines", () => {
    const [low, high] = drawn([{ y: 3, label: "three" }]).yaxis.range;
    assert.ok(low < 0.5 && low > 0.3 && high > 3 && high < 3.2, `${low} to ${high}`);
    assert.deepEqual(drawn([{ y: 3, label: "three" }], { range: [0, 9] }).yaxis.range, [0, 9]);
  });

  it("places labels of a log axis by the power of ten, lines by the value", () => {
    const { shapes, annotations, yaxis } = drawn([{ y: 100, label: "hundred" }], { type: "log" });
    assert.deepEqual([shapes[0].y0, annotations[0].y], [100, 2]);
    assert.ok(yaxis.range[0] < Math.log10(0.5) && yaxis.range[1] > 2);
  });

  it("moves labels apart that would meet, in their order and around their places", () => {
    const levels = [1.001, 1, 1.002, 8].map((y) => ({ y, label: String(y) }));
    const { annotations, yaxis, height, margin } = drawn(levels, { range: [0, 9] });
    assert.deepEqual(
      annotations.map(({ text }) => text),
      ["1", "1.001", "1.002", "8"],
    );
    const pixel = (y: number) => (y / (yaxis.range[1] - yaxis.range[0])) * (height - margin.t - margin.b);
    const at = annotations.map(({ y, yshift }) => pixel(y) + yshift);
    assert.ok(at[1] - at[0] > 13 && at[2] - at[1] > 13, at.join(", "));
    assert.ok(Math.abs((at[0] + at[1] + at[2]) / 3 - pixel(1.001)) < 1);
    assert.equal(annotations[3].yshift, 0);
  });

  it("refuses what the axis cannot show", () => {
    assert.throws(
      () => withLevels(curve({ type: "log" }), [{ y: 0, label: "zero" }]),
      /^RangeError: withLevels: "zero" is at 0, which a logarithmic axis cannot show$/,
    );
    assert.throws(
      () => withLevels(curve(), [{ y: NaN, label: "none" }]),
      /^RangeError: withLevels: "none" is at NaN, which the axis cannot show$/,
    );
  });

  it("refuses what is beyond a range, and figures whose axis or numbers it cannot see", () => {
    for (const y of [{ range: [0, 3] as const }, { type: "log" as const, range: [0.1, 10] as const }]) {
      assert.equal(withLevels(curve(y), [{ y: 3, label: "in" }]).layout["yaxis"] !== undefined, true);
      assert.throws(
        () => withLevels(curve(y), [{ y: 100, label: "out" }]),
        /^RangeError: withLevels: "out" is at 100, beyond the range of the y axis; take a larger range, or none$/,
      );
    }
    const slider = sliderFigure([{ label: "1", figure: curve() }], { variable: "t" });
    assert.throws(() => withLevels(slider, []), /^RangeError: withLevels: the figure has a slider, expected/);
    assert.throws(() => withLevels({ data: [], layout: {} }, []), /^RangeError: withLevels: the figure has no y axis/);
  });
});
