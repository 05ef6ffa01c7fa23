import assert from "node:assert/strict";
import { conjugateGradient } from "../../src/math/conjugateGradient.js";
import { minimize, type Objective } from "../../src/math/lbfgs.js";
import { matrix, type Matrix } from "../../src/math/matrix.js";
import { last } from "../../src/math/ode.js";
import { multiply } from "../../src/math/multiply.js";
import { normal, randomSource } from "../../src/math/random.js";
import { solve } from "../../src/math/solve.js";
import { covariance } from "../../src/math/stats.js";
import { assertClose } from "../helpers/close.js";

const asMap = (a: Matrix) => (v: Float64Array) => multiply(a, matrix(v.length, 1, v)).values;

describe("conjugateGradient", () => {
  const n = 40;
  const a = covariance(normal(randomSource(1), 200, n));
  const b = normal(randomSource(2), 1, n).values;

  it("is the solution, and |b - A x| is what it says", () => {
    const steps = [...conjugateGradient(asMap(a), b, { tolerance: 1e-12 })];
    const { x, residual } = steps[steps.length - 1];
    assertClose(x, solve(a, matrix(n, 1, b)).values, 1e-11);
    assert.deepEqual(steps[0].x, new Float64Array(n));
    const error = Math.hypot(...asMap(a)(x).map((value, i) => b[i] - value));
    assert.ok(Math.abs(error - residual) < 1e-14 * Math.hypot(...b) && residual <= 1e-12 * Math.hypot(...b));
  });

  it("ends after as many steps as A has different eigenvalues", () => {
    const values = Float64Array.from({ length: n }, (_, i) => [1, 5, 30][i % 3]);
    assert.equal(last(conjugateGradient((v) => v.map((entry, i) => values[i] * entry), b)).iteration, 3);
    assert.equal(last(conjugateGradient((v) => v.slice(), new Float64Array(3))).iteration, 0);
  });

  it("needs fewer steps with a preconditioner near A, one with A's inverse", () => {
    const bad = matrix(
      n,
      n,
      a.values.map((value, index) => value * 10 ** ((Math.floor(index / n) + (index % n)) / 10)),
    );
    const diagonal = Float64Array.from({ length: n }, (_, i) => bad.values[i * n + i]);
    const iterations = (preconditioner?: (v: Float64Array) => Float64Array) =>
      last(conjugateGradient(asMap(bad), b, { ...(preconditioner && { preconditioner }), maxIterations: 1e5 }))
        .iteration;
    assert.ok(3 * iterations((v) => v.map((entry, i) => entry / diagonal[i])) < iterations());
    assert.equal(
      iterations((v) => solve(bad, matrix(n, 1, v)).values),
      1,
    );
  });

  it("says what is wrong", () => {
    assert.throws(
      () => last(conjugateGradient((v) => v.map((entry) => -entry), b)),
      /^RangeError: conjugateGradient: v · A v is -.*, expected a positive number; A is not positive definite$/,
    );
    assert.throws(
      () => last(conjugateGradient(asMap(a), b, { maxIterations: 2 })),
      /^RangeError: conjugateGradient: \|b - A x\| is .* after 2 iterations, expected .*; give a preconditioner/,
    );
    assert.throws(
      () => last(conjugateGradient((v) => v.slice(1), b)),
      /^RangeError: conjugateGradient: A v has 39 entries, expected 40$/,
    );
    assert.throws(
      () => last(conjugateGradient(asMap(a), Float64Array.of(NaN))),
      /^RangeError: conjugateGradient: b holds a value that is not finite, expected finite values$/,
    );
  });
});

/** Σ 100 (x_{i+1} - x_i²)² + (1 - x_i)², least, 0, where all are 1. */
const rosenbrock: Objective = (x) => {
  const gradient = new Float64Array(x.length);
  let value = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const [bend, rest] = [x[i + 1] - x[i] ** 2, 1 - x[i]];
    value += 100 * bend ** 2 + rest ** 2;
    gradient[i] += -400 * bend * x[i] - 2 * rest;
    gradient[i + 1] += 200 * bend;
  }
  return { value, gradient };
};

describe("minimize", () => {
  for (const n of [2, 10, 100])
    it(`finds the bottom of Rosenbrock's valley in ${n} dimensions, always downhill`, () => {
      const steps = [
        ...minimize(
          rosenbrock,
          Float64Array.from({ length: n }, (_, i) => (i % 2 === 0 ? -1.2 : 1)),
          { tolerance: 1e-9 },
        ),
      ];
      const end = steps[steps.length - 1];
      // for n ≥ 4 there is a second local minimum, with x_0 near -1
      assert.ok(end.gradient <= 1e-9 && (end.value < 1e-16 || (n >= 4 && end.x[0] < 0)), `f = ${end.value}`);
      for (let i = 1; i < steps.length; i++) assert.ok(steps[i].value <= steps[i - 1].value * (1 + 1e-14));
      assert.ok(end.evaluations < 20 * n + 200, `${end.evaluations} evaluations`);
    });

  it("counts its evaluations and leaves the given x alone", () => {
    let calls = 0;
    const x = Float64Array.of(-1.2, 1);
    const end = last(minimize((at) => (calls++, rosenbrock(at)), x));
    assert.equal(end.evaluations, calls);
    assert.deepEqual([...x], [-1.2, 1]);
    assertClose(end.x, [1, 1], 1e-7);
  });

  it("solves a boundary-value problem by least action: a particle from 0 to 1 in the potential -x²/2 is sinh t / sinh 1", () => {
    const nodes = 200;
    const h = 1 / nodes;
    const action: Objective = (inner) => {
      const x = Float64Array.of(0, ...inner, 1);
      const gradient = new Float64Array(nodes + 1);
      let value = 0;
      for (let i = 0; i < nodes; i++) {
        const [v, middle] = [(x[i + 1] - x[i]) / h, (x[i] + x[i + 1]) / 2];
        value += (h / 2) * (v ** 2 + middle ** 2);
        gradient[i] += -v + (h / 2) * middle;
        gradient[i + 1] += v + (h / 2) * middle;
      }
      return { value, gradient: gradient.slice(1, -1) };
    };
    const { x, value } = last(
      minimize(
        action,
        Float64Array.from({ length: nodes - 1 }, (_, i) => (i + 1) * h),
        { tolerance: 1e-9 },
      ),
    );
    const exact = Float64Array.from(x, (_, i) => Math.sinh((i + 1) * h) / Math.sinh(1));
    assertClose(x, exact, h ** 2 / 4); // the midpoint rule is of second order
    assertClose([value], [1 / Math.tanh(1) / 2], h ** 2 / 4);
  });

  it("says what is wrong", () => {
    const square: Objective = (x) => ({ value: x[0] ** 2, gradient: Float64Array.of(2 * x[0]) });
    assert.throws(
      () => last(minimize(() => ({ value: NaN, gradient: new Float64Array(1) }), Float64Array.of(1))),
      /^RangeError: minimize: f is NaN at the given x, or its gradient is not finite; expected finite values$/,
    );
    assert.throws(
      () => last(minimize((x) => ({ value: x[0] ** 2, gradient: Float64Array.of(-2 * x[0]) }), Float64Array.of(1))),
      /^RangeError: minimize: no step lowers f = 1 although its gradient is 2, expected 1e-8; check the gradient/,
    );
    assert.throws(
      () => last(minimize(rosenbrock, Float64Array.of(-1.2, 1), { maxIterations: 3 })),
      /^RangeError: minimize: the gradient is .* after 3 iterations, expected 1e-8; raise maxIterations/,
    );
    assert.throws(
      () => last(minimize(square, Float64Array.of(1, 2))),
      /^RangeError: minimize: the gradient has 1 entries, expected 2$/,
    );
  });
});
