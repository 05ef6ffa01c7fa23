import assert from "node:assert/strict";
import { unexplainedPanels } from "../../../src/figures/papers/unexplainedPanels.js";

describe("unexplainedPanels", () => {
  it("are one for each measure, the first with the name of the data, all with the data's size marked", () => {
    const panels = unexplainedPanels([], [9, 16], ["score", "denoiserRatioOfMeans"], "digits");
    assert.deepEqual(
      panels.map(({ title, measure }) => [title, measure]),
      [
        ["digits: score, mean of ratios", "score"],
        ["centred denoiser, ratio of means", "denoiserRatioOfMeans"],
      ],
    );
    for (const { marks } of panels)
      assert.deepEqual(
        marks?.map(({ x }) => x),
        [3, 5],
      );
  });
});
