import assert from "node:assert/strict";
import { alignment, alignmentShares } from "../../../src/analysis/variance/alignment.js";
import { leadingDirections, projectedSquares, randomDirections } from "../../../src/analysis/variance/subspaceShare.js";
import { gaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { diagonal, identity, matrix, row, scaleColumns, type Matrix } from "../../../src/math/matrix.js";
import { multiply } from "../../../src/math/multiply.js";
import { randomOrthogonal } from "../../../src/math/qr.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose, assertMatrix } from "../../helpers/close.js";

const d = 6;
const lambda = Float64Array.of(9, 4, 1, 0.5, 0.2, 0.1);
const data = gaussian(new Float64Array(d), diagonal(lambda));
const options = () => ({ source: randomSource(3), resamples: 300 });

/** Covariances with leading directions of their own, which fall off fast. */
const turned = Array.from({ length: 40 }, (_, n) => {
  const V = randomOrthogonal(randomSource(n), d);
  return multiply(scaleColumns(V, [5, 3, 0.3, 0.2, 0.1, 0.05]), V, { transposeB: true });
});
const rowsOf = (m: Matrix) => Array.from({ length: m.rows }, (_, n) => matrix(1, m.cols, row(m, n)));

describe("Leading and random directions", () => {
  it("are orthonormal, the leading ones in the order of a covariance's variances", () => {
    assertMatrix(leadingDirections(diagonal([1, 7, 3]), 2)!, matrix(3, 2, Float64Array.of(0, 0, 1, 0, 0, 1)), 1e-12);
    const V = randomDirections(data, 3, randomSource(1));
    assertMatrix(multiply(V, V, { transposeA: true }), identity(3), 1e-12);
  });

  it("are not there beyond the rank", () => {
    assert.equal(leadingDirections(diagonal([1, 1, 0]), 3), undefined);
    assert.equal(leadingDirections(diagonal([0, 0, 0]), 1), undefined);
    assert.throws(
      () => randomDirections(gaussian(new Float64Array(3), diagonal([1, 1, 0])), 3, randomSource(1)),
      /^RangeError: randomDirections: k is 3, expected an integer from 1 to 2$/,
    );
  });

  it("hold the squares of what lies in them", () => {
    const V = matrix(3, 1, Float64Array.of(0, 1, 0));
    assertClose(projectedSquares(matrix(2, 3, Float64Array.of(1, 2, 3, 4, 5, 6)), V), [4, 25], 1e-14);
  });
});

describe("Alignment", () => {
  it("finds all of what lies in the leading directions there, and no more than by chance elsewhere", () => {
    const inside = turned.map((covariance, n) =>
      multiply(normal(randomSource(n, 1), 1, 2), leadingDirections(covariance, 2)!, { transposeB: true }),
    );
    const { own, other, places } = alignmentShares(
      alignment(inside, turned, data, { directions: 2, source: randomSource(1) }),
      options(),
    );
    assert.equal(places, 40);
    assertClose([own.value, own.low], [1, 1], 1e-12);
    assert.ok(Math.abs(other.value - 2 / d) < 4 * other.standardError, `${other.value} ± ${other.standardError}`);
  });

  it("of isotropic vectors is k / d with every choice of directions", () => {
    const random = rowsOf(normal(randomSource(5), 40, d));
    const shares = alignmentShares(
      alignment(random, turned, data, { directions: 2, draws: 400, source: randomSource(1) }),
      options(),
    );
    for (const name of ["own", "other", "data", "principal"] as const) {
      const { value, standardError } = shares[name];
      assert.ok(Math.abs(value - 1 / 3) < 4 * standardError, `${name}: ${value} ± ${standardError}`);
    }
    assertClose([shares.isotropic.value, shares.isotropic.standardError], [1 / 3, 0], 1e-12);
    const { low, high } = shares.ownLessOther;
    assert.ok(low < 0 && 0 < high, `${low} to ${high}`);
  });

  it("of vectors with the data's covariance is above that in the data's directions, and in a place's own is not", () => {
    const vectors = rowsOf(scaleColumns(normal(randomSource(6), 40, d), lambda.map(Math.sqrt)));
    const shares = alignmentShares(
      alignment(vectors, turned, data, { directions: 2, source: randomSource(1) }),
      options(),
    );
    assert.ok(shares.principal.value > shares.data.value && shares.data.low > 1 / 3);
    assert.ok(shares.ownLessOther.low < 0 && 0 < shares.ownLessOther.high);
  });

  it("leaves out the places whose covariance has too few directions", () => {
    const flat = diagonal([1, 0, 0, 0, 0, 0]);
    const vectors = rowsOf(normal(randomSource(7), 3, d));
    const found = alignment(vectors, [turned[0], flat, turned[1]], data, { directions: 2, source: randomSource(1) });
    assert.equal(found.total.length, 2);
    assert.throws(
      () =>
        alignmentShares(
          alignment(vectors, [flat, flat, flat], data, { directions: 2, source: randomSource(1) }),
          options(),
        ),
      /^RangeError: alignmentShares: 0 places whose covariance has the directions, expected at least 2; take a larger σ/,
    );
    assert.throws(
      () => alignment(vectors, [flat], data, { source: randomSource(1) }),
      /^RangeError: alignment: vectors of 3 places and 1 covariances, expected one for each$/,
    );
  });
});
