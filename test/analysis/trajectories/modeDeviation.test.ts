import assert from "node:assert/strict";
import { modeDeviations, modeSlope } from "../../../src/analysis/trajectories/modeDeviation.js";
import { followTrajectory } from "../../../src/analysis/trajectories/trajectory.js";
import { gaussianFromSpectrum } from "../../../src/diffusion/distributions/gaussian.js";
import { karrasSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import { rowRange } from "../../../src/math/rowBlocks.js";
import { addScaled, scale, takeRows } from "../../../src/math/matrix.js";
import { randomOrthogonal } from "../../../src/math/qr.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { variance } from "../../../src/math/stats.js";

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

  it("have the slope 1 over features of a Gaussian, and 0 where all deviate alike", () => {
    const exact = modeSlope(trajectory, g, 4, 0.3);
    assert.ok(Math.abs(exact.value - 1) < 1e-10 && exact.standardError < 1e-10);
    const [noise, end] = [trajectory.states[0], trajectory.states[20]];
    const states = Array.from(sigmas, (sigma) => addScaled(end, (1.1 * sigma) / Math.hypot(1, sigmas[0]), noise));
    states[0] = noise;
    const alike = modeSlope({ ...trajectory, states }, g, 4, 0.3);
    assert.ok(Math.abs(alike.value) < 1e-10 && alike.standardError < 1e-10);
  });

  it("have the standard error of slopes without one trajectory each", () => {
    const states = trajectory.states.map((x, t) => addScaled(x, 0.1, normal(randomSource(t + 3), 8, 4)));
    const slopeOf = (rows: number[]) => {
      const kept = { ...trajectory, states: states.map((x) => takeRows(x, rows)) };
      return modeSlope(kept, g, 4, 0.3).value;
    };
    const all = [...states[0].values.keys()].slice(0, 8);
    const without = all.map((left) => slopeOf(all.filter((n) => n !== left)));
    const { value, standardError, count } = modeSlope({ ...trajectory, states }, g, 4, 0.3);
    assert.ok(Math.abs(value - slopeOf(all)) < 1e-14 && count === 8);
    const error = Math.sqrt((7 / 8) * 7 * variance(without));
    assert.ok(error > 0.01 && Math.abs(standardError / error - 1) < 1e-9, `${standardError}, ${error}`);
  });

  it("refuses features that are none, and two trajectories, which a line always meets", () => {
    assert.throws(() => modeDeviations(trajectory, g, [5]), /feature 5, expected an integer from 1 to 4/);
    const two = { ...trajectory, states: trajectory.states.map((x) => rowRange(x, 0, 2)) };
    assert.throws(() => modeDeviations(two, g, [1]), /2 trajectories, expected at least 3/);
    assert.throws(() => modeSlope(two, g, 4, 0.3), /2 trajectories, expected at least 3/);
    for (const count of [2, 5])
      assert.throws(() => modeSlope(trajectory, g, count, 0.3), /[25] features, expected from 3 to 4/);
  });
});
