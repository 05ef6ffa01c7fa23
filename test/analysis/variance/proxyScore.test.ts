import assert from "node:assert/strict";
import { boundaryShares } from "../../../src/analysis/variance/boundaries.js";
import { posteriorMoments } from "../../../src/analysis/variance/inputQuadrature.js";
import { proxyCovariance, proxyShareMap, proxyVariance } from "../../../src/analysis/variance/proxyScore.js";
import { planePointSets } from "../../../src/datasets/planePoints.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";
import { fitGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { fromSchedule, linearVariance } from "../../../src/diffusion/schedule.js";
import { largestDifference } from "../../../src/math/stats.js";
import { matrixFromRows, trace } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";

describe("The covariance of the proxy score", () => {
  const points = normal(randomSource(1), 12, 3);
  const p = empiricalDistribution(points);
  const x = p.sample(randomSource(2), 20, 0.7);

  it("is that of the posterior over σ⁴, whether it comes from the Hessian or from the posterior", () => {
    const { covariance } = posteriorMoments(points, p.responsibilities(x, 0.7));
    proxyCovariance(p, x, 0.7).forEach(({ values }, n) => {
      const wanted = covariance.values.subarray(9 * n, 9 * n + 9).map((value) => value / 0.7 ** 4);
      assert.ok(largestDifference(values, wanted) < 1e-8);
    });
  });

  it("has the variance as its trace, and its share of the target's mean square", () => {
    const { variance, squaredScore, share } = proxyVariance(p, x, 0.7);
    const traces = proxyCovariance(p, x, 0.7).map(trace);
    assert.ok(largestDifference(variance, traces) < 1e-9);
    assert.ok(
      largestDifference(
        share,
        traces.map((value, n) => value / (value + squaredScore[n])),
      ) < 1e-12,
    );
  });

  it("is I / σ² - (Σ + σ²I)⁻¹ for a Gaussian, the same everywhere", () => {
    const g = fitGaussian(points);
    const all = proxyVariance(g, x, 2).variance;
    const wanted = g.lambda.reduce((sum, lambda) => sum + 1 / 4 - 1 / (lambda + 4), 0);
    assert.ok(largestDifference(all, new Float64Array(20).fill(wanted)) < 1e-12);
  });

  it("of two points at ±1 is (α² / σ_t⁴) sech²(α x / σ_t²) in a process", () => {
    const pair = empiricalDistribution(matrixFromRows([[-1], [1]]));
    const [alpha, variance] = [Math.sqrt(0.8), 0.2];
    const at = matrixFromRows([[-0.7], [0], [0.2], [1.1]]);
    const schedule = linearVariance();
    const seen = proxyVariance(pair, fromSchedule(schedule, at, variance), schedule.noiseLevel(variance)).variance;
    const wanted = at.values.map((v) => (alpha ** 2 / variance ** 2) * Math.cosh((alpha * v) / variance) ** -2);
    assert.ok(
      largestDifference(
        seen.map((value) => value / alpha ** 2),
        wanted,
      ) < 1e-10,
    );
  });

  it("is 0 of one point, where a target cannot disagree with another", () => {
    const one = empiricalDistribution(matrixFromRows([[0.3, -2]]));
    assert.deepEqual([...proxyVariance(one, matrixFromRows([[0.3, -2]]), 0.5).share], [0]);
    assert.throws(() => proxyVariance(one, matrixFromRows([[0, 0]]), 0), /σ is 0, expected/);
  });
});

describe("Maps of the proxy variance's share", () => {
  const sets = planePointSets();

  it("have the values of an evaluation elsewhere, of the hexagon at seven points and three times", () => {
    const p = empiricalDistribution(sets.polygon);
    const schedule = linearVariance();
    const at = matrixFromRows([
      [0, 0],
      [1, 0],
      [0.75, Math.sqrt(3) / 4],
      [0.5, 0],
      [1.5, 0],
      [-0.8, 0.3],
      [1.2, -1.1],
    ]);
    for (const [t, wanted] of [
      [0.05, [1, 0.14713, 0.99798, 0.06129, 0, 0.397, 0.00171]],
      [0.2, [1, 0.79904, 0.9445, 0.93426, 0.11346, 0.95551, 0.14841]],
      [0.75, [1, 0.24095, 0.30371, 0.5822, 0.10936, 0.30998, 0.091]],
    ] as const) {
      const { share } = proxyVariance(p, fromSchedule(schedule, at, t), schedule.noiseLevel(t));
      assert.ok(largestDifference(share, wanted) < 1e-5, `t = ${t}`);
    }
  });

  it("have the means over the grid of an evaluation elsewhere", () => {
    const wanted = {
      polygon: [0.10009, 0.23208, 0.32578, 0.27239, 0.16365],
      line: [0.10983, 0.15387, 0.19463, 0.20296, 0.14015],
      blend: [0.09713, 0.18352, 0.2604, 0.27443, 0.18205],
      random: [0.07691, 0.15093, 0.24482, 0.23477, 0.14108],
    };
    for (const name of ["polygon", "line", "blend", "random"] as const)
      assert.ok(largestDifference(proxyShareMap(sets[name]).means, wanted[name]) < 1e-5, name);
  });

  it("have it on the boundaries of the cells at low noise, more than later", () => {
    const schedule = linearVariance();
    const [early, late] = boundaryShares(proxyShareMap(sets.polygon, { times: [0.02, 0.9] }), schedule.alpha);
    assert.ok(early.share > 0.8 && early.area < 0.2, JSON.stringify(early));
    assert.ok(early.enrichment > 2 * late.enrichment, JSON.stringify([early, late]));
  });

  it("are of the plane alone", () =>
    assert.throws(() => proxyShareMap(matrixFromRows([[1], [2]])), /1 coordinates, expected 2/));

  it("have boundaries between different points alone, however often each is there", () => {
    const pair = matrixFromRows([
      [-1, 0],
      [1, 0],
    ]);
    const often = matrixFromRows([
      [-1, 0],
      [-1, 0],
      [1, 0],
      [1, 0],
      [1, -0],
    ]);
    const options = { times: [0.2], size: 41 };
    const [wanted, seen] = [pair, often].map((points) =>
      boundaryShares(proxyShareMap(points, options), linearVariance().alpha, 0.3),
    );
    assert.equal(wanted[0].area, 5 / 41); // |x| < 0.3 √0.8, at steps of 0.1
    assert.equal(seen[0].area, wanted[0].area);
    assert.throws(
      () => boundaryShares(proxyShareMap(matrixFromRows([[1, 0], [1, 0]]), options), () => 1), // prettier-ignore
      /^RangeError: boundaryShares: fewer than two different training points, expected/,
    );
    for (const margin of [0, -1, NaN])
      assert.throws(() => boundaryShares(proxyShareMap(pair, options), () => 1, margin), /the margin is/);
    for (const wrong of [{ size: 1 }, { size: 2.5 }, { extent: 0 }, { extent: NaN }])
      assert.throws(() => proxyShareMap(pair, wrong), /^RangeError: proxyShareMap: .* grid points along ±/);
  });
});
