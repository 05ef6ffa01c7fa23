import assert from "node:assert/strict";
import {
  gapFilling,
  histogramBands,
  noisedHistogram,
  noisedRegionMass,
  regionMass,
  totalVariation,
} from "../../../src/analysis/variance/gapFilling.js";
import { planeHistogram, squareShape } from "../../../src/analysis/variance/squareShapes.js";
import { scheduleOf, type TrainingProblem } from "../../../src/analysis/variance/trainingDraws.js";
import { squareCorners } from "../../../src/datasets/planePoints.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";
import { matrix, matrixFromRows, scale, type Matrix } from "../../../src/math/matrix.js";
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
});
