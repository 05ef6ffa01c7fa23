import assert from "node:assert/strict";
import { gaussian } from "../../src/diffusion/distributions/gaussian.js";
import {
  differenceProduct,
  exactDivergence,
  hutchinsonDivergence,
  jacobianDiagonals,
  jacobians,
  type JacobianProduct,
} from "../../src/diffusion/jacobian.js";
import { matrix, matrixFromRows, trace, type Matrix } from "../../src/math/matrix.js";
import { multiply } from "../../src/math/multiply.js";
import { normal, randomSource } from "../../src/math/random.js";
import { standardError } from "../../src/math/stats.js";
import { assertClose, assertMatrix } from "../helpers/close.js";

const A = matrixFromRows([
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 10],
]); // not symmetric, as of a network
const product: JacobianProduct = (_, sigma, v) =>
  multiply(
    v,
    matrix(
      3,
      3,
      A.values.map((value) => value * sigma),
    ),
    { transposeB: true },
  );
const x = normal(randomSource(1), 4, 3);

describe("Jacobians from products", () => {
  it("are the matrix itself, its diagonal and its trace at every point", () => {
    for (const J of jacobians(product, x, 2))
      assertMatrix(
        J,
        matrix(
          3,
          3,
          A.values.map((value) => 2 * value),
        ),
        1e-15,
      );
    const diagonals = jacobianDiagonals(product, x, 1);
    for (let n = 0; n < 4; n++) assertClose(diagonals.values.subarray(3 * n, 3 * n + 3), [1, 5, 10], 1e-15);
    assertClose(exactDivergence(product)(x, 2), new Float64Array(4).fill(2 * trace(A)), 1e-15);
  });

  it("by differences are those of a linear score to round-off", () => {
    const g = gaussian(
      Float64Array.of(1, 2),
      matrixFromRows([
        [2, 0.6],
        [0.6, 0.5],
      ]),
    );
    const [at, v] = [normal(randomSource(1), 3, 2), normal(randomSource(2), 3, 2)];
    assertMatrix(differenceProduct(g.score)(at, 0.5, v), g.jacobianProduct(at, 0.5, v), 1e-9);
    assert.throws(
      () => differenceProduct(g.score, { step: 0 }),
      /^RangeError: differenceProduct: step is 0, expected a positive number$/,
    );
  });
});

describe("Hutchinson's divergence", () => {
  it("has no bias, and the variance that its formula says", () => {
    const estimates = Array.from(
      { length: 2000 },
      (_, seed) => hutchinsonDivergence(product, 3, { source: randomSource(seed) })(x, 1)[0],
    );
    const mean = estimates.reduce((sum, value) => sum + value, 0) / estimates.length;
    assert.ok(Math.abs(mean - trace(A)) < 4 * standardError(estimates), `mean ${mean}`);
    const S = matrix(
      3,
      3,
      A.values.map((value, i) => (value + A.values[(i % 3) * 3 + Math.floor(i / 3)]) / 2),
    );
    const variance = 2 * S.values.reduce((sum, value, i) => sum + (i % 4 === 0 ? 0 : value * value), 0);
    const found = estimates.reduce((sum, value) => sum + (value - trace(A)) ** 2, 0) / estimates.length;
    const spread = standardError(estimates.map((value) => (value - trace(A)) ** 2));
    assert.ok(Math.abs(found - variance) < 4 * spread, `variance ${found}, expected ${variance}`);
  });

  it("averages probes, the same for every point and every call", () => {
    const estimate = hutchinsonDivergence(product, 3, { source: randomSource(1), probes: 50 });
    const found = estimate(x, 1);
    assert.deepEqual(found, estimate(x, 1));
    assert.equal(new Set(found).size, 1); // one linear map at all points
    const singly = (source = randomSource(1)) =>
      Array.from({ length: 50 }, () => hutchinsonDivergence(product, 3, { source })(x, 1)[0]);
    assertClose([found[0]], [singly().reduce((sum, value) => sum + value / 50, 0)], 1e-12);
  });

  it("refuses no probes and points of another dimension", () => {
    assert.throws(
      () => hutchinsonDivergence(product, 3, { source: randomSource(1), probes: 0 }),
      /^RangeError: hutchinsonDivergence: probes is 0, expected a positive integer$/,
    );
    const other: Matrix = matrix(1, 2);
    assert.throws(
      () => hutchinsonDivergence(product, 3, { source: randomSource(1) })(other, 1),
      /^RangeError: hutchinsonDivergence: x has 2 columns, expected 3$/,
    );
  });
});
