import assert from "node:assert/strict";
import {
  bridgeComparison,
  passagePaths,
  pathsEndingAt,
  simulatePaths,
} from "../../../src/analysis/symmetry/conditionedPaths.js";
import { evidenceRows, evidenceSeries } from "../../../src/analysis/symmetry/evidence.js";
import { conditionedState } from "../../../src/analysis/symmetry/conditionedState.js";
import { lowerBoundProbability, lowerPassageProbability } from "../../../src/analysis/symmetry/passageProbability.js";
import { lowerPassageDensity, survivingDensity } from "../../../src/analysis/symmetry/passage.js";
import { equationOf } from "../../../src/analysis/symmetry/system.js";
import { driftDiffusion } from "../../../src/analysis/symmetry/systems.js";
import { reverseEquation } from "../../../src/diffusion/sampling/reverse.js";
import { clockTimes, varianceClock } from "../../../src/analysis/symmetry/clock.js";
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

  it("keep their digits at short and long times and next to the bounds", () => {
    const [low, high] = [-1 + 1e-9, 1 - 1e-9];
    // by the sum over mirror images with 40 digits: density of the passage, and of x₀ from 0.5 and of 0.2 from x₀
    for (const [x, t, passage, from, to] of [
      [0.5, 0.005, 2.7998377222431468e-95, 5.6417547898447536, 6.7567061949696355e-4],
      [0.5, 0.39, 0.11676945401308543, 0.46066199678205092, 0.48036887266761358],
      [0.5, 0.41, 0.12433244847307851, 0.43810258945959375, 0.46375763749686389],
      [0.5, 20, 8.3217456593824746e-12, 8.7046984590179016e-12, 1.1361775930714779e-11],
      [low, 0.005, 1.128350925944171e-6, 5.5996752866767074e-104, 8.8382315455842242e-69],
      [low, 0.39, 1.634806010666434e-9, 2.3353890144459337e-10, 6.9781682136988136e-10],
      [low, 20, 2.1477981945733081e-20, 1.6643490849719217e-20, 2.9324138023399419e-20],
      [high, 0.005, 2.8272831638146156e-177, 1.6473916718585584e-17, 2.6728449848639198e-34],
      [high, 0.1, 1.6597358492661789e-15, 3.7978650424214147e-9, 7.5914893719388685e-10],
      [high, 0.41, 1.65506855741207e-10, 1.1753047569150484e-9, 1.026229604686173e-9],
    ]) {
      const near = (seen: number, exact: number) =>
        assert.ok(Math.abs(seen / exact - 1) < 2e-13, `${x}, ${t}: ${seen}`);
      near(lowerPassageDensity(bounds, x, t), passage);
      near(survivingDensity(bounds, 0.5, x, t), from);
      near(survivingDensity(bounds, x, 0.2, t), to);
    }
    assert.equal(lowerPassageDensity(bounds, 0.5, 1e-12), 0);
    assert.equal(survivingDensity(bounds, 0.5, 1.5, 1), 0);
  });

  it("have probabilities at any times and drifts", () => {
    assert.ok(Math.abs(lowerPassageProbability(bounds, 0.5, 0.001, 0.1) / 1.80788524319687e-6 - 1) < 1e-13);
    for (const model of [bounds, { ...bounds, v: -30 }, { ...bounds, v: 30 }, { ...bounds, v: -1, sigma: 1e-3 }]) {
      const whole = lowerPassageProbability(model, 0.5, 0, Infinity) / lowerBoundProbability(model, 0.5);
      assert.ok(Math.abs(whole - 1) < 1e-10, `${model.v}: ${whole}`);
    }
    assert.equal(lowerBoundProbability({ ...bounds, v: -1000 }, 0.5), 1);
    assert.ok(Math.abs(lowerBoundProbability({ ...bounds, v: 3 }, 0.5) / 1.1726631224247565e-4 - 1) < 1e-13);
    assert.ok(Math.abs(lowerBoundProbability({ ...bounds, v: 1e-12 }, 0.5) - (0.25 - 3.75e-13)) < 1e-15);
    assert.equal(lowerPassageProbability(bounds, -1, 0, 1), 1);
    assert.equal(lowerPassageProbability(bounds, 1, 0, 1), 0);
  });

  it("have conditioned states whose density is narrow, or where hardly a path passes", () => {
    const state = (T: number, t: number) => conditionedState(bounds, { from: 0.5, at: T }, t);
    for (const [T, t, mean, sd] of [
      [1, 1e-4, 0.499831230831384, 0.00999761811464008],
      [1, 1 - 1e-5, -0.994953751061124, 0.00212959624265857],
      // a bridge far from the upper bound, of density times the distance from the lower one
      [1e-3, 5e-4, -0.25 + 2.5e-4 / 0.75, Math.sqrt(2.5e-4 - (2.5e-4 / 0.75) ** 2)],
    ]) {
      const found = state(T, t);
      assert.ok(Math.abs(found.mean - mean) < 1e-11 && Math.abs(found.sd / sd - 1) < 1e-9, JSON.stringify(found));
      assert.ok(Math.abs(found.mode - mean) < sd);
    }
    // long after and before: sin² of the lowest eigenfunction
    const still = state(1e4, 5e3);
    assert.ok(Math.abs(still.mean) < 1e-12 && Math.abs(still.sd - Math.sqrt(1 / 3 - 2 / Math.PI ** 2)) < 1e-12);
    // bridges do not know the drift
    const strong = conditionedState({ ...bounds, v: -100 }, { from: 0.5, at: 1 }, 0.5);
    assert.ok(Math.abs(strong.mean - state(1, 0.5).mean) < 1e-9);
  });

  it("name what makes none", () => {
    assert.throws(() => lowerBoundProbability(bounds, 5), /x₀ is 5, expected a state between -1 and 1/);
    assert.throws(() => lowerPassageDensity({ ...bounds, sigma: 0 }, 0, 1), /σ 0, bounds at -1 and 1, expected/);
    assert.throws(() => lowerPassageDensity({ ...bounds, v: NaN }, 0, 1), /v is NaN/);
    assert.throws(() => conditionedState(bounds, { from: 1, at: 1 }, 0.5), /x₀ is 1, a bound/);
    assert.throws(() => lowerPassageProbability(bounds, 0, 2, 1), /times from 2 to 1, expected/);
    const options = { source: randomSource(1), count: 3, from: -3, dt: 0.01, steps: 5, window: [0, 1] } as const;
    assert.throws(() => passagePaths(bounds, options), /passagePaths: x₀ is -3, expected a state between -1 and 1/);
    const never = passagePaths(bounds, { ...options, from: 0.5 });
    assert.equal(never.states[0].rows, 0);
    assert.throws(() => evidenceRows(never, { from: 0.5, to: -1, T: 0.05 }), /evidenceRows: 0 paths of 1 dimensions/);
    const simulated = { source: randomSource(1), count: 3, from: [0], times: linspace(0, 1, 4) };
    assert.throws(() => simulatePaths(equationOf(driftDiffusion()), { ...simulated, every: 0 }), /every is 0/);
    const free = simulatePaths(equationOf(driftDiffusion()), simulated);
    assert.throws(() => pathsEndingAt(free, [0, 1], 1), /an end of 2 coordinates, expected 1 like the paths/);
    assert.throws(() => bridgeComparison(pathsEndingAt(free, [99], 0.1), (t) => t), /bridgeComparison: 0 paths/);
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
