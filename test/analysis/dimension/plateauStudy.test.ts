import assert from "node:assert/strict";
import { exactSphere } from "../../../src/analysis/dimension/manifolds.js";
import { estimateOnPlateaus } from "../../../src/analysis/dimension/plateauStudy.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";
import { linspace } from "../../../src/math/ode.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { geometricSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";

const options = { seed: 1, sigmaMax: 20, stepsPerDecade: 8 };

describe("Estimates on plateaus", () => {
  it("are those at the middle of FLIPD's widest plateau, not where the points of a grid are single", () => {
    const circle = exactSphere(1, 3, { seed: 1, count: 2 });
    // a segment of points 0.05 apart: of dimension 0 below, 1 above
    const points = matrixFromRows(Array.from(linspace(-10, 10, 400), (x) => [x, 0]));
    const segment = { name: "segment", k: 1, p: empiricalDistribution(points), x: matrixFromRows([[0, 0]]), sigma: 1 };
    const sigmas = geometricSigmas(24, { sigmaMin: 1e-3, sigmaMax: 8 });
    for (const { name, sigma, D, k, ...estimates } of estimateOnPlateaus([circle, segment], sigmas, options)) {
      assert.ok(name === "segment" ? sigma > 0.05 && sigma < 3 : sigma < 0.1, `${name}: σ = ${sigma}`);
      assert.equal(D, name === "segment" ? 2 : 3);
      assert.ok(Math.abs(estimates.FLIPD - k) < 0.02, `${name}: ${estimates.FLIPD}`);
      assert.deepEqual([estimates["normal bundle"], estimates["flow map"]], [1, 1], name);
    }
  });

  it("are none where there is no plateau", () => {
    const circle = exactSphere(1, 3, { seed: 1, count: 1 });
    assert.throws(
      () => estimateOnPlateaus([circle], [1, 1.2], options),
      /^RangeError: estimateOnPlateaus: FLIPD has no plateau above 0 on circle in 3-D; ask more or other noise levels$/,
    );
  });
});
