import assert from "node:assert/strict";
import { unexplainedPanels } from "../../../src/figures/papers/unexplainedPanels.js";

describe("unexplainedPanels", () => {
  it("are one for each measure, with short titles beside the name of the data, and the data's size marked", () => {
    const panels = unexplainedPanels([], [9, 16], ["score", "denoiserRatioOfMeans"], "digits");
    assert.deepEqual(
      panels.map(({ title, measure }) => [title, measure]),
      [
        ["digits: score", "score"],
        ["digits: centred denoiser", "denoiserRatioOfMeans"],
      ],
    );
    assert.equal(unexplainedPanels([], [9, 16], ["denoiser"])[0].title, "centred denoiser, mean of ratios");
    for (const { marks } of panels)
      assert.deepEqual(
        marks?.map(({ x }) => x),
        [3, 5],
      );
  });
});
