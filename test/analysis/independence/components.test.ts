import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { amariIndex } from "../../../src/analysis/independence/amari.js";
import { excessKurtosis, kurtosisByAngle } from "../../../src/analysis/independence/contrast.js";
import { correlation, crossCorrelations, squareCorrelation } from "../../../src/analysis/independence/correlation.js";
import { fastIca } from "../../../src/analysis/independence/fastIca.js";
import { lineCodes, linearMixture, twoSources } from "../../../src/analysis/independence/sources.js";
import { swirl } from "../../../src/analysis/independence/swirl.js";
import { whiten } from "../../../src/analysis/independence/whiten.js";
import { covariance, mean, variance } from "../../../src/math/stats.js";
import {
  column,
  identity,
  matrix,
  matrixFromRows,
  scaleColumns,
  scaleRows,
  squaredLengths,
  type Matrix,
} from "../../../src/math/matrix.js";
import { multiply } from "../../../src/math/multiply.js";
import { randomOrthogonal } from "../../../src/math/qr.js";
import { normal, randomSource, uniform } from "../../../src/math/random.js";
import { rowRange } from "../../../src/math/rowBlocks.js";
import { assertClose, assertMatrix } from "../../helpers/close.js";

const { ica } = JSON.parse(readFileSync("data/reference/independence.json", "utf8")) as {
  ica: { mixed: number[][]; unmixing: number[][] };
};
const rotation = (angle: number) =>
  matrixFromRows([
    [Math.cos(angle), -Math.sin(angle)],
    [Math.sin(angle), Math.cos(angle)],
  ]);
/** Rows in the order and with the signs in which they are nearest to others. */
const matched = (rows: Matrix, like: Matrix) => {
  const P = scaleRows(
    multiply(rows, like, { transposeB: true }),
    squaredLengths(rows).map((square) => 1 / Math.sqrt(square)),
  );
  return matrixFromRows(
    Array.from({ length: like.rows }, (_, j) => {
      const sizes = column(P, j);
      const at = sizes.reduce((best, value, i) => (Math.abs(value) > Math.abs(sizes[best]) ? i : best), 0);
      return Array.from({ length: rows.cols }, (_, c) => Math.sign(sizes[at]) * rows.values[at * rows.cols + c]);
    }),
  );
};

describe("whiten", () => {
  it("makes the covariance the identity, along the axes of decreasing variance", () => {
    const x = scaleColumns(normal(randomSource(1), 500, 3), [1, 5, 2]);
    const { codes, unmixing } = whiten(x);
    assertMatrix(covariance(codes), identity(3), 1e-12);
    const lengths = squaredLengths(unmixing);
    assert.ok(lengths[0] < lengths[1] && lengths[1] < lengths[2]);
  });

  it("refuses what has no variance in some direction", () => {
    assert.throws(() => whiten(scaleColumns(normal(randomSource(1), 9, 2), [1, 0])), /^RangeError: whiten: variances/);
  });
});

describe("fastIca", () => {
  const mixed = matrixFromRows(ica.mixed);

  it("finds the components that scikit-learn finds", () => {
    const { unmixing } = fastIca(mixed, { tolerance: 1e-14 });
    const theirs = matrixFromRows(ica.unmixing);
    assertMatrix(matched(unmixing, theirs), theirs, 1e-6);
  });

  it("finds the same after any invertible map of the data, from any beginning", () => {
    const A = matrixFromRows([
      [2, 0.1, -1],
      [0, 1, 0.5],
      [0.3, 0, 1],
    ]);
    const one = fastIca(mixed).codes;
    const other = fastIca(multiply(mixed, A), { start: randomOrthogonal(randomSource(2), 3) }).codes;
    const { values } = crossCorrelations(one, other);
    assert.ok(amariIndex(values) < 1e-5, `${values.values}`);
  });

  it("gives codes that are its unmixing of the centred points", () => {
    const { codes, unmixing, mean: centre } = fastIca(mixed);
    const again = multiply(mixed, unmixing, { transposeB: true });
    const shift = multiply(matrix(1, 3, centre), unmixing, { transposeB: true });
    for (let j = 0; j < 3; j++)
      assertClose(
        column(codes, j),
        column(again, j).map((value) => value - shift.values[j]),
        1e-12,
      );
    assertMatrix(covariance(codes), identity(3), 1e-12);
  });

  it("says whether the rotation has come to rest", () => {
    assert.equal(fastIca(mixed).converged, true);
    const { converged, iterations } = fastIca(mixed, { maxIterations: 1 });
    assert.deepEqual([converged, iterations], [false, 1]);
    assert.throws(
      () => fastIca(mixed, { maxIterations: 0 }),
      /^RangeError: fastIca: maxIterations is 0, expected a pos/,
    );
  });
});

describe("amariIndex", () => {
  it("is 0 of scaled permutations, 1 of equal sizes, and tan θ of a rotation", () => {
    const scaledPermutation = matrixFromRows([
      [0, -3, 0],
      [0.1, 0, 0],
      [0, 0, 2],
    ]);
    assert.equal(amariIndex(scaledPermutation), 0);
    assertClose([amariIndex(matrix(3, 3, new Float64Array(9).fill(-2)))], [1], 1e-15);
    for (const angle of [0.1, 0.6]) assertClose([amariIndex(rotation(angle))], [Math.tan(angle)], 1e-14);
  });

  it("refuses a row of zeros", () => {
    assert.throws(() => amariIndex(matrix(2, 2)), /^RangeError: amariIndex: row or column 0 is 0 or not finite/);
    assert.throws(() => amariIndex(identity(1)), /^RangeError: amariIndex: the matrix is 1 × 1, expected two rows/);
  });
});

describe("correlations", () => {
  it("have standard errors that are their spread over draws, also where the tails are heavy", () => {
    const draws = Array.from({ length: 400 }, (_, k) => {
      const z = normal(randomSource(k), 200, 2);
      return squareCorrelation(
        matrixFromRows(
          Array.from({ length: 200 }, (_, i) => {
            const [a, b] = [z.values[2 * i], z.values[2 * i + 1]];
            return [a, 0.6 * a + 0.8 * b];
          }),
        ),
      );
    });
    const values = draws.map(({ value }) => value);
    assert.ok(Math.abs(mean(values) - 0.36) < 4 * Math.sqrt(variance(values) / 400) + 0.01, `${mean(values)}`); // ρ²; bias 1 / n
    const ratio = mean(draws.map(({ standardError }) => standardError)) / Math.sqrt(variance(values));
    assert.ok(Math.abs(ratio - 1) < 0.15, `${ratio}`); // four standard errors of a spread of 400 draws
  });

  it("are ±1 of a line, with no error", () => {
    assertClose([correlation([1, 2, 4], [-1, -2, -4]).value], [-1], 1e-15);
    assert.throws(() => correlation([1, 2], [3, 3]), /^RangeError: correlation: the values are constant/);
  });
});

describe("excessKurtosis", () => {
  it("is -1.2 of a uniform variable, 0 of a Gaussian one, with a standard error that is its spread over draws", () => {
    for (const [draw, expected] of [
      [(k: number) => uniform(randomSource(k), 500, 1), -1.2],
      [(k: number) => normal(randomSource(k), 500, 1), 0],
    ] as const) {
      const draws = Array.from({ length: 400 }, (_, k) => excessKurtosis(draw(k).values));
      const values = draws.map(({ value }) => value);
      const spread = Math.sqrt(variance(values));
      assert.ok(Math.abs(mean(values) - expected) < (4 * spread) / 20 + 6 / 500, `${mean(values)}`); // bias of 6 / n
      const ratio = mean(draws.map(({ standardError }) => standardError)) / spread;
      assert.ok(Math.abs(ratio - 1) < 0.2, `${ratio}`);
    }
  });

  it("of a projection turns with the points", () => {
    const x = uniform(randomSource(1), 50, 2);
    const [a] = kurtosisByAngle(multiply(x, rotation(0.3), { transposeB: true }), [0.5]);
    const [b] = kurtosisByAngle(x, [0.2]);
    assertClose([a.value, a.standardError], [b.value, b.standardError], 1e-12);
  });
});

describe("linearMixture", () => {
  const A = matrixFromRows([
    [1, 0.5],
    [-0.2, 0.8],
  ]);
  const mixture = linearMixture(twoSources, A);

  it("has sources of mean 0 and variance 1, independent, and points A s of the density it says", () => {
    const { sources, mixed, gaussianised } = mixture.sample(randomSource(1), 40_000);
    assertMatrix(mixed, multiply(sources, A, { transposeB: true }), 1e-14);
    for (const points of [sources, gaussianised])
      for (let j = 0; j < 2; j++) {
        const values = column(points, j);
        assert.ok(Math.abs(mean(values)) < 4 / 200);
        const squares = values.map((value) => value * value);
        assert.ok(Math.abs(mean(squares) - 1) < 4 * Math.sqrt(variance(squares) / 40_000));
      }
    const { value, standardError } = squareCorrelation(sources);
    assert.ok(Math.abs(value) < 4 * standardError);
    // ∫ p = 1 over its own draws: E f / p = ∫ f, f a normal density
    const few = rowRange(mixed, 0, 2000);
    const squares = squaredLengths(few);
    const logs = mixture.distribution.logDensity(few, 0);
    const ratio = logs.map((log, n) => Math.exp(-2 * squares[n] - log) * (2 / Math.PI));
    assert.ok(Math.abs(mean(ratio) - 1) < 4 * Math.sqrt(variance(ratio) / ratio.length), `${mean(ratio)}`);
  });

  it("has codes of its sources that are monotone, and right in both tails", () => {
    const normalLine = { weights: [1], means: [0], variances: [4] };
    assertClose(lineCodes(normalLine, Float64Array.of(-16, -1, 0, 1, 16)), [-8, -0.5, 0, 0.5, 8], 1e-12);
    assertClose(lineCodes(normalLine, Float64Array.of(10), Math.sqrt(21)), [2], 1e-13);
  });

  it("refuses a matrix that has not a column for every source", () => {
    assert.throws(
      () => linearMixture(twoSources, identity(3)),
      /^RangeError: linearMixture: A has 3 columns, expected 2$/,
    );
  });
});

describe("swirl", () => {
  it("keeps lengths, is undone by its opposite, and is no rotation of all", () => {
    const z = normal(randomSource(1), 200, 2);
    assertClose(squaredLengths(swirl(z, 2)), squaredLengths(z), 1e-13);
    assertMatrix(swirl(swirl(z, 2), -2), z, 1e-13);
    const doubled = scaleRows(z, new Float64Array(200).fill(2));
    assertMatrix(swirl(doubled, 1), scaleRows(swirl(z, 2), new Float64Array(200).fill(2)), 1e-13);
  });

  it("keeps N(0, I) independent", () => {
    const { value, standardError } = squareCorrelation(swirl(normal(randomSource(2), 20_000, 2), 2));
    assert.ok(Math.abs(value) < 4 * standardError);
  });
});
