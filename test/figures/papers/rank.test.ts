import assert from "node:assert/strict";
import { rankFigure } from "../../../src/figures/papers/rank.js";

const study = { ratios: [0.5, 1, 2], fractions: [], rank: [3, 2, 1], c: 0.3, standingOut: [3, 2, 0] };

describe("rankFigure", () => {
  it("draws the law of the far field from √λ₁ on, where there is one", () => {
    const { data } = rankFigure(
      [
        { ...study, name: "network" },
        { ...study, name: "data", farField: [1, 2, 3] },
      ],
      { title: "t" },
    );
    assert.deepEqual(
      data.map((trace) => trace["name"]),
      ["measured", "#{λ<sub>k</sub> > 0.3 σ²}", "measured", "#{λ<sub>k</sub> > 0.3 σ²}", "far-field law"],
    );
    assert.deepEqual(
      [data[4]["x"], data[4]["y"]],
      [
        [1, 2],
        [2, 3],
      ],
    );
  });
});
