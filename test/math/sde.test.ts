import assert from "node:assert/strict";
import { matrix, row, scale, takeRows, type Matrix } from "../../src/math/matrix.js";
import { last, linspace, observedOrder } from "../../src/math/ode.js";
import { randomSource } from "../../src/math/random.js";
import { eulerMaruyama, integrateSde, stochasticHeun, type SdeMethod } from "../../src/math/sde.js";
import { mean, standardError } from "../../src/math/stats.js";

const ones = (n: number, d = 1): Matrix => matrix(n, d, new Float64Array(n * d).fill(1));
const [A, B, N] = [0.5, 0.8, 4000];

describe("integrateSde", () => {
  // dx = A x dt + B x dW has the solution exp((A - B²/2) t + B W) in Itô's sense and exp(A t + B W) in Stratonovich's.
  const cases: [name: string, method: SdeMethod, drift: number, order: number][] = [
    ["eulerMaruyama", eulerMaruyama, A - B ** 2 / 2, 0.5],
    ["stochasticHeun", stochasticHeun, A, 1],
  ];
  for (const [name, method, rate, order] of cases)
    it(`converges to the ${order === 1 ? "Stratonovich" : "Itô"} solution at strong order ${order} with ${name}`, () => {
      const steps = [16, 64, 256];
      const errors = steps.map((n) => {
        const times = linspace(0, 1, n);
        const x = last(
          integrateSde(
            (x) => scale(x, A),
            (x) => scale(x, B),
            ones(N),
            times,
            randomSource(1),
            method,
          ),
        );
        const W = last(
          integrateSde(
            (x) => scale(x, 0),
            () => 1,
            matrix(N, 1),
            times,
            randomSource(1),
            method,
          ),
        ); // the same noise
        return mean(x.values.map((value, i) => Math.abs(value - Math.exp(rate + B * W.values[i]))));
      });
      const seen = observedOrder(
        steps.map((n) => 1 / n),
        errors,
      );
      assert.ok(Math.abs(seen - order) < 0.2, `order ${seen}, errors ${errors}`);
    });

  for (const method of [eulerMaruyama, stochasticHeun])
    it(`has the variance of an Ornstein–Uhlenbeck process with ${method === eulerMaruyama ? "eulerMaruyama" : "stochasticHeun"}, forwards and in reverse time`, () => {
      const [f, g] = [(x: Matrix) => scale(x, -1), () => Math.SQRT2];
      const end = last(integrateSde(f, g, matrix(N, 2), linspace(0, 1, 200), randomSource(2), method));
      const expected = 1 - Math.exp(-2);
      const check = (x: Matrix) => {
        const squares = x.values.map((value) => value ** 2);
        // four standard errors, and the method's bias of h = 1/200 relative
        assert.ok(
          Math.abs(mean(squares) - expected) < 4 * standardError(squares) + expected / 200,
          `variance ${mean(squares)}, expected ${expected}`,
        );
      };
      check(end);
      check(last(integrateSde((x) => scale(x, 1), g, matrix(N, 2), linspace(1, 0, 200), randomSource(3), method))); // f dt with dt < 0 contracts
    });

  it("gives a point the same path in every batch, by its seed", () => {
    const path = (n: number, seed: number) =>
      last(
        integrateSde(
          (x) => scale(x, -1),
          () => 1,
          ones(n, 3),
          linspace(0, 1, 10),
          randomSource(seed),
        ),
      );
    assert.deepEqual(row(path(3, 0), 2), row(path(50, 0), 2));
    assert.deepEqual(path(3, 0), takeRows(path(50, 0), [0, 1, 2]));
    assert.notDeepEqual(path(3, 0), path(3, 1));
  });

  it("is the ordinary method without noise", () => {
    const heun = last(
      integrateSde(
        (x) => scale(x, -1),
        () => 0,
        ones(1),
        [0, 0.5],
        randomSource(0),
        stochasticHeun,
      ),
    );
    assert.equal(heun.values[0], 1 - 0.5 + 0.125);
  });

  it("refuses times that are none, states that overflow and shapes that differ", () => {
    const run =
      (times: number[], g: (x: Matrix) => number | Matrix = () => 1) =>
      () =>
        last(integrateSde((x) => x, g, ones(2), times, randomSource(0)));
    assert.throws(run([]), /^RangeError: integrateSde: no times/);
    assert.throws(run([0, NaN]), /^RangeError: integrateSde: times\[1\] is NaN, expected a finite number$/);
    assert.throws(
      run([0, 1], () => Infinity),
      /^RangeError: integrateSde: the state is not finite at times\[1\] = 1; take smaller steps/,
    );
    assert.throws(
      run([0, 1], () => ones(3)),
      /^RangeError: integrateSde: 2 × 1 and 3 × 1 matrices, expected one shape$/,
    );
  });
});
