import assert from "node:assert/strict";
import { action, actionHessian } from "../../../src/analysis/symmetry/action.js";
import { attractorRow, distanceTo, exactAttractor, relativeSpread } from "../../../src/analysis/symmetry/attractor.js";
import { onsagerMachlup } from "../../../src/analysis/symmetry/lagrangian.js";
import { actionMinima, bentStarts, throughPoints } from "../../../src/analysis/symmetry/minima.js";
import { clockTimes, logClock, varianceClock } from "../../../src/analysis/symmetry/clock.js";
import { mostLikelyPath, straightGuess } from "../../../src/analysis/symmetry/mostLikelyPath.js";
import { extrapolated, refinement } from "../../../src/analysis/symmetry/refinement.js";
import { gaussianData, reverseDiffusion } from "../../../src/analysis/symmetry/reverseDiffusion.js";
import type { NoisySystem } from "../../../src/analysis/symmetry/system.js";
import {
  driftDiffusion,
  linearNetwork,
  ringAttractor,
  rotatingAttractor,
  threeAttractors,
} from "../../../src/analysis/symmetry/systems.js";
import { addScaled, identity, matrix, matrixFromRows, row, transpose } from "../../../src/math/matrix.js";
import { multiply } from "../../../src/math/multiply.js";
import { integrate, last, linspace } from "../../../src/math/ode.js";
import { randomSource } from "../../../src/math/random.js";
import { solve } from "../../../src/math/solve.js";
import { difference, product, quotient, sum } from "../../../src/math/taylor.js";

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
      assert.ok(found.error < 1e-9, `T = ${T}: ${found.error}`);
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
      assert.ok(found.error < 1e-9, `ω = ${omega}: ${found.error}`);
    }
  });

  it("goes where the closed form says, also about an attractor that turns", () => {
    const omega = 2;
    const exact = exactAttractor([-2, 2], [2, 2], 1, omega);
    const lagrangian = onsagerMachlup(rotatingAttractor({ omega }));
    const { times, points } = mostLikelyPath({ lagrangian, times: linspace(0, 1, 400), ...ends });
    times.forEach((t, k) =>
      exact.at(t).forEach((value, j) => assert.ok(Math.abs(value - row(points, k)[j]) < 1e-4, `${t}`)),
    );
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

  it("that begins and ends in one place is one minimum from all starts that lead there", () => {
    const lagrangian = onsagerMachlup(ringAttractor({ omega: 1 }));
    const problem = { lagrangian, times: linspace(0, 3, 40), from: [1, 0], to: [1, 0] };
    const found = actionMinima(problem, bentStarts(problem, 4, { size: 0.3, source: randomSource(1) }));
    assert.deepEqual(
      found.map(({ starts }) => starts),
      [[0, 1, 2, 3]],
    );
  });

  it("leaves a saddle, on which the straight start is, for a minimum beside it", () => {
    // L = ½ |v|² - 2 y² + y⁴: y falls into a valley at ±1, where it has nothing to gain from the straight path
    const valley = onsagerMachlup(
      { name: "valley", dimension: 2, drift: () => [0, 0], diffusion: () => 0.5 },
      { potential: ([, y]) => sum(product(-2, y, y), product(y, y, y, y)) },
    );
    const problem = { lagrangian: valley, times: linspace(0, 4, 40), from: [0, 0], to: [1, 0] };
    const straight = action(valley, { times: problem.times, points: straightGuess(problem) });
    assert.ok(straight.gradient.every((slope) => Math.abs(slope) < 1e-15));
    const [found, bent] = [
      mostLikelyPath(problem),
      mostLikelyPath(problem, { guess: throughPoints(problem, [[0.5, -1]]) }),
    ];
    assert.ok(found.action < straight.value - 1 && Math.abs(found.action - bent.action) < 1e-12, `${found.action}`);
    assert.ok(found.gradient < 1e-12);
  });

  it("stays where the system is defined, whatever the search tries", () => {
    // dx = (1 - x) dt + √(2 x) dW, x > 0: in u = 2 √x, D = 1 and f = 2 / u - u / 2
    const positive: NoisySystem = {
      name: "positive",
      dimension: 1,
      drift: ([x]) => [difference(1, x)],
      diffusion: ([x]) => x,
    };
    const root: NoisySystem = {
      ...positive,
      drift: ([u]) => [difference(quotient(2, u), product(0.5, u))],
      diffusion: () => 1,
    };
    for (const [from, to] of [
      [0.2, 5],
      [5, 0.2],
      [10, 0.1],
    ]) {
      const S = (system: NoisySystem, ends: { from: number[]; to: number[] }) => {
        const found = refinement({ lagrangian: onsagerMachlup(system), ...ends }, { from: 0, to: 0.5, N: 200 });
        return extrapolated(found, (path) => path.action);
      };
      const direct = S(positive, { from: [from], to: [to] });
      const other = S(root, { from: [2 * Math.sqrt(from)], to: [2 * Math.sqrt(to)] });
      assert.ok(Math.abs(direct / other - 1) < 1e-6, `${from} to ${to}: ${direct} and ${other}`);
    }
    const times = linspace(0, 1, 100);
    const near = mostLikelyPath({ lagrangian: onsagerMachlup(positive), times, from: [0.01], to: [5] });
    assert.ok(near.gradient < 1e-12 && near.points.values.every((x) => x > 0));
    assert.throws(
      () => mostLikelyPath({ lagrangian: onsagerMachlup(positive), times, from: [-1], to: [5] }),
      /D\[0\] of positive is -0.97 at t = 0.005, expected a positive number/,
    );
  });

  it("ends in a valley that is too flat to follow, and says how well it is known", () => {
    const lagrangian = onsagerMachlup(ringAttractor());
    const found = mostLikelyPath({ lagrangian, times: linspace(0, 40, 160), from: [1, 0], to: [-1, 0] });
    assert.ok(found.iterations < 200 && found.decrement < 1e-12 * found.action && found.gradient < 1e-6);
    assert.ok(Math.abs(found.action - 0.25065) < 1e-5); // ΔU / D = ¼, by the top of the hill
  });

  it("of a gradient costs the difference of potentials more upwards than downwards, to order 2", () => {
    const [D, U] = [0.7, (x: number, y: number) => x ** 4 / 4 + x * y * y + y * y];
    const gradient: NoisySystem = {
      name: "gradient",
      dimension: 2,
      drift: ([x, y]) => [sum(product(-1, x, x, x), product(-1, y, y)), sum(product(-2, x, y), product(-2, y))],
      diffusion: () => D,
    };
    const lagrangian = onsagerMachlup(gradient);
    const found = ([ax, ay]: number[], [bx, by]: number[]) =>
      refinement({ lagrangian, from: [ax, ay], to: [bx, by] }, { from: 0, to: 2, N: 25 });
    const [there, back] = [found([1, 0.5], [-0.4, 1]), found([-0.4, 1], [1, 0.5])];
    const action = (one: typeof there) => extrapolated(one, (path) => path.action);
    assert.ok(Math.abs(action(there) - action(back) - (U(-0.4, 1) - U(1, 0.5)) / D) < 1e-7);
  });

  it("has no order where every step size has it exactly, and an extrapolation by the order of its rule", () => {
    const free = { lagrangian: onsagerMachlup(driftDiffusion()), from: [0], to: [1] };
    assert.ok(Number.isNaN(refinement(free, { from: 0, to: 1, N: 10 }).order));
    const passing = { lagrangian: onsagerMachlup(rotatingAttractor()), ...ends, rule: "left" } as const;
    const S = extrapolated(refinement(passing, { from: 0, to: 1, N: 50 }), (path) => path.action);
    assert.ok(Math.abs(S / exactAttractor(ends.from, ends.to, 1).S - 1) < 1e-9, `${S}`);
  });

  it("past a single attractor has a closed form for short and long times, and where E or L is 0", () => {
    const long = exactAttractor([-2, 2], [2, 2], 800);
    assert.deepEqual([long.E, Math.abs(long.L), long.S], [0, 0, 4]);
    assert.ok(Math.abs(long.at(799)[1] / (2 * Math.exp(-1)) - 1) < 1e-14);
    assert.ok(Math.abs(exactAttractor([-2, 2], [2, 2], 1e-9).S / 4e9 - 1) < 1e-14); // 4 coth T
    assert.ok(attractorRow([1, 0], [2, 0], 1, { N: 20 }).error < 1e-11);
    assert.equal(relativeSpread(new Float64Array(3)), 0);
  });

  it("names what does not fit", () => {
    const lagrangian = onsagerMachlup(rotatingAttractor());
    const times = linspace(0, 1, 4);
    assert.throws(
      () => mostLikelyPath({ lagrangian, times, from: [NaN, 0], to: [1, 1] }),
      /an end or the guess is NaN/,
    );
    assert.throws(() => mostLikelyPath({ lagrangian, times: new Float64Array(0), ...ends }), /0 times, expected two/);
    assert.throws(() => action(lagrangian, { times, points: matrix(5, 3) }), /states of 3 coordinates, expected 2 for/);
    assert.throws(
      () => onsagerMachlup({ ...rotatingAttractor(), drift: () => [1] }).first(matrix(1, 2), matrix(1, 2), times),
      /the drift of single attractor has 1 coordinates and D 2, expected 2 of each/,
    );
    assert.throws(
      () => throughPoints({ times, from: [0, 0], to: [1, 1] }, [[0]]),
      /a point of 1 coordinates, expected 2/,
    );
    assert.throws(() => clockTimes(0, 1, 3, logClock), /t = NaN after 0, expected times that run from 0 to 1/);
    assert.throws(() => exactAttractor([0, 0], [1, 1], 0), /T is 0, expected a positive time/);
    assert.throws(
      () => distanceTo({ points: matrix(2, 2) }, [0]),
      /a point of 1 coordinates, expected 2 like the path/,
    );
    assert.throws(() => clockTimes(0, 1, 1.5), /1.5 steps, expected a positive integer/);
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
