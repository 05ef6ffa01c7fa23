import assert from "node:assert/strict";
import { modeDeviations, modeSlope } from "../../../src/analysis/trajectories/modeDeviation.js";
import { followTrajectory } from "../../../src/analysis/trajectories/trajectory.js";
import { gaussianFromSpectrum } from "../../../src/diffusion/distributions/gaussian.js";
import { karrasSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import { rowRange } from "../../../src/math/rowBlocks.js";
import { addScaled, scale } from "../../../src/math/matrix.js";
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
    for (const { k, measured, theory, standardError, ratio } of modeDeviations(trajectory, g, [1, 2, 3, 4])) {
      measured.forEach((value, t) => assert.ok(Math.abs(value - theory[t]) < 1e-12, `${k}, ${t}: ${value}`));
      assert.ok(standardError.every((error) => error < 1e-12));
      assert.ok(Math.abs(ratio - 1) < 1e-6);
      assert.ok(k === 4 ? Math.max(...theory.map(Math.abs)) < 1e-3 : Math.min(...theory) < -0.05);
    }
  });

  it("are 0, in ratio too, of a rotation", () => {
    const [noise, end] = [trajectory.states[0], trajectory.states[20]];
    const start = scale(noise, 1 / Math.hypot(1, sigmas[0]));
    const states = [noise, ...Array.from(sigmas.subarray(1), (sigma) => addScaled(end, sigma, start))];
    for (const { measured, ratio } of modeDeviations({ ...trajectory, states }, g, [1, 2, 3])) {
      assert.ok(measured.subarray(1).every((value) => Math.abs(value) < 1e-12));
      assert.ok(Math.abs(ratio) < 1e-2); // at the start the law leaves α_T x_0
    }
  });

  it("have the slope 1 over features of a Gaussian, 0 where all deviate alike, and of noise its own error", () => {
    const all = modeDeviations(trajectory, g, [1, 2, 3, 4]);
    assert.ok(Math.abs(modeSlope(all, 0.3).value - 1) < 1e-10);
    const alike = all.map((one) => ({ ...one, measured: all[1].theory }));
    assert.ok(Math.abs(modeSlope(alike, 0.3).value) < 1e-10);
    // points (0, 0), (1, 1), (2, 0): the slope 0 with s² = (2/3)/1 over Σ (x - 1)² = 2
    const three = [0, 1, 2].map((x) => ({ ...all[0], alphaBar: Float64Array.of(0.3), theory: Float64Array.of(x) }));
    const uneven = three.map((one, x) => ({ ...one, measured: Float64Array.of(x % 2) }));
    const { value, standardError } = modeSlope(uneven, 0.3);
    assert.ok(Math.abs(value) < 1e-15 && Math.abs(standardError - Math.sqrt(1 / 3)) < 1e-12);
    assert.throws(() => modeSlope(all.slice(2), 0.3), /2 features, expected at least 3/);
  });

  it("refuses features that are none, and two trajectories, which a line always meets", () => {
    assert.throws(() => modeDeviations(trajectory, g, [5]), /feature 5, expected an integer from 1 to 4/);
    const two = { ...trajectory, states: trajectory.states.map((x) => rowRange(x, 0, 2)) };
    assert.throws(() => modeDeviations(two, g, [1]), /2 trajectories, expected at least 3/);
  });
});
