import assert from "node:assert/strict";
import { panelGrid } from "../../src/figures/grid.js";

describe("panelGrid", () => {
  const margin = { l: 50, r: 30, t: 40, b: 20 };
  const gap = { x: 10, y: 6 };
  const { height, panels } = panelGrid({
    rows: 2,
    columns: 3,
    width: 400,
    margin,
    gap,
    panelHeight: (wide) => wide / 2,
  });
  const [across, down] = [400 - 80, height - 60];
  const close = (seen: number, expected: number) =>
    assert.ok(Math.abs(seen - expected) < 1e-9, `${seen}, expected ${expected}`);

  it("gives every panel one size, with the gaps between", () => {
    for (const { x, y } of panels) {
      close((x[1] - x[0]) * across, 100);
      close((y[1] - y[0]) * down, 50);
    }
    close((panels[1].x[0] - panels[0].x[1]) * across, 10);
    close((panels[0].y[0] - panels[3].y[1]) * down, 6);
  });

  it("fills the figure inside its margins, row by row from the top left", () => {
    assert.equal(height, 2 * 50 + 6 + 60);
    assert.deepEqual(
      panels.map(({ id, row, column }) => [id, row, column]),
      [
        ["", 0, 0],
        ["2", 0, 1],
        ["3", 0, 2],
        ["4", 1, 0],
        ["5", 1, 1],
        ["6", 1, 2],
      ],
    );
    [panels[0].x[0], panels[5].y[0]].forEach((end) => close(end, 0));
    [panels[0].y[1], panels[2].x[1]].forEach((end) => close(end, 1));
  });
});
