import assert from "node:assert/strict";
import {
  compose,
  difference,
  exp,
  gradientOf,
  hessianOf,
  inner,
  partial,
  product,
  quotient,
  sum,
  tanh,
  valueOf,
  variables,
  type Scalar,
  type Taylor,
} from "../../src/math/taylor.js";

describe("A truncated power series", () => {
  const f = ([x, y]: readonly Scalar[]): Scalar =>
    sum(product(x, x, y), quotient(exp(y), sum(2, product(x, x))), tanh(difference(x, y)), product(-3, x), 1);
  const point = [0.3, -0.7];

  it("gives numbers for numbers, and the same value as a series", () => {
    const [x, y] = point;
    const direct = x * x * y + Math.exp(y) / (2 + x * x) + Math.tanh(x - y) - 3 * x + 1;
    assert.ok(Math.abs(valueOf(f(point)) - direct) < 1e-15);
    assert.ok(Math.abs(valueOf(f(variables(point, 3))) - direct) < 1e-15);
  });

  it("has the gradient, the Hessian and third derivatives that differences confirm", () => {
    const series = f(variables(point, 3));
    const h = 1e-5;
    for (const j of [0, 1]) {
      const moved = (step: number) => f(variables(point.map((value, i) => (i === j ? value + step : value)), 3)); // prettier-ignore
      const [up, down] = [moved(h), moved(-h)];
      const near = (a: number, b: number, c: number) => assert.ok(Math.abs((a - b) / (2 * h) - c) < 1e-8);
      near(valueOf(up), valueOf(down), gradientOf(series, 2)[j]);
      const slope = partial(series, j);
      assert.ok(Math.abs(valueOf(slope) - gradientOf(series, 2)[j]) < 1e-15);
      for (const i of [0, 1]) near(gradientOf(up, 2)[i], gradientOf(down, 2)[i], hessianOf(series, 2)[2 * i + j]);
      for (const at of [0, 1, 2, 3]) near(hessianOf(up, 2)[at], hessianOf(down, 2)[at], hessianOf(slope, 2)[at]);
    }
  });

  it("keeps what a lower degree has", () => {
    const [three, one] = [3, 1].map((degree) => f(variables(point, degree)));
    assert.equal(valueOf(three), valueOf(one));
    assert.deepEqual(gradientOf(three, 2), gradientOf(one, 2));
    assert.deepEqual(hessianOf(one, 2), new Float64Array(4));
    assert.deepEqual(gradientOf(7, 2), new Float64Array(2));
    assert.equal(partial(7, 0), 0);
  });

  it("has scalar products, and asks for derivatives that it needs", () => {
    const [x, y] = variables([2, 3], 2);
    assert.deepEqual(hessianOf(inner([x, y], [y, x]), 2), Float64Array.of(0, 2, 2, 0));
    assert.throws(() => compose(x, () => [1, 2]), /f has 1 derivatives, expected 2/);
    assert.throws(() => inner([x, y], [x]), /inner: 2 and 1 numbers, expected as many/);
    const [other] = variables([1], 1);
    assert.throws(() => sum(x, other), /sum: series of 1 variables and degree 1, expected 2 and 2/);
    assert.throws(() => product(x, other), /product: series of 1 variables and degree 1, expected 2 and 2/);
  });

  it("has the slope of tanh where that is nearly 1", () => {
    const [value, slope] = (tanh(variables([20], 1)[0]) as Taylor).values;
    assert.equal(value, 1);
    assert.ok(Math.abs(slope / 1.6993417021166355e-17 - 1) < 1e-14); // 1 / cosh² 20
  });
});
