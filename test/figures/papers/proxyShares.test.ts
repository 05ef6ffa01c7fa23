import assert from "node:assert/strict";
import { proxySharesFigure, proxySharesSlider, type ProxyShares } from "../../../src/figures/papers/proxyShares.js";
import { matrix } from "../../../src/math/matrix.js";

const x = Float64Array.of(-2, 0, 2);
const set = (name: string, more: Partial<ProxyShares> = {}): ProxyShares => ({
  name,
  points: matrix(1, 2, Float64Array.of(1, 0)),
  times: [0.1, 0.5],
  shares: [0.1, 0.5].map((t) =>
    matrix(
      3,
      3,
      Float64Array.from({ length: 9 }, (_, i) => (t * i) / 4),
    ),
  ),
  x,
  y: x,
  ...more,
});
const sets = [set("polygon"), set("line"), set("blend")];
const percents = (trace: Readonly<Record<string, unknown>>) => [
  ...Buffer.from((trace["z"] as { bdata: string }).bdata, "base64"),
];
const titles = (layout: Readonly<Record<string, unknown>>) =>
  (layout["annotations"] as { text: string }[]).map(({ text }) => text);

describe("proxySharesFigure", () => {
  it("has a row for each set and a column for each time, in whole percent", () => {
    const { data, layout } = proxySharesFigure(sets, { title: "t" });
    const maps = data.filter(({ type }) => type === "heatmap");
    assert.equal(maps.length, 6);
    assert.deepEqual(percents(maps[0]), [0, 3, 5, 8, 10, 13, 15, 18, 20]);
    assert.deepEqual(percents(maps[1]), [0, 13, 25, 38, 50, 63, 75, 88, 100]);
    assert.deepEqual(titles(layout), ["t = 0.1", "t = 0.5"]);
    assert.match((layout["yaxis3"] as { title: { text: string } }).title.text, /line/);
  });

  it("says what is wrong with its sets", () => {
    const shares = [matrix(3, 3), matrix(3, 3, new Float64Array(9).fill(1.2))];
    for (const [wrong, message] of [
      [[], "no sets of points, expected at least one"],
      [[set("a"), set("b", { times: [0.1, 0.6] })], '"b" has the times 0.1, 0.6, "a" 0.1, 0.5'],
      [[set("a", { shares: [] })], '"a" has 0 maps, expected 2, one for a time'],
      [[set("a", { x: Float64Array.of(0, 1) })], '"a" has 3 × 3 shares at t = 0.1, expected 3 × 2'],
      [[set("a", { shares })], '"a" has a share of 1.2 at t = 0.5, expected 0 to 1'],
    ] as const)
      assert.throws(() => proxySharesFigure(wrong, { title: "t" }), {
        name: "RangeError",
        message: `proxyShares: ${message}`,
      });
  });
});

describe("proxySharesSlider", () => {
  it("has all sets side by side, a step for each time, and the points once", () => {
    const { data, layout } = proxySharesSlider(sets, { title: "t" });
    const [slider] = layout["sliders"] as { active: number; steps: { label: string }[] }[];
    assert.deepEqual(titles(layout), ["polygon", "line", "blend"]);
    assert.deepEqual([slider.active, slider.steps.map(({ label }) => label)], [1, ["0.1", "0.5"]]);
    assert.equal(data.filter(({ type }) => type === "scatter").length, 3);
    const maps = data.filter(({ type }) => type === "heatmap");
    assert.deepEqual(
      maps.map(({ visible = true }) => visible),
      [false, true, false, true, false, true],
    );
    assert.equal(percents(maps[1])[8], 100);
  });
});
