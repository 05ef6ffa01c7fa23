import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import {
  distanceCorrelation,
  distanceCorrelationTest,
} from "../../../src/analysis/independence/distanceCorrelation.js";
import { gaussianise } from "../../../src/analysis/independence/gaussianise.js";
import { hsic, hsicTest } from "../../../src/analysis/independence/hsic.js";
import { mutualInformation } from "../../../src/analysis/independence/mutualInformation.js";
import { addToRows, column, matrix, matrixFromRows, scale, takeRows, type Matrix } from "../../../src/math/matrix.js";
import { normal, permutation, randomSource } from "../../../src/math/random.js";
import { mean, variance } from "../../../src/math/stats.js";
import { assertClose } from "../../helpers/close.js";

/** Points and what scikit-learn, dcor and NumPy find of them. */
interface Reference {
  points: { x: number[]; y: number[]; apart: number[]; wide: number[][] };
  measures: Record<"curved" | "apart" | "wide", Record<string, number>>;
  gaussianised: number[];
}
const reference = JSON.parse(readFileSync("data/reference/independence.json", "utf8")) as Reference;
const { points, measures } = reference;
const asColumn = (values: number[]) => matrix(values.length, 1, Float64Array.from(values));
const x = asColumn(points.x);
const others = { curved: asColumn(points.y), apart: asColumn(points.apart), wide: matrixFromRows(points.wide) };

/** Two coordinates of N(0, [[1, ρ], [ρ, 1]]). */
const correlated = (rho: number, n: number, seed: number): [Matrix, Matrix] => {
  const z = normal(randomSource(seed), n, 2);
  const [a, b] = [0, 1].map((j) => column(z, j));
  return [
    matrix(n, 1, a),
    matrix(
      n,
      1,
      b.map((value, i) => rho * a[i] + Math.sqrt(1 - rho * rho) * value),
    ),
  ];
};
const tests = { hsicTest, distanceCorrelationTest };

describe("measures of independence", () => {
  for (const name of ["curved", "apart", "wide"] as const)
    it(`are what NumPy, dcor and scikit-learn find: ${name}`, () => {
      const y = others[name];
      assertClose([hsic(x, y)], [measures[name].hsic], 1e-12);
      assertClose([distanceCorrelation(x, y)], [measures[name].distanceCorrelation], 1e-10);
      if (name === "wide") return;
      for (const neighbours of [3, 5])
        assertClose(
          [Math.max(0, mutualInformation(x, y, { neighbours }).value)], // scikit-learn gives none below 0
          [measures[name][`mutualInformation${neighbours}`]],
          1e-12,
        );
    });

  it("do not change with the order of the points, nor with the units of either side", () => {
    const y = others.curved;
    const order = permutation(randomSource(1), x.rows);
    const moved = addToRows(scale(x, -3), [5]);
    const nearest = (a: Matrix, b: Matrix) => mutualInformation(a, b).value; // sees units of one side against the other's
    for (const measure of [hsic, distanceCorrelation, nearest]) {
      assertClose([measure(takeRows(x, order), takeRows(y, order))], [measure(x, y)], 1e-12);
      assertClose([measure(moved, scale(y, measure === nearest ? 3 : 0.1))], [measure(x, y)], 1e-12);
      assertClose([measure(y, x)], [measure(x, y)], 1e-12);
    }
  });

  it("know the mutual information of a Gaussian, -½ ln (1 - ρ²), with a standard error that is its spread over draws", () => {
    for (const rho of [0, 0.6, 0.9]) {
      const draws = Array.from({ length: 40 }, (_, k) => mutualInformation(...correlated(rho, 400, k)));
      const values = draws.map(({ value }) => value);
      const off = (mean(values) + 0.5 * Math.log(1 - rho * rho)) / Math.sqrt(variance(values) / values.length);
      assert.ok(Math.abs(off) < 4, `ρ = ${rho}: off by ${off} standard errors`);
      // The spread of 40 draws is known to 11 %; points that share neighbours are not independent.
      const ratio = mean(draws.map(({ standardError }) => standardError)) / Math.sqrt(variance(values));
      assert.ok(ratio > 0.6 && ratio < 1.6, `ρ = ${rho}: standard error over spread ${ratio}`);
    }
  });

  for (const [name, test] of Object.entries(tests)) {
    it(`${name} has p-values that are uniform without dependence, and the least there is with it`, () => {
      const count = 200;
      const pValues = Array.from(
        { length: count },
        (_, k) => test(...correlated(0, 40, k), { source: randomSource(k, 1), permutations: 39 }).pValue,
      );
      for (const level of [0.05, 0.25, 0.5]) {
        const share = pValues.filter((p) => p <= level).length / count;
        assert.ok(Math.abs(share - level) < 4 * Math.sqrt((level * (1 - level)) / count), `${share} below ${level}`);
      }
      assert.equal(test(x, others.curved, { source: randomSource(1), permutations: 99 }).pValue, 0.01);
    });

    it(`${name} sees points on a circle, whose coordinates are uncorrelated`, () => {
      const angles = Float64Array.from({ length: 200 }, (_, i) => (2 * Math.PI * i) / 200);
      const [a, b] = [Math.cos, Math.sin].map((f) => matrix(200, 1, angles.map(f)));
      assert.equal(test(a, b, { source: randomSource(1), permutations: 99 }).pValue, 0.01);
    });
  }

  it("refuse too few points, points that are not finite, and points that are all the same", () => {
    const [four, three] = [matrix(4, 1, Float64Array.of(1, 2, 3, 4)), matrix(3, 1)];
    assert.throws(
      () => hsic(four, three),
      /^RangeError: hsic: 4 and 3 points, expected as many of both, four or more$/,
    );
    assert.throws(() => hsic(matrix(4, 1), four), /^RangeError: hsic: the median distance is 0/);
    assert.throws(
      () => distanceCorrelation(four, matrix(4, 1)),
      /^RangeError: distanceCorrelation: all points of x or/,
    );
    const gap = matrix(4, 1, Float64Array.of(1, NaN, 3, 4));
    assert.throws(() => distanceCorrelation(four, gap), /^RangeError: pairDistances: the points hold NaN in row 1/);
    assert.throws(() => mutualInformation(four, gap), /^RangeError: mutualInformation: a value is not finite/);
    assert.throws(
      () => mutualInformation(four, four, { neighbours: 4 }),
      /^RangeError: mutualInformation: 4 neighbours of 4 points, expected an integer from 1 to 3$/,
    );
    assert.throws(
      () => mutualInformation(matrix(5, 1), matrix(5, 1)),
      /^RangeError: mutualInformation: point 0 is there 4 times or more/,
    );
    assert.throws(
      () => hsicTest(four, four, { source: randomSource(1), permutations: 0 }),
      /^RangeError: permutationTest: permutations is 0, expected a positive integer$/,
    );
  });
});

describe("gaussianise", () => {
  it("is what SciPy makes of ranks", () => {
    assertClose(gaussianise(x).values, reference.gaussianised, 1e-12);
  });

  it("does not change with a monotone map of a coordinate", () => {
    const grown = matrix(x.rows, 1, x.values.map(Math.exp));
    assert.deepEqual(gaussianise(grown), gaussianise(x));
  });
});
