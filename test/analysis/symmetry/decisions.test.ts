import assert from "node:assert/strict";
import { simulatePaths } from "../../../src/analysis/symmetry/conditionedPaths.js";
import { decisionAttractors, decisionMinima, steadyState } from "../../../src/analysis/symmetry/decisions.js";
import { speedSeries } from "../../../src/analysis/symmetry/speed.js";
import { driftField, equationOf } from "../../../src/analysis/symmetry/system.js";
import { rotatingAttractor, threeAttractors } from "../../../src/analysis/symmetry/systems.js";
import { matrixFromRows, row } from "../../../src/math/matrix.js";
import { randomSource } from "../../../src/math/random.js";

describe("Transitions between decisions", () => {
  it("have the actions of an independent calculation, direct when short and by the third attractor when long", () => {
    const options = { source: randomSource(1), N: 200 };
    for (const [n, T, action, near] of [
      [0.1, 1, 8.869, false],
      [0.3, 1, 8.601, false],
      [0.3, 10, 1.1954, true], // 1.194 by the left rule with 800 steps
    ] as const) {
      const [found] = decisionMinima(T, { ...options, n });
      assert.ok(Math.abs(found.action / action - 1) < 5e-4, `${n}, ${T}: ${found.action}`);
      assert.equal(found.nearest < 0.3, near);
      assert.ok(found.spread < 0.01 && found.starts === "4 of 4");
    }
  });

  it("go at the speed that their energy has left beside the drift", () => {
    const [transition] = decisionMinima(10, { source: randomSource(1), N: 400 });
    const [speed, byEnergy] = speedSeries([transition]);
    assert.ok(speed.x.length === 100 && byEnergy.x.length === 20 && byEnergy.like === speed.name);
    byEnergy.x.forEach((share, k) => {
      const at = speed.x.findIndex((other) => Math.abs(other - share) < 1e-9);
      assert.ok(Math.abs(byEnergy.y[k] / speed.y[at] - 1) < 1e-3, `${share}: ${byEnergy.y[k]}, ${speed.y[at]}`);
    });
    assert.ok(Math.min(...speed.y) ** 2 > 1.9 * transition.E);
  });

  it("have many minima where the sigmoids are steps and the rule is the left one", () => {
    const found = decisionMinima(1, { source: randomSource(1), N: 49, n: 0.01, rule: "left" });
    assert.ok(found.length > 1 && found[0].action < 9.0175);
    found.slice(1).forEach(({ action }, i) => assert.ok(action >= found[i].action));
  });
});

describe("The three-attractor model", () => {
  it("has its fixed points", () => {
    const fixed = matrixFromRows([[3.25, 0.35], [0.35, 3.25], [2.35, 2.35], [1.25, 1.25]]); // prettier-ignore
    for (const value of driftField(threeAttractors())(fixed, 0).values) assert.ok(Math.abs(value) < 1e-9);
  });

  it("comes to rest at its attractors, which wide sigmoids draw together", () => {
    for (const [n, undecided] of [
      [0.01, 2.35],
      [0.3, 2.27205018], // by another solver
    ]) {
      const attractors = decisionAttractors(n);
      for (const value of driftField(threeAttractors({ n }))(attractors, 0).values) assert.ok(Math.abs(value) < 1e-12);
      for (const value of row(attractors, 2)) assert.ok(Math.abs(value - undecided) < 1e-8, `${n}: ${value}`);
    }
  });

  it("has steps where the sigmoids have no width, and sigmoids of none below", () => {
    const drift = driftField(threeAttractors({ n: 0 }))(matrixFromRows([[1.5, 1]]), 0); // prettier-ignore
    assert.deepEqual([...drift.values], [1.25 + 1 - 1.5, 1.25 - 0.45 - 1]);
    assert.throws(() => threeAttractors({ n: -1 }), /n is -1, expected a width of at least 0/);
  });

  it("is simulated at states of its dimension", () => {
    const at = { source: randomSource(1), count: 2, from: [0, 0, 0], times: Float64Array.of(0, 1) };
    assert.throws(() => simulatePaths(equationOf(threeAttractors()), at), /2 coordinates at states of 3/);
    const silent = equationOf(rotatingAttractor({ D: -1 }));
    assert.throws(() => simulatePaths(silent, { ...at, from: [0, 0] }), /D is -1 at t = 0, expected at least 0/);
  });

  it("has a steady state of which most is at the two decisions", () => {
    const { x, y, z } = steadyState(threeAttractors(), [0, 0], {
      source: randomSource(2),
      count: 200,
      duration: 20,
      dt: 0.05,
      range: [-1, 5],
      cells: 20,
    });
    let decided = 0;
    let total = 0;
    z.forEach((count, at) => {
      const [i, j] = [at % x.length, Math.floor(at / x.length)];
      total += count;
      if (Math.abs(x[i] - y[j]) > 1.5) decided += count;
    });
    assert.ok(total > 1000 && decided / total > 0.8, `${decided} of ${total}`);
  });

  it("counts as the exact density where that is known: the single attractor's N(0, D)", () => {
    const { x, z } = steadyState(rotatingAttractor({ D: 0.25 }), [0, 0], {
      source: randomSource(3),
      count: 400,
      duration: 12,
      dt: 0.02,
      range: [-3, 3],
      cells: 30,
    });
    let [total, square] = [0, 0];
    z.forEach((count, at) => {
      total += count;
      square += count * x[at % 30] ** 2;
    });
    // 400 independent paths, each of several relaxation times; cells add width² / 12
    assert.ok(Math.abs(square / total - 0.25 - 0.04 / 12) < 4 * 0.25 * Math.sqrt(2 / 400), String(square / total));
  });
});
