import assert from "node:assert/strict";
import { noisyEvaluationPoints } from "../../../src/analysis/scores/evaluationPoints.js";
import { medianSupport, posteriorSupport } from "../../../src/analysis/scores/memorization.js";
import { matrix, matrixFromRows, row } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose } from "../../helpers/close.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";

describe("posteriorSupport", () => {
  const points = normal(randomSource(1), 50, 3);

  it("are all points at high noise and one at low noise", () => {
    const of = posteriorSupport(empiricalDistribution(points));
    const x = normal(randomSource(2), 4, 3);
    assert.deepEqual([...of(x, 1e6).nucleusSize], [45, 45, 45, 45]);
    assertClose(of(x, 1e6).perplexity, [50, 50, 50, 50], 1e-9);
    assert.deepEqual([...of(points, 1e-3).nucleusSize], new Array(50).fill(1));
    assertClose(of(points, 1e-3).perplexity, new Float64Array(50).fill(1), 1e-12);
  });

  it("are what sorting all weights gives", () => {
    const x = normal(randomSource(3), 20, 3);
    for (const [sigma, mass] of [
      [0.3, 0.5],
      [1, 0.9],
      [3, 0.999],
    ]) {
      const p = empiricalDistribution(points).responsibilities(x, sigma);
      const { nucleusSize: count } = posteriorSupport(empiricalDistribution(points), { mass })(x, sigma);
      count.forEach((found, n) => {
        const falling = row(p, n).slice().sort().reverse();
        const holds = (k: number) => falling.subarray(0, k).reduce((sum, value) => sum + value, 0) >= mass - 1e-12;
        assert.ok(holds(found) && !holds(found - 1), `point ${n} at σ = ${sigma}: ${found}`);
      });
    }
  });

  it("have the perplexity of two weights, whichever point is nearer", () => {
    const two = posteriorSupport(empiricalDistribution(matrixFromRows([[0], [1]])));
    const p = 1 / (1 + Math.exp(-(0.9 ** 2 - 0.1 ** 2) / 2)); // of the nearer point, σ = 1
    const expected = Math.exp(-p * Math.log(p) - (1 - p) * Math.log(1 - p));
    assertClose(two(matrixFromRows([[0.1], [0.9]]), 1).perplexity, [expected, expected], 1e-12);
  });

  it("are the same in blocks", () => {
    const many = normal(randomSource(4), 40_000, 2);
    const x = normal(randomSource(5), 110, 2); // beyond one block of 104 rows
    const all = posteriorSupport(empiricalDistribution(many))(x, 0.1);
    const last = posteriorSupport(empiricalDistribution(many))(matrix(1, 2, row(x, 109)), 0.1);
    assertClose([all.perplexity[109], all.nucleusSize[109]], [last.perplexity[0], last.nucleusSize[0]], 1e-9);
  });

  it("refuse a mass that is not between 0 and 1", () => {
    for (const mass of [0, 1, NaN])
      assert.throws(
        () => posteriorSupport(empiricalDistribution(points), { mass }),
        new RegExp(`^RangeError: posteriorSupport: the mass is ${mass}, expected one above 0 and below 1$`),
      );
  });
});

describe("medianSupport", () => {
  it("is one memory at low noise and most at high noise, the same at every point", () => {
    const data = empiricalDistribution(normal(randomSource(1), 50, 3));
    const { sigmas, nucleusSize, nucleusFraction, perplexity } = medianSupport(
      data,
      noisyEvaluationPoints(data.points, randomSource(2), 16),
      [1e-3, 1e6],
    );
    assert.deepEqual(sigmas, [1e-3, 1e6]);
    assert.deepEqual(
      nucleusSize,
      [1, 45].map((value) => ({ value, standardError: 0, count: 16 })),
    );
    assert.deepEqual(
      nucleusFraction.map(({ value }) => value),
      [1 / 50, 45 / 50],
    );
    assertClose(
      perplexity.map(({ value }) => value),
      [1, 50],
      1e-9,
    );
  });
});
