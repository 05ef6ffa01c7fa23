import assert from "node:assert/strict";
import {
  frechetDistance,
  frechetInfluence,
  meanAndCovariance,
  type MeanAndCovariance,
} from "../../../src/analysis/samples/frechet.js";
import {
  addScaled,
  addToRows,
  diagonal,
  matrix,
  matrixFromRows,
  scale,
  scaleColumns,
  transpose,
} from "../../../src/math/matrix.js";
import { multiply } from "../../../src/math/multiply.js";
import { randomOrthogonal } from "../../../src/math/qr.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose, assertMatrix } from "../../helpers/close.js";

const between = (a: MeanAndCovariance, b: MeanAndCovariance) => frechetDistance(a)(b);
const d = 40;
const one = meanAndCovariance(
  scaleColumns(
    normal(randomSource(1), 300, d),
    Float64Array.from({ length: d }, (_, j) => 1 / (1 + j)),
  ),
);
const other = meanAndCovariance(addToRows(normal(randomSource(2), 300, d), new Float64Array(d).fill(0.3)));

describe("moments", () => {
  it("are the mean and the covariance divided by n", () => {
    const { mean, covariance } = meanAndCovariance(
      matrixFromRows([
        [0, 1],
        [2, 1],
        [4, 4],
      ]),
    );
    assertClose(mean, [2, 2], 1e-15);
    assertMatrix(
      covariance,
      matrixFromRows([
        [8 / 3, 2],
        [2, 2],
      ]),
      1e-15,
    );
  });
  it("refuse what is not finite, and nothing", () => {
    assert.throws(
      () => meanAndCovariance(matrixFromRows([[0, NaN]])),
      /^RangeError: meanAndCovariance: the mean of column 1 is NaN, expected finite points$/,
    );
    assert.throws(() => meanAndCovariance(matrix(0, 2)), /^RangeError: columnMeans: no points/);
  });
});

describe("frechetDistance", () => {
  it("is 0 of a set to itself, also where its covariance is singular", () => {
    assert.ok(between(one, one) < 1e-12 * d);
    const few = meanAndCovariance(normal(randomSource(3), 10, d)); // rank 9
    assert.ok(between(few, few) < 1e-12 * d);
    const point = meanAndCovariance(matrix(1, 3));
    assert.equal(between(point, point), 0);
  });

  it("is the closed form where covariances commute: Σ (√a - √b)² and the means", () => {
    const [a, b] = [
      [4, 1, 0.25, 0, 9],
      [1, 1, 4, 2, 0],
    ];
    const seen = between(
      { mean: Float64Array.of(1, 0, 0, 0, 0), covariance: diagonal(a) },
      { mean: Float64Array.of(0, 2, 0, 0, 0), covariance: diagonal(b) },
    );
    assertClose([seen], [5 + a.reduce((sum, value, k) => sum + (Math.sqrt(value) - Math.sqrt(b[k])) ** 2, 0)], 1e-12);
  });

  it("is the closed form in the plane, tr √(AB) = √(tr AB + 2 √det AB)", () => {
    const [A, B] = [
      matrixFromRows([
        [2, 0.7],
        [0.7, 1],
      ]),
      matrixFromRows([
        [0.5, -0.3],
        [-0.3, 3],
      ]),
    ];
    const AB = multiply(A, B).values;
    const root = Math.sqrt(AB[0] + AB[3] + 2 * Math.sqrt(AB[0] * AB[3] - AB[1] * AB[2]));
    const mean = new Float64Array(2);
    assertClose([between({ mean, covariance: A }, { mean, covariance: B })], [6.5 - 2 * root], 1e-12);
  });

  it("does not change when both are rotated and moved, nor when they change places, and grows with the square of a scale", () => {
    const R = randomOrthogonal(randomSource(4), d);
    const shift = normal(randomSource(5), 1, d).values;
    const moved = ({ mean, covariance }: MeanAndCovariance): MeanAndCovariance => ({
      mean: addToRows(multiply(matrix(1, d, mean), R), shift).values,
      covariance: symmetric(multiply(transpose(R), multiply(covariance, R))),
    });
    const larger = ({ mean, covariance }: MeanAndCovariance): MeanAndCovariance => ({
      mean: mean.map((value) => 3 * value),
      covariance: scale(covariance, 9),
    });
    const expected = between(one, other);
    assert.ok(expected > 1);
    assertClose(
      [between(moved(one), moved(other)), between(other, one), between(larger(one), larger(other)) / 9],
      [expected, expected, expected],
      1e-10,
    );
  });

  it("is the square of a distance: the triangle inequality holds", () => {
    const third = meanAndCovariance(scale(normal(randomSource(6), 300, d), 0.5));
    const length = (a: MeanAndCovariance, b: MeanAndCovariance) => Math.sqrt(between(a, b));
    assert.ok(length(one, other) <= length(one, third) + length(third, other));
    assert.ok(length(one, third) <= length(one, other) + length(other, third));
  });

  it("of n points to their own distribution falls as 1/n", () => {
    const truth = { mean: new Float64Array(10), covariance: diagonal(new Float64Array(10).fill(1)) };
    const average = (n: number) =>
      [1, 2, 3, 4, 5, 6, 7, 8].reduce(
        (sum, seed) => sum + between(truth, meanAndCovariance(normal(randomSource(seed, n), n, 10))) / 8,
        0,
      );
    // d/n of the mean and d (d + 1) / 4n of the covariance to first order, Var(Σ_ij) = (1 + δ_ij) / n; eight sets, 65
    // numbers each: within 4 standard errors, √(2 / 520)
    for (const n of [2000, 8000])
      assert.ok(Math.abs((average(n) * n) / (10 + 110 / 4) - 1) < 0.25 + 10 / n, `${n}: ${average(n) * n}`);
  });

  it("refuses moments that do not fit together", () => {
    assert.throws(
      () => between(one, meanAndCovariance(matrix(2, 3))),
      /^RangeError: frechetDistance: the covariance of the other has 3 columns, expected 40$/,
    );
    assert.throws(
      () => frechetDistance({ mean: new Float64Array(2), covariance: matrix(3, 3) }),
      /^RangeError: frechetDistance: the covariance of the reference has 3 columns, expected 2$/,
    );
  });
});

describe("frechetInfluence", () => {
  const points = scaleColumns(addToRows(normal(randomSource(7), 200, 6), [1, 0, 0, 0, 0, 0]), [1, 2, 3, 1, 1, 0]); // one column without variance
  const reference = meanAndCovariance(scaleColumns(normal(randomSource(8), 300, 6), [2, 1, 1, 1, 3, 0]));
  it("is the derivative of the distance by the weight of a point", () => {
    const influence = frechetInfluence(reference)(points);
    const n = points.rows;
    for (const k of [0, 17, 199]) {
      const at = (h: number) => {
        // moments of weights (1 - h) / n, and h more on point k
        const own = meanAndCovariance(points);
        const delta = points.values.subarray(6 * k, 6 * k + 6).map((value, j) => value - own.mean[j]);
        const covariance = addScaled(
          scale(own.covariance, 1 - h),
          h * (1 - h),
          multiply(matrix(6, 1, delta), matrix(1, 6, delta)),
        );
        return between(reference, { mean: own.mean.map((value, j) => value + h * delta[j]), covariance });
      };
      assertClose([(at(1e-5) - at(-1e-5)) / 2e-5], [influence[k]], 1e-6);
    }
    assert.ok(Math.abs(influence.reduce((sum, value) => sum + value, 0)) < 1e-9 * n);
  });
});

function symmetric(m: typeof one.covariance): typeof one.covariance {
  return scale(addScaled(m, 1, transpose(m)), 0.5);
}
