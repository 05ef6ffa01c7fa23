import assert from "node:assert/strict";
import {
  compareDepartures,
  departure,
  departureStatistics,
  trajectoryDepartures,
  withDirections,
} from "../../../src/analysis/variance/departure.js";
import { fromScore } from "../../../src/diffusion/distribution.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";
import {
  addScaled,
  matrix,
  row,
  rowDots,
  scale,
  squaredLengths,
  trace,
  type Matrix,
} from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose } from "../../helpers/close.js";

const d = 4;
const data = empiricalDistribution(normal(randomSource(1), 30, d));
const sigma = 0.6;
const x = data.sample(randomSource(2), 120, sigma);
const options = () => ({ directions: 1, source: randomSource(3), resamples: 300 });

/** Two point masses, of which C is along their difference: everything is known. */
const pair = empiricalDistribution(matrix(2, 3, Float64Array.of(1, 0, 0, -1, 0, 0)));

/** The score with a departure of the given rows on top. */
const departing = (by: (x: Matrix) => Matrix) => ({
  score: (at: Matrix, level: number) => addScaled(data.score(at, level), 1, by(at)),
});

describe("The departure from the training set's score", () => {
  it("is 0 of that score itself, with the C of two points in closed form", () => {
    const at = matrix(2, 3, Float64Array.of(0.3, 1, 2, -0.5, 0, 1));
    const { difference, C, scoreSquare } = departure(pair, pair, at, 0.8);
    assertClose(squaredLengths(difference), [0, 0], 1e-20);
    assertClose(
      C.map(trace),
      [0.3, -0.5].map((first) => 0.8 ** -4 * Math.cosh(first / 0.64) ** -2),
      1e-12,
    );
    assertClose(scoreSquare, squaredLengths(pair.score(at, 0.8)), 1e-12);
  });

  it("along C and of its size is found to be, by directions and by ranks", () => {
    const drawn = normal(randomSource(4), x.rows, 30);
    const { C } = departure(data, data, x, sigma);
    // √C z: what a proxy score departs by, but for its being Gaussian
    const along = (at: Matrix) => {
      const p = data.responsibilities(at, sigma);
      const mean = data.denoiser(at, sigma);
      const moved = matrix(at.rows, d);
      for (let n = 0; n < at.rows; n++)
        for (let i = 0; i < 30; i++)
          for (let j = 0; j < d; j++)
            row(moved, n)[j] +=
              (Math.sqrt(row(p, n)[i]) * row(drawn, n)[i] * (row(data.points, i)[j] - row(mean, n)[j])) / sigma ** 2;
      return moved;
    };
    const found = departureStatistics(departure(departing(along), data, x, sigma), data.points, options());
    const traces = C.map(trace).reduce((sum, value) => sum + value, 0);
    const scores = squaredLengths(data.score(x, sigma)).reduce((sum, value) => sum + value, 0);
    const { value, standardError } = found.departure;
    assert.ok(Math.abs(value - traces / scores) < 4 * standardError, `${value}, expected ${traces / scores}`);
    assertClose([found.noise.value], [traces / (traces + scores)], 1e-12);
    assert.ok(found.ownLessOther!.low > 0.1 && found.rankWithTrace!.low > 0.3);
  });

  it("at random is at the nulls", () => {
    const found = departureStatistics(
      departure(
        departing((at) => normal(randomSource(5), at.rows, d)),
        data,
        x,
        sigma,
      ),
      data.points,
      options(),
    );
    assert.ok(Math.abs(found.own!.value - 1 / d) < 4 * found.own!.standardError, `${found.own!.value}`);
    for (const name of ["ownLessOther", "rankWithTrace", "rankWithFraction", "rankWithScore"] as const) {
      const { value, standardError } = found[name]!;
      assert.ok(Math.abs(value) < 4 * standardError, `${name}: ${value} ± ${standardError}`);
    }
  });

  it("has no shares and no ranks where every posterior is a single point", () => {
    const found = departureStatistics(
      departure(
        departing((at) => scale(at, 0.1)),
        data,
        addScaled(data.points, 0.001, data.points),
        0.001,
      ),
      data.points,
      options(),
    );
    assert.equal(found.own, undefined);
    assert.deepEqual(withDirections([found]), []);
    assert.equal(found.rankWithTrace, undefined);
    assert.equal(found.noise.value, 0);
  });

  it("has no shares where there is none, where the score is 0, or at one point", () => {
    const statistics =
      (at: Matrix, field: Parameters<typeof departure>[0], level = sigma) =>
      () =>
        departureStatistics(departure(field, data, at, level), data.points, options());
    const none = fromScore(d, (at) => scale(at, 0));
    assert.throws(statistics(x, data), /^RangeError: departureStatistics: the departure is 0 at all points of σ = 0.6/);
    assert.throws(statistics(data.points, none, 1e-8), /: the (departure|exact score) is 0 at all points of σ = 1e-8/);
    assert.throws(statistics(matrix(1, d), none), /^RangeError: departureStatistics: 1 points at σ = 0.6, expected/);
  });
});

describe("The departures of several fields", () => {
  it("are at the same points, a record for each level and field", () => {
    const double = { score: (at: Matrix, level: number) => scale(data.score(at, level), 2) };
    const found = compareDepartures({ double, again: double }, data, [1, 0.5], { points: 30, ...options() });
    assert.deepEqual(
      found.map(({ field, sigma }) => [field, sigma]),
      [
        ["double", 1],
        ["again", 1],
        ["double", 0.5],
        ["again", 0.5],
      ],
    );
    assert.equal(found[0].noise.value, found[1].noise.value);
    assertClose(
      found.map((one) => one.departure.value),
      [1, 1, 1, 1],
      1e-9,
    );
  });
});

describe("The departures along trajectories", () => {
  it("of a field that is the training set's score but for its size are the same at every level", () => {
    const levels = [8, 2, 0.5];
    const field = fromScore(d, (at, level) => scale(data.score(at, level), 1.1));
    const found = trajectoryDepartures(field, data, scale(normal(randomSource(6), 20, d), 8), levels, options());
    assert.deepEqual(
      found.map((one) => one.sigma),
      levels,
    );
    for (const { departure: relative, rankWithScore } of found) {
      assertClose([relative.value, relative.low, relative.high], [0.01, 0.01, 0.01], 1e-9);
      assertClose([rankWithScore!.value], [1], 1e-12);
    }
  });

  it("are those at the points where the field leads", () => {
    const field = fromScore(d, (at, level) => scale(at, -1 / (1 + level ** 2)));
    const noise = scale(normal(randomSource(6), 20, d), 8);
    const [, { departure: relative }] = trajectoryDepartures(field, data, noise, [8, 7.9], options());
    const end = scale(noise, Math.sqrt((1 + 7.9 ** 2) / 65));
    const apart = departure(field, data, end, 7.9);
    const expected =
      rowDots(apart.difference, apart.difference).reduce((a, b) => a + b) / apart.scoreSquare.reduce((a, b) => a + b);
    assertClose([relative.value], [expected], 1e-3);
  });
});
