import assert from "node:assert/strict";
import { decisionMinima, steadyState } from "../../../src/analysis/symmetry/decisions.js";
import { driftField } from "../../../src/analysis/symmetry/system.js";
import { rotatingAttractor, threeAttractors } from "../../../src/analysis/symmetry/systems.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
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
