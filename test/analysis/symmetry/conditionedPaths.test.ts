import assert from "node:assert/strict";
import {
  bridgeComparison,
  passagePaths,
  pathsEndingAt,
  simulatePaths,
} from "../../../src/analysis/symmetry/conditionedPaths.js";
import { evidenceRows, evidenceSeries } from "../../../src/analysis/symmetry/evidence.js";
import {
  conditionedState,
  lowerBoundProbability,
  lowerPassageDensity,
  lowerPassageProbability,
  survivingDensity,
} from "../../../src/analysis/symmetry/passage.js";
import { equationOf } from "../../../src/analysis/symmetry/system.js";
import { driftDiffusion } from "../../../src/analysis/symmetry/systems.js";
import { reverseEquation } from "../../../src/diffusion/sampling/reverse.js";
import { clockTimes, varianceClock } from "../../../src/analysis/symmetry/mostLikelyPath.js";
import { gaussianMixture } from "../../../src/diffusion/distributions/mixture.js";
import { isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { zScore } from "../../../src/math/estimate.js";
import { linspace } from "../../../src/math/ode.js";
import { randomSource } from "../../../src/math/random.js";

const bounds = { v: 0.1, sigma: 1, lower: -1, upper: 1 };

describe("First passages of a drift-diffusion model", () => {
  it("have the probabilities and conditioned states of an independent calculation", () => {
    assert.ok(Math.abs(lowerPassageProbability(bounds, 0.5, 0.95, 1) - 0.006597) < 5e-7);
    assert.ok(Math.abs(lowerPassageProbability(bounds, 0.5, 0.925, 1) - 0.01001) < 5e-7);
    assert.ok(Math.abs(lowerBoundProbability(bounds, 0.5) - 0.213838) < 5e-7);
    for (const [t, mean, mode, sd] of [
      [0.1, 0.3396, 0.3735, 0.252],
      [0.25, 0.1649, 0.2165, 0.326],
      [0.5, -0.0346, -0.0515, 0.35],
      [0.75, -0.2649, -0.3335, 0.3],
      [0.9, -0.5114, -0.5655, 0.205],
    ]) {
      const state = conditionedState(bounds, { from: 0.5, at: 1 }, t);
      assert.ok(Math.abs(state.mean - mean) < 6e-5 && Math.abs(state.sd - sd) < 6e-4, `${t}: ${JSON.stringify(state)}`);
      assert.ok(Math.abs(state.mode - mode) < 6e-4, `${t}: ${state.mode}`); // given on a grid
    }
  });

  it("add up: who passes within any time is who ever passes, and the others survive or pass above", () => {
    const late = lowerPassageProbability(bounds, 0.5, 0.01, 4) + lowerPassageProbability(bounds, 0.5, 4, 30);
    assert.ok(Math.abs(late - lowerBoundProbability(bounds, 0.5)) < 1e-9);
    // the flux at the bound, ½ σ² ∂p/∂x
    const h = 1e-4;
    const flux = (0.5 * survivingDensity(bounds, 0.5, -1 + h, 0.7)) / h;
    assert.ok(Math.abs(flux / lowerPassageDensity(bounds, 0.5, 0.7) - 1) < 2e-4);
    assert.equal(lowerBoundProbability({ ...bounds, v: 0 }, 0.5), 0.25);
    assert.throws(() => lowerPassageDensity(bounds, 0.5, 0), /t is 0, expected a positive time/);
    assert.throws(() => conditionedState(bounds, { from: 0, at: 1 }, 1), /t is 1, expected a time between 0 and 1/);
  });

  it("are as many in a simulation, and their mean is the exact one and not the straight line", () => {
    const found = passagePaths(bounds, {
      source: randomSource(1),
      count: 40_000,
      from: 0.5,
      dt: 0.0025,
      steps: 400,
      window: [0.9525, 1],
    });
    const n = found.states[0].rows;
    // discrete monitoring moves the bounds out by 0.5826 σ √dt (Broadie, Glasserman and Kou, 1997)
    const shift = 0.5826 * Math.sqrt(0.0025);
    const moved = { ...bounds, lower: -1 - shift, upper: 1 + shift };
    const p = lowerPassageProbability(moved, 0.5, 0.95, 1);
    assert.ok(Math.abs(n - 40_000 * p) < 4 * Math.sqrt(40_000 * p), `${n}, expected ${40_000 * p}`);
    const rows = evidenceRows(found, { from: 0.5, to: -1, T: 0.975, bounds: moved, every: 50 });
    for (const { simulated, exact, t } of rows.slice(0, 5))
      assert.ok(Math.abs(zScore(simulated, exact!)) < 4, `${t}: ${simulated.value} and ${exact}`);
    assert.ok(zScore(rows[3].simulated, rows[3].line) > 6);
    const series = evidenceSeries(found, rows, { from: 0.5, to: -1, T: 0.975, paths: 3 });
    assert.deepEqual(
      series.map(({ name }) => name),
      ["some paths", "momentum conserved", "simulated mean", "exact mean", "exact mode"],
    );
    for (const { x, y } of series) assert.equal(x.length, y.length);
  });

  it("without bounds are Brownian bridges about the straight line", () => {
    const all = simulatePaths(equationOf(driftDiffusion()), {
      source: randomSource(2),
      count: 20_000,
      from: [0.5],
      times: linspace(0, 1, 20),
      every: 5,
    });
    const chosen = pathsEndingAt(all, [-1], 0.1);
    assert.ok(chosen.states[0].rows > 300 && chosen.states[0].rows < 700);
    assert.deepEqual([...chosen.times], [0, 0.25, 0.5, 0.75, 1]);
    for (const { deviation, square } of bridgeComparison(chosen, (t) => t))
      assert.ok(Math.abs(zScore(deviation, 0)) < 4 && Math.abs(zScore(square, 1)) < 4);
    for (const { simulated, line } of evidenceRows(chosen, { from: 0.5, to: -1, T: 1 }))
      assert.ok(Math.abs(zScore(simulated, line)) < 4);
  });

  it("of the reverse diffusion of two clusters are Brownian bridges in σ² between fixed ends", () => {
    const mixture = gaussianMixture(
      [0.5, 0.5],
      [-1, 1].map((mean) => isotropicGaussian(Float64Array.of(mean), 0.09)),
    );
    const all = simulatePaths(reverseEquation(mixture), {
      source: randomSource(3),
      count: 10_000,
      from: [1],
      times: clockTimes(2, 0.1, 100, varianceClock),
      every: 25,
    });
    const chosen = pathsEndingAt(all, [1], 0.1);
    assert.ok(chosen.states[0].rows > 800);
    for (const { deviation, square } of bridgeComparison(chosen, (sigma) => sigma ** 2))
      assert.ok(Math.abs(zScore(deviation, 0)) < 4 && Math.abs(zScore(square, 1)) < 4);
  });
});
