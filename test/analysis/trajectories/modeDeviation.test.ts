import assert from "node:assert/strict";
import { modeDeviations } from "../../../src/analysis/trajectories/modeDeviation.js";
import { followTrajectory } from "../../../src/analysis/trajectories/trajectory.js";
import { gaussianFromSpectrum } from "../../../src/diffusion/distributions/gaussian.js";
import { karrasSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import { rowRange } from "../../../src/math/rowBlocks.js";
import { scale } from "../../../src/math/matrix.js";
import { randomOrthogonal } from "../../../src/math/qr.js";
import { normal, randomSource } from "../../../src/math/random.js";

describe("modeDeviations", () => {
  const lambda = Float64Array.of(100, 1, 0.01, 0);
  const g = gaussianFromSpectrum({
    mean: Float64Array.of(1, -2, 0, 3),
    U: randomOrthogonal(randomSource(1), 4),
    lambda,
  });
  const sigmas = karrasSigmas(20);
  const trajectory = followTrajectory(g, scale(normal(randomSource(2), 8, 4), sigmas[0]), sigmas);

  it("are the law's residual of a Gaussian, exactly, from a start that is not all noise", () => {
    for (const { k, measured, theory, standardError } of modeDeviations(trajectory, g, [1, 2, 3, 4])) {
      measured.forEach((value, t) => assert.ok(Math.abs(value - theory[t]) < 1e-12, `${k}, ${t}: ${value}`));
      assert.ok(standardError.every((error) => error < 1e-12));
      assert.ok(k === 4 ? Math.max(...theory.map(Math.abs)) < 1e-3 : Math.min(...theory) < -0.05);
    }
  });

  it("refuses features that are none, and two trajectories, which a line always meets", () => {
    assert.throws(() => modeDeviations(trajectory, g, [5]), /feature 5, expected an integer from 1 to 4/);
    const two = { ...trajectory, states: trajectory.states.map((x) => rowRange(x, 0, 2)) };
    assert.throws(() => modeDeviations(two, g, [1]), /2 trajectories, expected at least 3/);
  });
});
