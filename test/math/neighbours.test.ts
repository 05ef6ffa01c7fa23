import assert from "node:assert/strict";
import { addToRows, matrix, matrixFromRows, type Matrix } from "../../src/math/matrix.js";
import { nearestNeighbours, nearestNeighboursReference } from "../../src/math/neighbours.js";
import { multiply } from "../../src/math/multiply.js";
import { normal, randomSource } from "../../src/math/random.js";
import { assertClose, assertMatrix } from "../helpers/close.js";

const points = normal(randomSource(1), 3000, 6);

describe("nearestNeighbours", () => {
  for (const [name, d] of [
    ["by a tree", 1],
    ["by a tree", 3],
    ["by a tree", 10],
    ["by blocks of products", 12],
  ] as const)
    it(`is the same ${name} and in plain loops, in ${d} dimensions`, () => {
      const [points, queries] = [normal(randomSource(1), 3000, d), normal(randomSource(2), 1700, d)]; // several blocks
      const [fast, plain] = [nearestNeighbours, nearestNeighboursReference].map((search) => search(points, queries, 7));
      assert.deepEqual(fast.indices, plain.indices);
      assertMatrix(fast.distances, plain.distances, 1e-15);
    });

  it("is the same by a tree over a few principal axes, of points far from 0 in many dimensions and of others beside them", () => {
    const axes = normal(randomSource(3), 4, 30);
    const [cloud, others] = [
      addToRows(multiply(normal(randomSource(4), 4500, 4), axes), new Float64Array(30).fill(9)),
      addToRows(normal(randomSource(5), 310, 30), new Float64Array(30).fill(9)),
    ];
    for (const queries of [cloud, others]) {
      const [fast, plain] = [nearestNeighbours, nearestNeighboursReference].map((search) => search(cloud, queries, 5));
      assert.deepEqual(fast.indices, plain.indices);
      assertMatrix(fast.distances, plain.distances, 1e-15);
    }
  });

  it("finds what is needed where many coordinates are equal", () => {
    const grid = matrix(
      2000,
      2,
      Float64Array.from({ length: 4000 }, (_, i) => (i % 2 === 0 ? (i / 2) % 10 : Math.floor(i / 20))),
    );
    const places = addToRows(grid, [0.1, 0.2]);
    assertMatrix(
      nearestNeighbours(grid, places, 4).distances,
      nearestNeighboursReference(grid, places, 4).distances,
      1e-15,
    );
    const same = matrix(500, 3);
    assertMatrix(nearestNeighbours(same, same, 5).distances, matrix(500, 5), 0);
  });

  it("finds a point itself first, at distance 0, and then the others in the order of their distances", () => {
    const { indices, distances } = nearestNeighbours(points, points, 4);
    for (let n = 0; n < points.rows; n++) {
      assert.deepEqual([indices[4 * n], distances.values[4 * n]], [n, 0]);
      for (let j = 1; j < 4; j++) assert.ok(distances.values[4 * n + j] >= distances.values[4 * n + j - 1]);
    }
  });

  it("rounds no distance away, however far the points are from 0 and however near to each other", () => {
    const near = normal(randomSource(1), 3000, 12);
    const shifted = addToRows(
      { ...near, values: near.values.map((value) => Math.round(value * 2 ** 20) / 2 ** 40) },
      new Float64Array(12).fill(1024),
    );
    const own = addToRows(shifted, new Float64Array(12).fill(-1024));
    assertMatrix(
      nearestNeighbours(shifted, shifted, 3).distances,
      nearestNeighboursReference(own, own, 3).distances,
      0,
    );
  });

  it("finds all points when asked for all", () => {
    const three = matrixFromRows([[0], [1], [3]]);
    const { indices, distances } = nearestNeighbours(three, matrixFromRows([[2.9]]), 3);
    assert.deepEqual([...indices], [2, 1, 0]);
    assertClose(distances.values, [0.1, 1.9, 2.9], 1e-12);
  });

  it("refuses more neighbours than points, other dimensions and values that are not finite", () => {
    const two = matrixFromRows([
      [0, 0],
      [1, 1],
    ]);
    assert.throws(
      () => nearestNeighbours(two, two, 3),
      /^RangeError: nearestNeighbours: 3 neighbours among 2 points, expected an integer from 1 to 2$/,
    );
    assert.throws(
      () => nearestNeighbours(two, matrix(1, 3), 1),
      /^RangeError: nearestNeighbours: a query has 3 columns, expected 2$/,
    );
    const bad: Matrix = matrixFromRows([
      [0, 0],
      [1, NaN],
    ]);
    assert.throws(
      () => nearestNeighbours(bad, two, 1),
      /^RangeError: nearestNeighbours: the points hold NaN in row 1, expected finite values$/,
    );
  });
});
