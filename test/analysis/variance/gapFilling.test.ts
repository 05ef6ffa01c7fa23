import assert from "node:assert/strict";
import {
  gapFilling,
  histogramBands,
  noisedHistogram,
  noisedRegionMass,
  histogram,
  regionMass,
  squareRegions,
  totalVariation,
} from "../../../src/analysis/variance/gapFilling.js";
import { planeHistogram, squareShape } from "../../../src/analysis/variance/squareShapes.js";
import { scheduleOf, type TrainingProblem } from "../../../src/analysis/variance/trainingDraws.js";
import { squareCorners } from "../../../src/datasets/planePoints.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";
import { matrix, matrixFromRows, row, scale, type Matrix } from "../../../src/math/matrix.js";
import { linspace } from "../../../src/math/ode.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { largestDifference } from "../../../src/math/stats.js";

const points = matrixFromRows([[-1], [0], [1]]);
const gap = { centres: matrixFromRows([[-0.5], [0.5]]), radius: 0.25 };
const column = (...values: number[]): Matrix => matrix(values.length, 1, Float64Array.from(values));

describe("The filling of gaps", () => {
  it("counts samples in the region, to the nearest point, and by point", () => {
    const samples = [column(-1, -0.5, 0.3, 1.1), column(0, 0, 0, 1)];
    const seen = gapFilling(samples, points, gap);
    assert.equal(seen.gapMass.value, (0.5 + 0) / 2);
    assert.ok(Math.abs(seen.spread - Math.sqrt(0.125)) < 1e-12);
    assert.ok(Math.abs(seen.nearestDistance.value - (0.9 / 4 + 0) / 2) < 1e-12);
    assert.deepEqual(
      seen.modeWeights.map(({ value }) => value),
      [(0.5 + 0) / 2, (0.25 + 0.75) / 2, 0.25],
    );
    assert.throws(() => gapFilling([matrix(2, 2), matrix(2, 2)], points, gap), /2 dimensions and points in 1/);
  });

  it("has the mass of the noised points exactly, as samples have it", () => {
    const problem: TrainingProblem = { points, times: [0.1, 1] };
    const schedule = scheduleOf(problem);
    const alpha = schedule.alpha(0.1);
    const x = scale(empiricalDistribution(points).sample(randomSource(1), 40_000, schedule.noiseLevel(0.1)), alpha);
    const mass = noisedRegionMass(problem, gap);
    assert.ok(Math.abs(mass - 0.3627186719) < 1e-9, String(mass));
    assert.ok(Math.abs(regionMass(x, gap) - mass) < 4 * Math.sqrt((mass * (1 - mass)) / 40_000));
    const edges = linspace(-4, 4, 400);
    const p = noisedHistogram(problem, edges);
    assert.ok(Math.abs(p.reduce((sum, density) => sum + density * 0.02, 0) - 1) < 1e-9);
    assert.throws(() => noisedRegionMass({ ...problem, points: matrix(1, 2) }, gap), /expected points on the line/);
  });

  it("counts what intervals of the region share once", () => {
    const problem: TrainingProblem = { points, times: [0.1, 1] };
    const over = (...centres: number[]) => noisedRegionMass(problem, { centres: column(...centres), radius: 0.25 });
    assert.ok(Math.abs(over(0.2, 0, 0.2) - over(0) - noisedMassBetween(0.25, 0.45)) < 1e-12);
    function noisedMassBetween(from: number, to: number): number {
      return noisedRegionMass(problem, { centres: column((from + to) / 2), radius: (to - from) / 2 });
    }
  });

  it("refuses samples that are none or not a number, regions of other dimensions, and edges that do not increase", () => {
    const problem: TrainingProblem = { points, times: [0.1, 1] };
    const edges = Float64Array.of(-1, 0, 1);
    const empty = /a model has no samples, expected at least one; take a larger count$/;
    assert.throws(() => regionMass(matrix(0, 1), gap), empty);
    assert.throws(() => histogram(matrix(0, 1), edges), empty);
    assert.throws(() => planeHistogram([matrix(0, 2)]), empty);
    const nan = /: sample 1 holds NaN, expected numbers$/;
    assert.throws(() => gapFilling([column(0, 0), column(0, NaN)], points, gap), nan);
    assert.throws(() => histogram(column(0, NaN), edges), nan);
    assert.throws(() => planeHistogram([matrixFromRows([[0, 0], [0, NaN]])]), nan); // prettier-ignore
    assert.throws(() => planeHistogram([column(0, 1)]), /^RangeError: planeHistogram: samples in 1 dimensions/);
    assert.throws(() => histogram(matrix(2, 2), edges), /^RangeError: histogram: samples in 2 dimensions/);
    assert.throws(
      () => noisedRegionMass(problem, { centres: matrix(1, 2), radius: 0.25 }),
      /^RangeError: noisedRegionMass: a region in 2 dimensions, expected one of the line$/,
    );
    for (const radius of [0, -1, NaN])
      assert.throws(() => regionMass(column(0), { ...gap, radius }), /^RangeError: regionMass: the radius is/);
    for (const wrong of [[1, 0, -1], [-1, 0, 0, 1], [-1, NaN, 1], [-1], []])
      // prettier-ignore
      assert.throws(() => histogramBands([column(0)], Float64Array.from(wrong)), /^RangeError: histogram: .*edge/);
    assert.throws(
      () => totalVariation([column(0), column(1)], Float64Array.of(1), edges),
      /^RangeError: totalVariation: 1 densities and 3 edges, expected one edge more than densities$/,
    );
    assert.throws(() => totalVariation([column(0)], Float64Array.of(1, 1), edges), /samples of 1 models, expected/);
    assert.throws(() => histogramBands([], edges), /^RangeError: histogramBands: samples of 0 models/);
  });

  it("has bands between the quartiles of the models, bin by bin", () => {
    const edges = linspace(-1, 1, 4);
    const models = Array.from({ length: 41 }, (_, m) => normal(randomSource(m), 500, 1));
    const { mean, lower, upper } = histogramBands(models, edges);
    for (let i = 0; i < 4; i++) {
      const counts = models.map(
        ({ values }) => values.filter((v) => v >= edges[i] && v < edges[i + 1]).length / 500 / 0.5,
      );
      counts.sort((a, b) => a - b);
      assert.ok(Math.abs(lower[i] - counts[10]) < 1e-12 && Math.abs(upper[i] - counts[30]) < 1e-12);
      assert.ok(Math.abs(mean[i] - counts.reduce((a, b) => a + b) / 41) < 1e-12);
    }
  });

  it("has the total variation from a known distribution, with the error of its models", () => {
    const edges = linspace(-3, 3, 30);
    const p = Float64Array.from({ length: 30 }, () => 1 / 6); // uniform
    const half = Array.from({ length: 20 }, (_, m) =>
      matrix(
        4000,
        1,
        normal(randomSource(m), 4000, 1).values.map((z) => 3 * ((z / 100) % 1) + 1.5),
      ),
    );
    const seen = totalVariation(half, p, edges); // all near 1.5
    assert.ok(seen.value > 0.9 && seen.value <= 1, String(seen.value));
    const far = [column(9, 9), column(9, 9)];
    assert.ok(Math.abs(totalVariation(far, p, edges).value - 1) < 1e-12);
  });
});

describe("Shapes about the corners of a square", () => {
  const corners = squareCorners(Math.PI / 8);
  it("are 1 of a square, 0 of a cross", () => {
    const along = (from: Matrix, steps: number, to: (i: number) => readonly number[]) =>
      matrixFromRows(
        Array.from({ length: steps * 4 }, (_, n) => {
          const [i, share] = [n % 4, (n + 0.5) / steps / 4];
          return [0, 1].map((j) => (1 - share) * from.values[2 * i + j] + share * to(i)[j]);
        }),
      );
    const square = along(corners, 200, (i) => [...corners.values.subarray(2 * ((i + 1) % 4), 2 * ((i + 1) % 4) + 2)]);
    const cross = along(corners, 200, () => [0, 0]);
    const [a, b] = [square, cross].map((x) => squareShape([x, x], corners));
    assert.equal(a.index.value, 1);
    assert.equal(b.index.value, 0);
    assert.ok(a.edge.value > 0.25 && a.centre.value === 0 && b.centre.value > 0.15);
  });

  it("are drawn as densities of mass 1, turned with the points", () => {
    const x = normal(randomSource(1), 2000, 2);
    const { density, x: centres } = planeHistogram([x], { extent: 6, size: 24 });
    assert.ok(Math.abs(density.values.reduce((sum, value) => sum + value * 0.25, 0) - 1) < 1e-9);
    assert.equal(centres[0], -5.75);
    const one = planeHistogram([matrixFromRows([[1.1, -0.4]])], { extent: 1.5, size: 3 });
    assert.deepEqual([...one.density.values], [0, 0, 0, 0, 0, 1, 0, 0, 0]);
  });

  it("of points at right angles are on the unit circle", () =>
    assert.ok(
      largestDifference(
        corners.values.map((v, i, all) => (i % 2 ? Math.hypot(v, all[i - 1]) : 1)),
        new Float64Array(8).fill(1),
      ) < 1e-12,
    ));

  it("are about their own centre, in any order of the corners", () => {
    const [a, b, c, d] = [0, 1, 2, 3].map((i) => [...row(corners, i)]);
    const moved = (points: number[][]) => matrixFromRows(points.map(([x, y]) => [x + 3, y - 2]));
    const sides = moved([
      [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2],
      [(c[0] + d[0]) / 2, (c[1] + d[1]) / 2],
    ]);
    const middle = moved([[0, 0]]);
    for (const order of [
      [a, b, c, d],
      [a, c, b, d],
      [d, a, c, b],
    ]) {
      const regions = squareRegions(moved(order));
      assert.equal(regionMass(sides, regions.edge), 1);
      assert.equal(regionMass(sides, regions.centre), 0);
      assert.equal(regionMass(middle, regions.centre), 1);
      assert.equal(regionMass(middle, regions.edge), 0);
      assert.equal(regionMass(moved([a, b, c, d].map(([x, y]) => [x / 2, y / 2])), regions.diagonal), 1);
    }
    assert.throws(() => squareRegions(matrix(3, 2)), /^RangeError: squareRegions: corners of shape \[3, 2\], expected/);
  });
});
