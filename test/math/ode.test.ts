import assert from "node:assert/strict";
import { matrixFromRows, relativeError } from "../../src/math/matrix.js";
import {
  convergence,
  euler,
  heun,
  integrate,
  last,
  linspace,
  observedOrder,
  rk4,
  type Field,
} from "../../src/math/ode.js";
import { multiply } from "../../src/math/multiply.js";

const methods = { euler, heun, rk4 };
/** dx/dt = t-dependent rotation: x(t) = R(t²/2) x(0) */
const turning: Field = (x, t) =>
  multiply(
    x,
    matrixFromRows([
      [0, t],
      [-t, 0],
    ]),
  );
const turned = (angle: number) => matrixFromRows([[Math.cos(angle), Math.sin(angle)]]);

describe("integrate", () => {
  const start = matrixFromRows([[1, 0]]);

  for (const [name, method] of Object.entries(methods)) {
    it(`converges at order ${method.order} with ${name}`, () => {
      const { order } = convergence(turning, start, turned(2), { from: 0, to: 2, steps: [64, 128, 256], method });
      assert.ok(Math.abs(order - method.order) < 0.2, `order ${order}`);
    });

    it(`is exact with ${name} where the solution is a polynomial in t of its order`, () => {
      const { order } = method;
      const end = last(
        integrate((_, t) => matrixFromRows([[order * t ** (order - 1)]]), matrixFromRows([[1]]), [1, 3], method),
      );
      assert.ok(Math.abs(end.values[0] - 3 ** order) < 1e-12 * 3 ** order, `x(3) = ${end.values[0]}`);
    });

    it(`has weights and rows of ${name} that sum to what consistency asks`, () => {
      assert.ok(Math.abs(method.b.reduce((sum, value) => sum + value) - 1) < 1e-15);
      method.a.forEach((weights, i) =>
        assert.equal(
          weights.reduce((sum, value) => sum + value),
          method.c[i + 1],
        ),
      );
    });
  }

  it("yields the state at every time, the given one first", () => {
    const path = [...integrate(turning, start, linspace(0, 2, 100))];
    assert.equal(path.length, 101);
    assert.equal(path[0], start);
    assert.ok(relativeError(path[50], turned(0.5)) < 1e-6);
  });

  it("comes back when the times run back", () => {
    const there = last(integrate(turning, start, linspace(0, 2, 200)));
    assert.ok(relativeError(last(integrate(turning, there, linspace(2, 0, 200))), start) < 1e-8);
  });

  it("refuses no times, times that are not numbers and a state that overflows", () => {
    assert.throws(() => last(integrate(turning, start, [])), /^RangeError: integrate: no times, expected at least/);
    assert.throws(
      () => last(integrate(turning, start, [0, NaN])),
      /^RangeError: integrate: times\[1\] is NaN, expected a finite number$/,
    );
    assert.throws(
      () => last(integrate(() => matrixFromRows([[NaN, 0]]), start, [0, 1])),
      /^RangeError: integrate: the state is not finite at times\[1\] = 1; take smaller steps/,
    );
    assert.throws(() => last([]), /^RangeError: last: the process yields nothing$/);
    assert.throws(() => linspace(0, 1, 0), /^RangeError: linspace: 0 steps, expected a positive integer$/);
  });
});

describe("observedOrder", () => {
  it("is the exponent of a power law", () => {
    assert.ok(Math.abs(observedOrder([1, 0.5, 0.1], [3, 3 * 0.5 ** 2.5, 3 * 0.1 ** 2.5]) - 2.5) < 1e-12);
  });

  it("refuses an error of 0 and a single size", () => {
    assert.throws(
      () => observedOrder([1, 0.5], [1, 0]),
      /^RangeError: observedOrder: a step size or error is 0, expected positive numbers; an error of 0 has no order$/,
    );
    assert.throws(
      () => observedOrder([1], [1]),
      /^RangeError: observedOrder: 1 step sizes and 1 errors, expected two or more of each$/,
    );
  });
});
