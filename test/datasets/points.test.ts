import assert from "node:assert/strict";
import { translatedBlobGrid, translatedBlobs } from "../../src/datasets/blobs.js";
import { lollipop, lollipopGrid } from "../../src/datasets/lollipop.js";
import { embed } from "../../src/datasets/points.js";
import { gaussianWithSpectrum, powerLawSpectrum } from "../../src/datasets/spectrum.js";
import { ring, sphere } from "../../src/datasets/sphere.js";
import { spiral, swissRoll, swissRollGrid } from "../../src/datasets/spiral.js";
import { eigen } from "../../src/math/eigen.js";
import { distance, matrix, norm, row, takeColumns, type Matrix } from "../../src/math/matrix.js";
import { multiply } from "../../src/math/multiply.js";
import { randomSource } from "../../src/math/random.js";
import { columnMeans, covariance, mean, standardError } from "../../src/math/stats.js";
import { svd } from "../../src/math/svd.js";
import { assertClose, assertMatrix } from "../helpers/close.js";

const length = (m: Matrix, i: number) => norm({ rows: 1, cols: m.cols, values: row(m, i) });
const lengths = (m: Matrix) => Array.from({ length: m.rows }, (_, i) => length(m, i));
const between = (m: Matrix, i: number, j: number) =>
  Math.hypot(...row(m, i).map((x, k) => x - m.values[j * m.cols + k]));
/** A mean within four standard errors of what it should be. */
const assertMean = (values: ArrayLike<number>, expected: number, what: string) =>
  assert.ok(
    Math.abs(mean(values) - expected) < 4 * standardError(values),
    `${what}: mean ${mean(values)} ± ${standardError(values)}, expected ${expected}`,
  );

describe("ring", () => {
  it("has equal distances without a source and uniform angles with one, at its radius", () => {
    const { points } = ring(12, { radius: 3 });
    assertClose(lengths(points), new Array(12).fill(3), 1e-15);
    assertClose(
      Array.from({ length: 12 }, (_, i) => between(points, i, (i + 1) % 12)),
      new Array(12).fill(6 * Math.sin(Math.PI / 12)),
      1e-14,
    );
    const random = ring(4000, { source: randomSource(0) }).points;
    for (let k = 1; k <= 4; k++)
      assertMean(
        Array.from({ length: 4000 }, (_, i) =>
          Math.cos(k * Math.atan2(random.values[2 * i + 1], random.values[2 * i])),
        ),
        0,
        `cos ${k}θ`,
      );
  });
});

describe("sphere", () => {
  it("lies at its radius in its first k + 1 dimensions, with covariance r² I / (k + 1)", () => {
    const { points, dimension } = sphere(3000, 4, randomSource(1), { ambient: 9, radius: 2 });
    assert.equal(dimension, 4);
    assertClose(lengths(points), new Array(3000).fill(2), 1e-14);
    assert.ok(points.values.every((value, index) => index % 9 < 5 || value === 0));
    for (let j = 0; j < 5; j++) {
      assertMean(
        Array.from({ length: 3000 }, (_, i) => points.values[9 * i + j]),
        0,
        `x${j}`,
      );
      assertMean(
        Array.from({ length: 3000 }, (_, i) => points.values[9 * i + j] ** 2),
        4 / 5,
        `x${j}²`,
      );
    }
  });
});

describe("spiral and Swiss roll", () => {
  const u = (x: number, y: number) => Math.hypot(x, y) * 10;

  it("lie on their curve", () => {
    const s = spiral(500, { source: randomSource(2) }).points;
    const r = swissRoll(500, randomSource(3)).points;
    for (let i = 0; i < 500; i++) {
      const [x, y] = row(s, i);
      assertClose([x, y], [0.1 * u(x, y) * Math.cos(u(x, y)), 0.1 * u(x, y) * Math.sin(u(x, y))], 1e-12);
      const [a, b, c] = row(r, i);
      assertClose([a, c], [0.1 * u(a, c) * Math.cos(u(a, c)), 0.1 * u(a, c) * Math.sin(u(a, c))], 1e-12);
      assert.ok(b >= 0 && b <= 2.1 && u(a, c) >= 1.5 * Math.PI - 1e-12 && u(a, c) <= 4.5 * Math.PI + 1e-12);
    }
  });

  it("have equal lengths between neighbours, and equal area to every piece of the grid", () => {
    const n = 2000;
    const { points } = spiral(n);
    const steps = Array.from({ length: n - 1 }, (_, i) => between(points, i, i + 1));
    // a chord is shorter than its arc by h² κ² / 24, at most 4e-6 here (h = 0.0045, κ = 2.1)
    assertClose(steps, new Array(n - 1).fill(steps[0]), 4e-6);
    const grid = swissRollGrid(n, 3).points;
    assertClose(
      Array.from({ length: n - 1 }, (_, i) => between(grid, 3 * i, 3 * i + 3)),
      steps,
      1e-12,
    );
    assertClose(
      [0, 1, 2].map((i) => grid.values[3 * i + 1]),
      [0.35, 1.05, 1.75],
      1e-14,
    );
  });

  it("are uniform at random: the mean length along the curve is half of it", () => {
    const total = (v: number) => (v * Math.hypot(1, v) + Math.asinh(v)) / 2;
    const [start, end] = [total(1.5 * Math.PI), total(4.5 * Math.PI)];
    const along = (m: Matrix) => lengths(m).map((r) => (total(10 * r) - start) / (end - start));
    assertMean(along(spiral(3000, { source: randomSource(4) }).points), 0.5, "spiral");
    const roll = swissRoll(3000, randomSource(5)).points;
    assertMean(
      along(
        matrix(
          3000,
          2,
          Float64Array.from({ length: 6000 }, (_, i) => roll.values[3 * (i >> 1) + 2 * (i % 2)]),
        ),
      ),
      0.5,
      "roll",
    );
    assertMean(
      Array.from({ length: 3000 }, (_, i) => roll.values[3 * i + 1]),
      1.05,
      "height",
    );
  });
});

describe("lollipop", () => {
  it("has candy, stick and dot in the proportions 4 : 2 : 1, each uniform", () => {
    const { points, dimensions } = lollipop(7000, randomSource(6));
    for (const [dimension, share] of [
      [0, 1 / 7],
      [1, 2 / 7],
      [2, 4 / 7],
    ])
      assertMean(
        Array.from(dimensions, (d) => Number(d === dimension)),
        share,
        `share of dimension ${dimension}`,
      );
    const squares: number[] = [];
    const stick: number[] = [];
    dimensions.forEach((d, i) => {
      const [x, y] = row(points, i);
      if (d === 0) assert.deepEqual([x, y], [0, 0]);
      if (d === 1) {
        assert.ok(x === y && x >= 1.5 && Math.hypot(x - 3, y - 3) >= 1 - 1e-12);
        stick.push(x);
      }
      if (d === 2) squares.push((x - 3) ** 2 + (y - 3) ** 2);
    });
    assert.ok(Math.max(...squares) <= 1 + 1e-12);
    assertMean(squares, 1 / 2, "squared radius in the disc");
    assertMean(stick, (1.5 + 3 - Math.SQRT1_2) / 2, "place on the stick");
  });
});

describe("translatedBlobs", () => {
  it("are largest at their centre, fall as a Gaussian, and move with it", () => {
    const { points, centres, side } = translatedBlobGrid(4, { range: [2, 5] });
    assert.deepEqual([points.rows, points.cols, side], [16, 64, 8]);
    assert.deepEqual([...row(centres, 0), ...row(centres, 1), ...row(centres, 4)], [2, 2, 3, 2, 2, 3]);
    const image = row(points, 1);
    assert.equal(image[2 * 8 + 3], 1);
    assertClose([image[2 * 8 + 4], image[3 * 8 + 3]], [Math.exp(-1 / 2.88), Math.exp(-1 / 2.88)], 1e-15);
    assert.equal(translatedBlobGrid().points.rows, 625);
  });

  it("vary in two directions: the Jacobian by the centre has rank 2", () => {
    // centres of a lattice so fine that differences of its images are the derivatives
    const h = 1e-5;
    const { points } = translatedBlobGrid(2, { range: [3.3, 3.3 + h] });
    const derivative = (to: number) => row(points, to).map((value, p) => (value - row(points, 0)[p]) / h);
    const [dx, dy] = [derivative(1), derivative(2)];
    const { values } = svd(matrix(2, 64, Float64Array.of(...dx, ...dy)));
    assert.ok(values[1] > 0.1 * values[0]);
  });

  it("have random centres in the range", () => {
    const { centres, points } = translatedBlobs(2000, randomSource(7), { range: [1, 3] });
    assert.ok(centres.values.every((value) => value >= 1 && value < 3) && points.rows === 2000);
    assertMean(centres.values, 2, "centre");
    assert.throws(
      () => translatedBlobs(0, randomSource(7)),
      /^RangeError: translatedBlobs: count is 0, expected a positive integer$/,
    );
  });
});

describe("powerLawSpectrum", () => {
  it("falls by the same factor from every rank to its double, and has the given sum", () => {
    const lambda = powerLawSpectrum(64, 1.6, 5);
    for (const k of [1, 2, 7, 32]) assertClose([lambda[2 * k - 1] / lambda[k - 1]], [2 ** -1.6], 1e-12);
    assertClose([lambda.reduce((sum, value) => sum + value, 0)], [5], 1e-14);
  });
  it("refuses no variances", () =>
    assert.throws(
      () => powerLawSpectrum(0, 1, 1),
      /^RangeError: powerLawSpectrum: 0 variances, expected a positive integer$/,
    ));
});

describe("gaussianWithSpectrum", () => {
  it("has its spectrum, mean and directions", () => {
    const mu = Float64Array.of(1, 2, 3, 4, 5, 6);
    const { points, U, lambda, dimension } = gaussianWithSpectrum(20_000, [9, 4, 1], randomSource(8), {
      ambient: 6,
      mean: mu,
    });
    assert.equal(dimension, 3);
    assertMatrix(multiply(U, U, { transposeA: true }), matrix(3, 3, Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1)), 1e-14);
    columnMeans(points).forEach((value, j) => assert.ok(Math.abs(value - mu[j]) < (4 * 3) / Math.sqrt(20_000)));
    const { values } = eigen(covariance(points));
    // an estimated variance has the relative standard error √(2 / n)
    lambda.forEach((variance, k) =>
      assert.ok(Math.abs(values[k] / variance - 1) < 4 * Math.sqrt(2 / 20_000), `λ[${k}] = ${values[k]}`),
    );
    assert.ok(values[3] < 1e-12);
  });

  it("refuses what is no spectrum", () => {
    const draw =
      (lambda: number[], options = {}) =>
      () =>
        gaussianWithSpectrum(5, lambda, randomSource(0), options);
    assert.throws(draw([]), /^RangeError: gaussianWithSpectrum: no variances/);
    assert.throws(
      draw([1, 2]),
      /^RangeError: gaussianWithSpectrum: λ\[1\] is 2 after 1, expected positive numbers in decreasing order/,
    );
    assert.throws(draw([1, 0]), /λ\[1\] is 0 after 1, .* leave zeros out and set `ambient`$/);
    assert.throws(
      draw([2, 1], { ambient: 1 }),
      /^RangeError: gaussianWithSpectrum: 1 dimensions, expected an integer of at least 2/,
    );
    assert.throws(
      draw([1], { mean: new Float64Array(2) }),
      /^RangeError: gaussianWithSpectrum: the mean has 2 entries, expected 1$/,
    );
  });
});

describe("embed", () => {
  it("keeps distances and the rank, with and without a rotation", () => {
    const flat = ring(50);
    for (const source of [undefined, randomSource(9)]) {
      const { points, dimension } = embed(flat, 7, source);
      assert.deepEqual([points.cols, dimension], [7, 1]);
      for (let i = 1; i < 50; i++) assert.ok(Math.abs(between(points, 0, i) - between(flat.points, 0, i)) < 1e-14);
      assert.equal(svd(points).values.filter((value) => value > 1e-12).length, 2);
    }
    assert.ok(distance(takeColumns(embed(flat, 7).points, 2), flat.points) === 0);
    assert.ok(distance(takeColumns(embed(flat, 7, randomSource(9)).points, 2), flat.points) > 1);
  });
});

describe("lollipopGrid", () => {
  it("has the shares, means and spreads of the lollipop's parts, and no gap wider than the spacing", () => {
    const spacing = 0.05;
    const { points, dimensions, weights } = lollipopGrid(spacing);
    const part = (k: number) => [...weights.keys()].filter((i) => dimensions[i] === k);
    const total = (rows: number[], f: (i: number) => number) => rows.reduce((sum, i) => sum + weights[i] * f(i), 0);
    assertClose(
      [0, 1, 2].map((k) => total(part(k), () => 1)),
      [1 / 7, 2 / 7, 4 / 7],
      1e-12,
    );
    const [x, y] = [(i: number) => points.values[2 * i], (i: number) => points.values[2 * i + 1]];
    const edge = 3 - Math.SQRT1_2;
    assertClose(
      [total(part(1), x) / (2 / 7), total(part(2), x) / (4 / 7), total(part(2), y) / (4 / 7)],
      [(1.5 + edge) / 2, 3, 3],
      1e-12,
    );
    // the square of the middle for the mean of the square: off by a twelfth of the square of a piece
    assertClose([total(part(2), (i) => (x(i) - 3) ** 2 + (y(i) - 3) ** 2) / (4 / 7)], [0.5], spacing ** 2);
    for (const i of [...part(1), ...part(2)]) {
      let nearest = Infinity;
      for (const j of weights.keys()) if (j !== i) nearest = Math.min(nearest, Math.hypot(x(i) - x(j), y(i) - y(j)));
      assert.ok(nearest <= spacing * (1 + 1e-9), `${nearest} at ${i}`);
    }
  });
});

describe("point sets", () => {
  it("are the same for the same seed and others for another", () => {
    const sets = (seed: number) => {
      const source = randomSource(seed);
      return [
        ring(5, { source }),
        sphere(5, 2, source),
        spiral(5, { source }),
        swissRoll(5, source),
        lollipop(5, source),
        translatedBlobs(5, source),
        gaussianWithSpectrum(5, [2, 1], source),
      ].map(({ points }) => points.values);
    };
    assert.deepEqual(sets(0), sets(0));
    sets(0).forEach((values, i) => assert.notDeepEqual(values, sets(1)[i]));
  });

  it("refuse sizes and ranges that are none", () => {
    const source = randomSource(0);
    assert.throws(() => ring(0), /^RangeError: ring: count is 0, expected a positive integer$/);
    assert.throws(() => ring(3, { radius: -1 }), /^RangeError: ring: radius is -1, expected a positive number$/);
    assert.throws(() => sphere(3, 0, source), /^RangeError: sphere: k is 0, expected a positive integer$/);
    assert.throws(
      () => sphere(3, 4, source, { ambient: 4 }),
      /^RangeError: embed: 4 dimensions, expected an integer of at least 5, the points' own$/,
    );
    assert.throws(
      () => spiral(3, { from: 2, to: 1 }),
      /^RangeError: spiral: u goes from 2 to 1, expected 0 ≤ from < to$/,
    );
    assert.throws(() => swissRollGrid(3, 0), /^RangeError: swissRollGrid: across is 0, expected a positive integer$/);
    assert.throws(
      () => swissRoll(3, source, { height: 0 }),
      /^RangeError: swissRoll: height is 0, expected a positive number$/,
    );
    assert.throws(() => lollipop(1.5, source), /^RangeError: lollipop: count is 1.5, expected a positive integer$/);
    assert.throws(() => lollipopGrid(0), /^RangeError: lollipopGrid: spacing is 0, expected a positive number$/);
    assert.throws(
      () => translatedBlobGrid(3, { range: [5, 2] }),
      /^RangeError: translatedBlobGrid: centres range from 5 to 2, expected low < high$/,
    );
    assert.throws(
      () => translatedBlobGrid(3, { width: 0 }),
      /^RangeError: translatedBlobGrid: width is 0, expected a positive number$/,
    );
  });
});
