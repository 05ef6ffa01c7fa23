import assert from "node:assert/strict";
import { learningFigure, unexplainedFigure } from "../../../src/figures/papers/unexplained.js";

const share = (value: number) => ({ value, standardError: value / 10 });
const levels = [0.1, 1, 10].map((sigma) => ({ sigma, score: share(1 / sigma), denoiser: share(sigma) }));

describe("unexplainedFigure", () => {
  it("draws the measure asked for, with its errors, and further curves after it", () => {
    const law = { name: "law", x: [1, 10], y: [1, 0.1] };
    const { data } = unexplainedFigure(
      [
        { title: "one", curves: [{ name: "Gaussian", levels }], series: [law] },
        { title: "two", curves: [{ name: "Gaussian", levels }], measure: "denoiser" },
      ],
      { title: "t" },
    );
    assert.deepEqual(
      data.map((trace) => trace["name"]),
      ["Gaussian", "law", "Gaussian"],
    );
    assert.deepEqual(
      [data[0]["x"], data[0]["y"], data[2]["y"]],
      [
        [0.1, 1, 10],
        [10, 1, 0.1],
        [0.1, 1, 10],
      ],
    );
    assert.deepEqual((data[0]["error_y"] as { array: number[] }).array, [1, 0.1, 0.01]);
  });

  it("says which measure is missing", () => {
    assert.throws(
      () =>
        unexplainedFigure([{ title: "one", curves: [{ name: "Gaussian", levels }], measure: "scoreRatioOfMeans" }], {
          title: "t",
        }),
      /^RangeError: unexplainedFigure: "Gaussian" has no scoreRatioOfMeans, expected one at every level$/,
    );
  });
});

describe("learningFigure", () => {
  it("has a panel for each noise level with the curves of that level", () => {
    const curve = (name: string, sigma: number) => ({ name, sigma, steps: [0, 10, 100], stages: levels });
    const { data, layout } = learningFigure([curve("a", 0.5), curve("b", 0.5), curve("a", 2)], { title: "t" });
    assert.deepEqual(
      data.map((trace) => [trace["name"], trace["xaxis"]]),
      [
        ["a", "x"],
        ["b", "x"],
        ["a", "x2"],
      ],
    );
    assert.deepEqual(
      [data[0]["x"], data[0]["y"]],
      [
        [10, 100],
        [1, 0.1],
      ],
    ); // step 0 is not on the axis
    assert.deepEqual(
      (layout["annotations"] as { text: string }[]).map(({ text }) => text),
      ["σ = 0.5", "σ = 2"],
    );
  });
});
