import assert from "node:assert/strict";
import { pathPanelsFigure, transitionSlider } from "../../../src/figures/papers/mostLikelyPaths.js";
import { matrixFromRows } from "../../../src/math/matrix.js";

describe("pathPanelsFigure", () => {
  const points = matrixFromRows([[0, 0], [1, 2]]); // prettier-ignore
  const options = { title: "t", xRange: [0, 2], yRange: [0, 4] } as const;
  const panel = (title: string, names: string[]) => ({ title, paths: names.map((name) => ({ name, points })) });

  it("gives a name one colour and one entry of the legend in all panels", () => {
    const { data } = pathPanelsFigure([panel("a", ["p", "q"]), panel("b", ["q"])], options);
    const colors = data.map(({ line }) => (line as { color: string }).color);
    assert.equal(colors[1], colors[2]);
    assert.notEqual(colors[0], colors[1]);
    assert.deepEqual(
      data.map(({ showlegend }) => showlegend),
      [true, true, false],
    );
  });

  it("draws a unit as long across as upwards, titles above and a density below", () => {
    const density = { x: [0.5, 1.5], y: [1, 3], z: [0, 1, 4, 16] };
    const marks = [{ name: "end", points }];
    const { data, layout } = pathPanelsFigure([{ ...panel("a", ["p"]), density, marks }], options);
    const { width, height, margin } = layout as { width: number; height: number; margin: Record<string, number> };
    assert.ok(Math.abs((height - margin.t - margin.b) / (width - margin.l - margin.r) - 2) < 0.01);
    assert.deepEqual(data[0]["z"], [[0, 25], [50, 100]]); // prettier-ignore
    assert.equal((layout["annotations"] as { text: string }[])[0].text, "a");
    assert.equal(data[2]["mode"], "markers");
  });

  it("names what does not fit", () => {
    assert.throws(() => pathPanelsFigure([], options), /no panels, expected at least one/);
    const line = { ...panel("a", []), paths: [{ name: "p", points: { rows: 2, cols: 1, values: [0, 1] } }] };
    assert.throws(() => pathPanelsFigure([line], options), /points of 1 coordinates, expected 2/);
    const reversed = { ...options, yRange: [4, 0] } as const;
    assert.throws(() => pathPanelsFigure([panel("a", [])], reversed), /an axis from 4 to 0, expected one that runs up/);
    const slider = { ...options, variable: "T", initial: 0, always: [3] };
    assert.throws(() => transitionSlider([], slider), /transitionSlider: no transition 3, expected one of the 0/);
    const density = { x: [0], y: [0, 1], z: [1] };
    assert.throws(
      () => pathPanelsFigure([{ ...panel("a", ["p"]), density }], options),
      /the density has 1 values on 1 × 2 points, expected one each/,
    );
  });
});
