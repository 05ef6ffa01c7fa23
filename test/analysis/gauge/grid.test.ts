import assert from "node:assert/strict";
import {
  edgeError,
  edgeVectors,
  gridNodes,
  helmholtzGrid,
  lattice,
  type SquareGrid,
} from "../../../src/analysis/gauge/grid.js";
import { laplacian, multigrid } from "../../../src/math/multigrid.js";
import { matrix, scale, type Matrix } from "../../../src/math/matrix.js";
import { observedOrder } from "../../../src/math/ode.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose } from "../../helpers/close.js";
import { plane, planeField, planeGauge, planeGradient } from "../../helpers/plane.js";

const logDensity = (x: Matrix) => plane.logDensity(x, 0);
const box = (cells: number): SquareGrid => ({ from: -6, to: 6, cells });
const splits = [60, 120, 240].map((cells) => helmholtzGrid(logDensity, planeField, box(cells)));

describe("the decomposition on a grid", () => {
  for (const split of splits)
    it(`is orthogonal, complete and free of sources to round-off: ${split.grid.cells} cells`, () => {
      const { energy, product, residual } = split;
      assert.ok(residual < 2e-12, `residual ${residual}`);
      assert.ok(Math.abs(product) < 1e-12 * energy.field, `product ${product}`);
      assert.ok(Math.abs(energy.field - energy.gradient - energy.gauge) < 1e-12 * energy.field);
    });

  it("approaches the analytic parts and the known energies at order 2", () => {
    const h = splits.map(({ grid }) => 12 / grid.cells);
    for (const [part, field] of [
      ["gradient", planeGradient],
      ["gauge", (x: Matrix) => planeGauge.score(x, 0)],
    ] as const) {
      const errors = splits.map((split) => edgeError(logDensity, split[part], field, split.grid));
      const order = observedOrder(h, errors);
      assert.ok(Math.abs(order - 2) < 0.2, `${part}: errors ${errors}, order ${order}`);
    }
    const { energy } = splits[2];
    assertClose([energy.gradient, energy.gauge], [0.82414, 1.25818], 1e-4);
  });

  it("leaves a gradient and a gauge field as they are, and split twice the parts stay", () => {
    const grid = box(120);
    const gradient = helmholtzGrid(logDensity, planeGradient, grid);
    const gauge = helmholtzGrid(logDensity, (x) => planeGauge.score(x, 0), grid);
    assert.ok(gradient.energy.gauge < 1e-5 * gradient.energy.field, `${gradient.energy.gauge}`); // (h²)² = 1e-4 squared, times derivatives
    assert.ok(gauge.energy.gradient < 1e-5 * gauge.energy.field, `${gauge.energy.gradient}`);
    const [a, b] = [gradient, gauge].map(({ gradient }) => gradient.along.values);
    assertClose(
      splits[1].gradient.along.values.map(
        (value, i) => (value - a[i] - b[i]) * (i % 120 > 20 && i % 120 < 100 ? 1 : 0),
      ),
      new Float64Array(a.length),
      1e-6,
    ); // linear in the field
  });

  it("has a potential whose differences are the gradient, of mean 0", () => {
    const { potential, gradient, grid } = splits[0];
    const h = 12 / grid.cells;
    assertClose(
      gradient.along.values,
      gradient.along.values.map(
        (_, k) =>
          (potential.values[Math.floor(k / 60) * 61 + (k % 60) + 1] -
            potential.values[Math.floor(k / 60) * 61 + (k % 60)]) /
          h,
      ),
      1e-10,
    );
    const p = logDensity(lattice(gridNodes(grid), gridNodes(grid))).map(Math.exp);
    assert.ok(Math.abs(p.reduce((sum, value, i) => sum + value * potential.values[i], 0)) < 1e-10);
  });

  it("gives vectors at inner nodes for a figure", () => {
    const { points, vectors } = edgeVectors(splits[2].gradient, splits[2].grid, 16);
    assert.equal(points.rows, 14 ** 2);
    const exact = planeGradient(points);
    const weight = logDensity(points).map(Math.exp);
    assertClose(
      vectors.values.map((value, i) => value * weight[i >> 1]),
      exact.values.map((value, i) => value * weight[i >> 1]),
      5e-3,
    );
  });

  it("takes as few iterations on fine grids as on coarse ones", () => {
    const counts = splits.map(({ iterations }) => iterations);
    assert.ok(Math.max(...counts) < 40 && counts[2] < counts[0] + 15, `${counts}`);
  });

  it("refuses a grid that is none, a density that is none and a field of another shape", () => {
    const few = box(8);
    assert.throws(
      () => helmholtzGrid(logDensity, planeField, { from: 1, to: 1, cells: 8 }),
      /^RangeError: helmholtzGrid: the square is \[1, 1\]², expected from < to$/,
    );
    assert.throws(
      () => helmholtzGrid(logDensity, planeField, box(1)),
      /^RangeError: helmholtzGrid: 1 cells, expected an integer of at least 2$/,
    );
    assert.throws(
      () => helmholtzGrid(logDensity, planeField, box(101)),
      /^RangeError: multigrid: 101 cells are left of the halving, expected at most 40; take a power of 2 times a small number of cells$/,
    );
    assert.throws(
      () => helmholtzGrid((x) => new Float64Array(x.rows).fill(NaN), planeField, few),
      /^RangeError: helmholtzGrid: the log density is NaN somewhere on the grid, expected finite numbers or -Infinity$/,
    );
    assert.throws(
      () => helmholtzGrid((x) => new Float64Array(x.rows).fill(-Infinity), planeField, few),
      /^RangeError: helmholtzGrid: the density is 0 or not finite on the whole grid/,
    );
    assert.throws(
      () => helmholtzGrid(logDensity, (x) => matrix(x.rows, 3), few),
      /^RangeError: helmholtzGrid: the field is 72 × 3 at 72 points, expected two components at each$/,
    );
    assert.throws(
      () => helmholtzGrid(logDensity, (x) => scale(x, NaN), few),
      /^RangeError: helmholtzGrid: the field is not finite somewhere on the grid, expected finite values$/,
    );
    assert.throws(
      () => edgeVectors(splits[0].gradient, box(60), 0),
      /^RangeError: edgeVectors: stride is 0, expected an integer from 1 to 59$/,
    );
  });
});

describe("multigrid", () => {
  const cells = 16;
  const random = (n: number, seed: number) =>
    normal(randomSource(seed), n, 1).values.map((value) => Math.exp(2 * value));
  const net = { cells, along: random((cells + 1) * cells, 1), across: random((cells + 1) * cells, 2) };
  const centred = (seed: number) => {
    const v = normal(randomSource(seed), (cells + 1) ** 2, 1).values;
    const mean = v.reduce((sum, value) => sum + value, 0) / v.length;
    return v.map((value) => value - mean);
  };
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);

  it("is symmetric and positive, as a preconditioner must be", () => {
    const [M, a, b] = [multigrid(net), centred(3), centred(4)];
    assert.ok(Math.abs(dot(a, M(b)) - dot(b, M(a))) < 1e-10 * Math.sqrt(dot(a, M(a)) * dot(b, M(b))));
    assert.ok(dot(a, M(a)) > 0);
  });
  it("inverts a lattice that is small at once", () => {
    const small = { cells: 3, along: random(12, 5), across: random(12, 6) };
    const b = normal(randomSource(7), 16, 1).values;
    const right = laplacian(small)(b);
    assertClose(laplacian(small)(multigrid(small)(right)), right, 1e-10);
  });
});
