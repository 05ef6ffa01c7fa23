import assert from "node:assert/strict";
import { dormandPrince, integrateAdaptive, integrateAdaptiveAt } from "../../src/math/adaptive.js";
import { matrixFromRows, relativeError, type Matrix } from "../../src/math/matrix.js";
import { convergence, last, linspace, observedOrder, type Field } from "../../src/math/ode.js";
import { multiply } from "../../src/math/multiply.js";

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
const start = matrixFromRows([[1, 0]]);

describe("dormandPrince", () => {
  it("is consistent, and its last stage is the next first", () => {
    const { a, b, c, errorWeights } = dormandPrince;
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    a.forEach((weights, i) => assert.ok(Math.abs(sum(weights) - c[i + 1]) < 1e-14));
    assert.ok(Math.abs(sum(b) - 1) < 1e-15);
    assert.ok(Math.abs(sum(errorWeights)) < 1e-16);
    assert.deepEqual(a[5], b.slice(0, 6));
    for (let power = 1; power <= 4; power++)
      assert.ok(Math.abs(sum(b.map((weight, i) => weight * c[i] ** power)) - 1 / (power + 1)) < 1e-15, `∫ t^${power}`);
  });

  it("converges at order 5 in equal steps", () => {
    const { order } = convergence(turning, start, turned(2), {
      from: 0,
      to: 2,
      steps: [16, 32, 64],
      method: dormandPrince,
    });
    assert.ok(Math.abs(order - 5) < 0.2, `order ${order}`);
  });
});

describe("integrateAdaptive", () => {
  for (const rtol of [1e-4, 1e-7, 1e-10])
    it(`ends within the order of its tolerance ${rtol}`, () => {
      const end = last(integrateAdaptive(turning, start, 0, 6, { rtol, atol: rtol }));
      assert.equal(end.t, 6);
      assert.ok(relativeError(end.x, turned(18)) < 100 * rtol, `error ${relativeError(end.x, turned(18))}`);
    });

  it("costs more evaluations at the fifth root of the tolerance", () => {
    const cost = [1e-5, 1e-7, 1e-9].map(
      (rtol) => last(integrateAdaptive(turning, start, 0, 6, { rtol, atol: rtol })).evaluations,
    );
    assert.ok(Math.abs(observedOrder([1e-5, 1e-7, 1e-9], cost) + 1 / 5) < 0.03, cost.join(" "));
  });

  it("takes small steps where the field is fast and large ones where it is slow", () => {
    const burst: Field = (x, t) => ({ ...x, values: x.values.map(() => Math.exp(-(((t - 5) / 0.05) ** 2))) });
    const steps = [...integrateAdaptive(burst, matrixFromRows([[0]]), 4, 10, { rtol: 1e-8, atol: 1e-10 })];
    const exact = 0.05 * Math.sqrt(Math.PI);
    assert.ok(Math.abs(steps[steps.length - 1].x.values[0] / exact - 1) < 1e-6);
    const lengths = steps.map(({ t }, i) => t - (i === 0 ? 4 : steps[i - 1].t));
    const near = Math.min(...lengths.filter((_, i) => Math.abs(steps[i].t - 5) < 0.1));
    assert.ok(Math.max(...lengths) > 50 * near, `longest ${Math.max(...lengths)}, shortest ${near}`);
  });

  it("comes back when the times run back", () => {
    const there = last(integrateAdaptive(turning, start, 0, 2, { rtol: 1e-10, atol: 1e-12 })).x;
    assert.ok(
      relativeError(last(integrateAdaptive(turning, there, 2, 0, { rtol: 1e-10, atol: 1e-12 })).x, start) < 1e-8,
    );
  });

  it("counts its evaluations: six a step, and one", () => {
    let calls = 0;
    const end = last(integrateAdaptive((x, t) => (calls++, turning(x, t)), start, 0, 6));
    assert.equal(end.evaluations, calls);
    assert.equal((calls - 1) % 6, 0);
  });

  it("does not leave a state that is at rest", () => {
    const steps = [...integrateAdaptive((x) => ({ ...x, values: x.values.map(() => 0) }), start, 0, 1e6)];
    assert.deepEqual(steps[steps.length - 1].x, start);
    assert.deepEqual([...integrateAdaptive(turning, start, 1, 1)], []);
  });

  it("says why it cannot go on", () => {
    const run =
      (field: Field, x: Matrix, to: number, options = {}) =>
      () =>
        last(integrateAdaptive(field, x, 0, to, options));
    const square: Field = (x) => ({ ...x, values: x.values.map((value) => value * value) }); // x(t) = 1 / (1 - t)
    assert.throws(
      run(square, matrixFromRows([[1]]), 2),
      /^RangeError: integrateAdaptive: the step at (0\.99|1\.00)\d+ is .*, too small to go on; end before/,
    );
    assert.throws(
      run(turning, start, 100, { maxSteps: 10 }),
      /^RangeError: integrateAdaptive: 10 steps lead from 0 only to .*, expected 100; raise rtol/,
    );
    assert.throws(run(turning, start, NaN), /^RangeError: integrateAdaptive: to is NaN, expected a finite number$/);
    assert.throws(
      run(turning, start, 1, { rtol: -1 }),
      /^RangeError: integrateAdaptive: rtol is -1 and atol 1e-9, expected/,
    );
    assert.throws(
      run(() => matrixFromRows([[NaN, 0]]), start, 1),
      /^RangeError: integrateAdaptive: the field is not finite at 0/,
    );
  });
});

describe("dense output", () => {
  it("is a fourth-order approximation between the steps, continuous at both ends", () => {
    const errors = [1e-4, 1e-6, 1e-8].map((rtol) => {
      let worst = 0;
      let before = { t: 0, x: start };
      for (const step of integrateAdaptive(turning, start, 0, 3, { rtol, atol: rtol })) {
        assert.ok(relativeError(step.at(before.t), before.x) < 1e-15);
        assert.ok(relativeError(step.at(step.t * (1 - 1e-15)), step.x) < 1e-13);
        for (const t of linspace(before.t, step.t, 4))
          worst = Math.max(worst, relativeError(step.at(t), turned(t ** 2 / 2)));
        before = step;
      }
      return worst;
    });
    errors.forEach((error, i) => assert.ok(error < 100 * [1e-4, 1e-6, 1e-8][i], `error ${error}`));
  });

  it("gives the asked times, up and down, the given state first", () => {
    const times = [0, 0.1, 0.2, 1, 2.5];
    const states = [...integrateAdaptiveAt(turning, start, times, { rtol: 1e-9, atol: 1e-11 })];
    assert.equal(states[0], start);
    states.forEach((x, i) => assert.ok(relativeError(x, turned(times[i] ** 2 / 2)) < 1e-7));
    const back = [
      ...integrateAdaptiveAt(turning, states[4], times.slice().reverse(), { rtol: 1e-9, atol: 1e-11 }),
    ].reverse();
    back.forEach((x, i) => assert.ok(relativeError(x, states[i]) < 1e-6));
  });

  it("refuses times that turn round and times outside the step", () => {
    assert.throws(
      () => [...integrateAdaptiveAt(turning, start, [0, 1, 0.5])],
      /^RangeError: integrateAdaptiveAt: times\[2\] is 0.5 after 1, expected times in one direction$/,
    );
    assert.throws(() => [...integrateAdaptiveAt(turning, start, [])], /^RangeError: integrateAdaptiveAt: no times/);
    const step = [...integrateAdaptive(turning, start, 0, 1)][0];
    assert.throws(() => step.at(2), /^RangeError: integrateAdaptive: the step covers 0 to .*, asked for 2$/);
  });
});
