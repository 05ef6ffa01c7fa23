import assert from "node:assert/strict";
import { ringStudy } from "../../../src/analysis/scores/ringStudy.js";
import { ring } from "../../../src/datasets/sphere.js";
import { assertClose } from "../../helpers/close.js";

const options = { sigmas: [0.05, 0.5], count: 500, seed: 1 };
const [twenty, ten] = [20, 10].map((count) =>
  ringStudy(count === 20 ? "ring" : "ring-10-points", ring(count).points, options),
);

describe("ringStudy", () => {
  it("starts at the Gaussian, with which the network is initialized", () => {
    const [first] = twenty.curves[0].stages;
    assert.equal(twenty.curves[0].name, "Gaussian");
    assert.ok(first.scoreRatioOfMeans.value < 0.02);
  });

  it("ends at the ring of twenty points, and at ten points themselves", () => {
    assert.ok(twenty.toRing.value > 0.8 && ten.toRing.value < -0.3);
    const [ofRing, ofPoints] = [1, 2].map((model) => twenty.curves[model].stages.at(-1)!.scoreRatioOfMeans.value);
    assertClose([twenty.toRing.value], [ofPoints - ofRing], 1e-12);
  });
});
