import assert from "node:assert/strict";
import { exponentialRank, flowCommutators } from "../../../src/analysis/dimension/exponentialRank.js";
import { flowMap, flowMapTo } from "../../../src/analysis/dimension/flowMap.js";
import { exactSphere } from "../../../src/analysis/dimension/manifolds.js";
import { theoremRows } from "../../../src/analysis/dimension/theoremStudy.js";
import { addFields, gaugeField, inverseSigmaField } from "../../../src/analysis/gauge/fields.js";
import { gaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { linearVariance } from "../../../src/diffusion/schedule.js";
import { randomAntisymmetric, rotationGenerator } from "../../../src/math/antisymmetric.js";
import { diagonal, matrix, scaleColumns } from "../../../src/math/matrix.js";
import { multiply } from "../../../src/math/multiply.js";
import { randomOrthogonal } from "../../../src/math/qr.js";
import { normal, randomSource } from "../../../src/math/random.js";

describe("The rank of the exponential of the flow's Jacobian", () => {
  const ball = exactSphere(2, 5, { seed: 1, count: 3 });

  for (const k of [0, 1, 3, 4])
    it(`is the dimension of a linear subspace of ${k} dimensions`, () => {
      const R = randomOrthogonal(randomSource(1, k), 4);
      const variances = Float64Array.from({ length: 4 }, (_, i) => (i < k ? 2 ** i : 0));
      const p = gaussian(new Float64Array(4), multiply(scaleColumns(R, variances), R, { transposeB: true }));
      const x = p.sample(randomSource(2), 3);
      // of dimension 0 all eigenvalues are equal, and none is small beside the largest
      assert.deepEqual([...exponentialRank(p)(x, 0.02)], new Array(3).fill(k || 4));
    });

  it("counts every direction while noise is wider than the tolerance allows, -D / σ_t² > log 10⁻⁸", () => {
    const p = gaussian(new Float64Array(2), diagonal([1e6, 0]));
    const t = linearVariance(); // D / α² = ½ / (1 - t)², σ² = t / (1 - t)
    const ranks = [0.15, 0.16, 0.2].map((sigma) => exponentialRank(p, { schedule: t })(matrix(1, 2), sigma)[0]);
    assert.deepEqual(ranks, [1, 1, 2]);
    assert.equal(exponentialRank(p, { schedule: t, tolerance: 1e-5 })(matrix(1, 2), 0.2)[0], 1);
  });

  it("does not change with a gauge field, on a sphere and a circle", () => {
    const K = gaugeField(ball.p, randomAntisymmetric(randomSource(3), 5, 5));
    assert.deepEqual([...exponentialRank(addFields(ball.p, K))(ball.x, 0.05)], [2, 2, 2]);
    const circle = exactSphere(1, 3, { seed: 1, count: 2 });
    const turning = addFields(circle.p, inverseSigmaField(rotationGenerator(3), 3));
    assert.deepEqual([...exponentialRank(turning)(circle.x, 0.05)], [1, 1]);
  });

  it("refuses no noise", () =>
    assert.throws(() => exponentialRank(ball.p)(ball.x, 0), /^RangeError: exponentialRank: σ is 0/));
});

describe("The commutator of Theorem 2", () => {
  const levels = [10, 1, 0.1];
  const noise = normal(randomSource(4), 2, 5);

  it("is 0 of a Gaussian and on a sphere", () => {
    const p = gaussian(new Float64Array(5), diagonal([3, 1, 0.5, 0, 0]));
    const ball = exactSphere(2, 5, { seed: 1, count: 2 });
    for (const found of [
      flowCommutators(p, flowMap(p, noise, levels)),
      flowCommutators(ball.p, flowMapTo(ball.p, ball.x, levels)),
    ]) {
      assert.deepEqual([found.rows, found.cols], [2, 2]);
      for (const value of found.values) assert.ok(value < 1e-8, `${value}`);
    }
  });

  it("is not with a constant gauge field", () => {
    const p = gaussian(new Float64Array(5), diagonal([3, 1, 0.5, 0, 0]));
    const field = addFields(p, gaugeField(p, randomAntisymmetric(randomSource(5), 5, 1)));
    const [, last] = [0, 1].map((i) => flowCommutators(field, flowMap(field, noise, levels)).values[2 * i]);
    assert.ok(last > 0.05, `${last}`);
  });
});

describe("The table of Theorem 2", () => {
  it("has the largest commutator, that at the last level and the rank there", () => {
    const ball = exactSphere(2, 5, { seed: 1, count: 2 });
    const Ks = addFields(ball.p, gaugeField(ball.p, randomAntisymmetric(randomSource(6), 5, 1)));
    const sphere = { on: "S²", k: 2, x: ball.x };
    const levels = [5, 1, 0.05];
    const [exact, turned] = theoremRows(
      [
        { field: "s", p: ball.p, ...sphere },
        { field: "s + K s", p: Ks, ...sphere },
      ],
      levels,
    );
    assert.deepEqual([exact.rank, turned.rank], [2, 2]);
    assert.ok(exact.largest < 1e-8 && turned.last > 0.05, `${exact.largest}, ${turned.last}`);
    const all = flowCommutators(Ks, flowMapTo(Ks, ball.x, levels)).values;
    assert.deepEqual([turned.largest, turned.last], [Math.max(...all), Math.max(all[2], all[3])]);
  });
});
