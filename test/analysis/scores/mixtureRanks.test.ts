import assert from "node:assert/strict";
import { noisyEvaluationPoints } from "../../../src/analysis/scores/evaluationPoints.js";
import { mixtureRanks } from "../../../src/analysis/scores/mixtureRanks.js";
import { rankShares } from "../../../src/analysis/scores/rank.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";
import { fitGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { fitMixture } from "../../../src/diffusion/distributions/mixtureFit.js";
import { scaleColumns } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose } from "../../helpers/close.js";

const points = scaleColumns(normal(randomSource(1), 200, 3), [3, 1, 0.3]);
const probes = noisyEvaluationPoints(points, randomSource(2), 50);
const { mean } = fitGaussian(points);
const fitted = (K: number, rank: number) => fitMixture(points, K, { source: randomSource(3), form: { rank } });
const grid = { components: [1, 4], ranks: [1, 2, 3] };

describe("mixtureRanks", () => {
  it("of one component are the shares of a Gaussian with that many eigenvectors", () => {
    const [level] = mixtureRanks(empiricalDistribution(points), grid, probes, [0.5], mean, (K, rank) =>
      fitMixture(points, K, { source: randomSource(3), form: { rank }, floor: 0 }),
    );
    const shares = rankShares(empiricalDistribution(points), fitGaussian(points), probes, 0.5).slice(1);
    assertClose(
      level.fractions[0].map(({ value }) => value),
      shares.map(({ value }) => value),
      1e-9,
    );
    assertClose(level.fractions[0][1].influence, shares[1].influence, 1e-9);
  });

  it("leave nothing of the mixture that is the target, at its place in the table", () => {
    const maps = mixtureRanks(fitted(4, 2), grid, probes, [0.1, 2], mean, fitted);
    for (const { table, fractions, needed } of maps) {
      assert.deepEqual([table.rows, table.cols], [3, 2]);
      table.values.forEach((value, i) => assert.equal(value === 0, i === 3, `entry ${i} is ${value}`)); // row 1, column 1
      assert.deepEqual(
        grid.components.map((_, k) => fractions[k][0].value),
        [...table.values.subarray(0, 2)],
      );
      assert.ok(needed.every((rank) => grid.ranks.includes(rank)));
    }
  });

  it("ask for components and ranks", () =>
    assert.throws(
      () => mixtureRanks(fitted(1, 1), { components: [], ranks: [1] }, probes, [1], mean, fitted),
      /^RangeError: mixtureRanks: 0 numbers of components and 1 ranks, expected at least one of both$/,
    ));
});
