import assert from "node:assert/strict";
import { quadratureEvaluationPoints } from "../../../src/analysis/scores/evaluationPoints.js";
import { farFieldStudy } from "../../../src/analysis/scores/farFieldStudy.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";
import { farFieldFigure } from "../../../src/figures/papers/farField.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { assertClose } from "../../helpers/close.js";

describe("farFieldFigure", () => {
  it("draws the laws beyond √λ₁, where the models come to them", () => {
    const p = empiricalDistribution(matrixFromRows([[0], [0], [3]]));
    const exact = quadratureEvaluationPoints(p.points, 60);
    const study = farFieldStudy(p, [exact, exact], { ratios: [0.5, 1, 10, 40] });
    const { data, layout } = farFieldFigure([{ ...study, name: "three" }], { title: "t" });
    const traces = Object.fromEntries(data.map((trace) => [trace["name"], trace]));
    assert.deepEqual(Object.keys(traces), ["mean only", "isotropic", "Gaussian", "law, σ⁻⁶", "law, σ⁻⁴"]);
    assert.deepEqual(traces["law, σ⁻⁶"]["x"], study.sigmas.slice(2));
    for (const [model, law] of [
      ["Gaussian", "law, σ⁻⁶"],
      ["mean only", "law, σ⁻⁴"],
    ])
      assertClose([(traces[law]["y"] as number[])[1]], [(traces[model]["y"] as number[])[3]], 0.01);
    assert.ok(JSON.stringify(layout["annotations"]).includes("√tr Σ"));
  });
});
