import assert from "node:assert/strict";
import { action, actionHessian } from "../../../src/analysis/symmetry/action.js";
import { exactAttractor, attractorRow } from "../../../src/analysis/symmetry/attractor.js";
import { onsagerMachlup } from "../../../src/analysis/symmetry/lagrangian.js";
import { actionMinima, bentStarts, throughPoints } from "../../../src/analysis/symmetry/minima.js";
import {
  clockTimes,
  logClock,
  mostLikelyPath,
  straightGuess,
  varianceClock,
} from "../../../src/analysis/symmetry/mostLikelyPath.js";
import { extrapolated, refinement } from "../../../src/analysis/symmetry/refinement.js";
import { gaussianData, reverseDiffusion } from "../../../src/analysis/symmetry/reverseDiffusion.js";
import type { NoisySystem } from "../../../src/analysis/symmetry/system.js";
import { linearNetwork, rotatingAttractor, threeAttractors } from "../../../src/analysis/symmetry/systems.js";
import { addScaled, identity, matrix, matrixFromRows, row, transpose } from "../../../src/math/matrix.js";
import { multiply } from "../../../src/math/multiply.js";
import { integrate, last, linspace } from "../../../src/math/ode.js";
import { randomSource } from "../../../src/math/random.js";
import { solve } from "../../../src/math/solve.js";
import { product, sum } from "../../../src/math/taylor.js";

describe("The most likely path", () => {
  const ends = { from: [-2, 2], to: [2, 2] } as const;

  it("past a single attractor has the energy, angular momentum and action of the closed form", () => {
    // digits of an independent calculation
    const tables = [
      { T: 1, E: 11.584986575461, L: -6.807345025915, S: 5.25214114, nearest: 1.773638 },
      { T: 10, E: 1.31914e-7, L: -7.26399e-4, S: 4.00000002, nearest: 0.026951 },
    ];
    for (const { T, E, L, S, nearest } of tables) {
      const exact = exactAttractor([-2, 2], [2, 2], T);
      assert.ok(Math.abs(exact.E / E - 1) < 5e-6 && Math.abs(exact.L / L - 1) < 1e-6 && Math.abs(exact.S - S) < 5e-9);
      const found = attractorRow([-2, 2], [2, 2], T, { N: 200 });
      assert.ok(found.error! < 1e-9, `T = ${T}: ${found.error}`);
      assert.ok(Math.abs(found.nearest - nearest) < 2e-5, `${found.nearest}`);
    }
  });

  it("of a non-gradient drift has those of the transition density", () => {
    for (const [omega, E, L, S] of [
      [1, 4.81788795, -1.83901212, 8.116233],
      [3, 13.63576276, 3.36961025, 5.732467],
    ]) {
      const found = attractorRow([-2, 2], [2, 2], 1, { omega, N: 100 });
      assert.ok(Math.abs(found.E / 4 - E) < 1e-8 * E && Math.abs(found.L / 2 - L) < 1e-8 * Math.abs(L));
      assert.ok(Math.abs(found.S - S) < 5e-7);
    }
  });

  it("has minus the exponent of the transition density as its action, for any linear drift in three dimensions", () => {
    const F = matrixFromRows([
      [-1, 0.5, 0.2],
      [-0.7, -0.3, 0.4],
      [0.1, 0.3, -0.8],
    ]);
    const [T, from, to] = [1.5, matrixFromRows([[1], [-0.5], [0.3]]), matrixFromRows([[-0.4], [0.8], [1.2]])];
    const times = linspace(0, T, 400);
    const mean = last(integrate((x) => multiply(F, x), from, times));
    // dQ/dt = F Q + Q Fᵀ + 2, the covariance
    const rate = (Q: typeof F) =>
      addScaled(addScaled(multiply(F, Q), 1, transpose(multiply(F, transpose(Q)))), 2, identity(3));
    const Q = last(integrate(rate, matrix(3, 3), times));
    const away = addScaled(to, -1, mean);
    const exponent = multiply(transpose(away), solve(Q, away)).values[0] / 2;
    const found = refinement(
      { lagrangian: onsagerMachlup(linearNetwork(F)), from: from.values, to: to.values },
      { from: 0, to: T, N: 25 },
    );
    assert.ok(Math.abs(found.order - 2) < 0.2, `order ${found.order}`);
    assert.ok(Math.abs(extrapolated(found, (path) => path.action) / exponent - 1) < 1e-9);
  });

  it("with noise that grows in time has the action of its transition density, from either end", () => {
    // f = -a x, D = t: an independent calculation gives .170967
    const growing: NoisySystem = { ...linearNetwork(matrix(1, 1, Float64Array.of(-0.7))), diffusion: (_, t) => t };
    const found = refinement(
      { lagrangian: onsagerMachlup(growing), from: [1], to: [-0.5] },
      { from: 0.3, to: 2, N: 50, clock: varianceClock },
    );
    const S = extrapolated(found, (path) => path.action);
    assert.ok(Math.abs(S - 0.170967) < 5e-7, `${S}`);
    assert.ok(Math.abs(found.order - 2) < 0.2);
  });

  it("is of order 2 by the midpoint's rule and of order 1 by the left one's", () => {
    for (const [rule, order] of [
      ["midpoint", 2],
      ["left", 1],
    ] as const) {
      const lagrangian = onsagerMachlup(threeAttractors({ n: 0.3 }));
      const found = refinement(
        { lagrangian, from: [3, 0.1], to: [0.1, 3], rule },
        { from: 0, to: 2, N: 200, doublings: 2 },
      );
      assert.ok(Math.abs(found.order - order) < 0.2, `${rule}: ${found.order}`);
    }
  });

  it("has derivatives of the action that differences confirm, with the divergence and with D of x", () => {
    const curved: NoisySystem = {
      name: "curved",
      dimension: 2,
      drift: ([x, y], t) => [product(x, y), sum(product(-1, x, x, x), product(t, y))],
      diffusion: ([x, y]) => [sum(1, product(0.1, x, x)), sum(2, product(0.2, y))],
    };
    const reverse = reverseDiffusion(gaussianData([0.3, 0], matrixFromRows([[1, 0.4], [0.4, 0.5]]))); // prettier-ignore
    for (const [lagrangian, times] of [
      [onsagerMachlup(curved), linspace(0, 1, 4)],
      [onsagerMachlup(threeAttractors({ n: 0.5 }), { divergence: true }), linspace(0, 1, 4)],
      [onsagerMachlup(reverse, { divergence: true }), linspace(2, 1, 4)],
    ] as const)
      for (const rule of ["midpoint", "left"] as const) {
        const points = matrix(5, 2, Float64Array.of(0.1, 0.4, 0.6, 0.2, 0.9, 1.1, 0.3, 0.8, 0.5, 0.6));
        const at = (i: number, step: number) => {
          const moved = points.values.slice();
          moved[2 + i] += step;
          return action(lagrangian, { times, points: { ...points, values: moved } }, rule);
        };
        const { gradient } = at(0, 0);
        const { diagonal, above } = actionHessian(lagrangian, { times, points }, rule);
        const h = 1e-5;
        for (let i = 0; i < 6; i++) {
          const [up, down] = [at(i, h), at(i, -h)];
          assert.ok(Math.abs((up.value - down.value) / (2 * h) - gradient[i]) < 1e-6);
          const [k, a] = [Math.floor(i / 2), i % 2];
          for (let j = 0; j < 6; j++) {
            const [m, b] = [Math.floor(j / 2), j % 2];
            const block = m === k ? diagonal[k][2 * a + b] : m === k + 1 ? above[k][2 * a + b] : m === k - 1 ? above[m][2 * b + a] : 0; // prettier-ignore
            assert.ok(Math.abs((up.gradient[j] - down.gradient[j]) / (2 * h) - block) < 1e-6, `${i}, ${j}`);
          }
        }
      }
  });

  it("of several minima finds each from its starts and ranks them", () => {
    const lagrangian = onsagerMachlup(threeAttractors({ n: 0.1 }));
    const problem = { lagrangian, times: linspace(0, 10, 200), from: [3, 0.1], to: [0.1, 3] };
    const starts = [throughPoints(problem, [[1.25, 1.25]], { rest: 0.6 }), straightGuess(problem)];
    const found = actionMinima(problem, starts);
    assert.deepEqual(
      found.map(({ starts }) => starts),
      [[1], [0]],
    );
    assert.ok(found[1].action > 1.5 * found[0].action);
    for (const { gradient } of found) assert.ok(gradient < 1e-12);
    const [bent, same] = bentStarts(problem, 2, { size: 1, source: randomSource(3) });
    assert.notDeepEqual(bent.values, same.values);
    for (const { points } of [bent, same].map((points) => ({ points }))) {
      assert.deepEqual([...row(points, 0)], [3, 0.1]);
      assert.ok(Math.abs(row(points, 200)[1] - 3) < 1e-12);
    }
  });

  it("is a straight line in the clock of its noise where there is no drift, at every clock's times", () => {
    const still: NoisySystem = { name: "still", dimension: 1, drift: () => [0], diffusion: (_, t) => t };
    const times = clockTimes(0.5, 4, 20, varianceClock);
    const { points } = mostLikelyPath({ lagrangian: onsagerMachlup(still), times, from: [0], to: [1] });
    points.values.forEach((value, k) => assert.ok(Math.abs(value - k / 20) < 1e-12));
    const logs = clockTimes(0.5, 4, 3, logClock);
    assert.deepEqual(
      [...logs].map((t) => Number(t.toFixed(12))),
      [0.5, 1, 2, 4],
    );
  });

  it("names what does not fit", () => {
    const lagrangian = onsagerMachlup(rotatingAttractor());
    assert.throws(
      () => mostLikelyPath({ lagrangian, times: linspace(0, 1, 4), from: [0], to: [1, 1] }),
      /ends of 1 and 2 coordinates and a guess of 5 × 1, expected 2, 2 and 5 × 2/,
    );
    assert.throws(
      () => mostLikelyPath({ lagrangian, times: linspace(1, 0, 4), ...ends }),
      /action: times run down, expected increasing ones for single attractor/,
    );
    assert.throws(
      () => mostLikelyPath({ lagrangian, times: Float64Array.of(0, 2, 1), ...ends }),
      /t = 1 after 2, expected times that all run one way/,
    );
    const noisy: NoisySystem = { ...rotatingAttractor(), diffusion: ([x]) => sum(1, product(x, x)) };
    assert.throws(
      () =>
        mostLikelyPath({ lagrangian: onsagerMachlup(noisy, { divergence: true }), times: linspace(0, 1, 4), ...ends }),
      /D\[0\] of single attractor depends on x, expected one that does not where the divergence is asked for/,
    );
    const silent: NoisySystem = { ...rotatingAttractor(), diffusion: () => 0 };
    assert.throws(
      () => onsagerMachlup(silent).first(matrix(1, 2), matrix(1, 2), Float64Array.of(0)),
      /D\[0\] of single attractor is 0 at t = 0, expected a positive number/,
    );
  });
});
