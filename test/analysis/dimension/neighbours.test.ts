import assert from "node:assert/strict";
import { dimensionCurve, type DimensionEstimator } from "../../../src/analysis/dimension/curve.js";
import { levinaBickel } from "../../../src/analysis/dimension/levinaBickel.js";
import { localPca } from "../../../src/analysis/dimension/localPca.js";
import { twoNN } from "../../../src/analysis/dimension/twoNN.js";
import { embed } from "../../../src/datasets/points.js";
import { ring, sphere } from "../../../src/datasets/sphere.js";
import { matrix, matrixFromRows, scale, type Matrix } from "../../../src/math/matrix.js";
import { normal, randomSource, uniform } from "../../../src/math/random.js";
import { mean, standardError } from "../../../src/math/stats.js";
import { assertClose } from "../../helpers/close.js";

/** k coordinates of a cube in 6 dimensions, turned at random */
const cube = (n: number, k: number, seed = 1) =>
  embed({ points: uniform(randomSource(seed), n, k), dimension: k }, 6, randomSource(seed, 1)).points;
const methods: Record<string, (data: Matrix) => DimensionEstimator> = { levinaBickel, twoNN, localPca };

for (const [name, method] of Object.entries(methods))
  describe(name, () => {
    it("is the same after an embedding, a rotation and a scaling", () => {
      const flat = uniform(randomSource(2), 500, 3);
      const turned = embed({ points: scale(flat, 40), dimension: 3 }, 9, randomSource(3)).points;
      assertClose(method(turned)(turned, 20), method(flat)(flat, 20), 1e-10);
    });

    it("does not take a point of the data for its own neighbour, and takes other points too", () => {
      const data = cube(300, 2);
      const same = matrix(300, 6, data.values.slice());
      assertClose(method(data)(same, 15), method(data)(data, 15), 0);
      const between = matrix(
        150,
        6,
        Float64Array.from({ length: 900 }, (_, i) => (data.values[i] + data.values[900 + i]) / 2),
      );
      const seen = method(data)(between, 25);
      assert.ok(Math.abs(mean(seen) - 2) < 0.5, `${mean(seen)}`);
    });

    it("refuses copies of a point, and too few or too many neighbours", () => {
      const twice = matrixFromRows([...Array.from({ length: 20 }, (_, i) => [i, i * i]), [3, 9]]);
      assert.throws(
        () => method(twice)(twice, 12),
        new RegExp(
          `^RangeError: ${name}: points (3 and 20|20 and 3) coincide, expected distinct ones; leave out the copies$`,
        ),
      );
      const data = cube(30, 2);
      assert.throws(
        () => method(data)(data, 30),
        new RegExp(`^RangeError: ${name}: 30 neighbours among 30 points, expected an integer from \\d+ to 29$`),
      );
      assert.throws(
        () => method(data)(data, 1),
        new RegExp(`^RangeError: ${name}: 1 neighbours among 30 points, expected`),
      );
    });
  });

describe("levinaBickel", () => {
  const k = 12;
  const sets = Array.from({ length: 25 }, (_, seed) => ring(400, { source: randomSource(seed) }).points);
  const averages = (average: "arithmetic" | "harmonic") =>
    sets.map((data) => dimensionCurve(levinaBickel(data), data, [k, k + 1], { average }).average[0]);

  it("has no bias in MacKay and Ghahramani's average, and the factor (k - 1)/(k - 2) in the plain one", () => {
    // chords for arcs change log T by T²/24, far below the error
    const [harmonic, arithmetic] = [averages("harmonic"), averages("arithmetic")];
    // the inverse of a mean of variance v is too large by v: 1e-4 here
    assert.ok(Math.abs(mean(harmonic) - 1) < 4 * standardError(harmonic) + 1e-3, `${mean(harmonic)}`);
    const factor = (k - 1) / (k - 2);
    assert.ok(
      Math.abs(mean(arithmetic) - factor) < 4 * standardError(arithmetic),
      `${mean(arithmetic)}, expected ${factor}`,
    );
    assert.ok(mean(arithmetic) - 1 > 4 * standardError(arithmetic), "the bias is seen");
  });
});

describe("twoNN", () => {
  const sets = Array.from({ length: 25 }, (_, seed) => sphere(800, 2, randomSource(seed)).points);
  const errors = (fit: "regression" | "likelihood") =>
    sets.map((data) => twoNN(data, { fit })(matrix(1, 3, data.values.slice(0, 3)), 799)[0] - 2);

  it("is 2 on the sphere; the likelihood scatters less than the fit", () => {
    const [regression, likelihood] = [errors("regression"), errors("likelihood")];
    for (const seen of [regression, likelihood])
      assert.ok(Math.abs(mean(seen)) < 4 * standardError(seen), `${mean(seen)} ± ${standardError(seen)}`);
    // variance of a maximum likelihood estimator from 90 % of 800 ratios: d²/720
    const spread = Math.sqrt(mean(likelihood.map((error) => error ** 2)));
    assert.ok(Math.abs(spread / (2 / Math.sqrt(720)) - 1) < 4 / Math.sqrt(2 * 25), `${spread}`);
    assert.ok(mean(likelihood.map((error) => error ** 2)) < mean(regression.map((error) => error ** 2)));
  });

  it("with all other points as neighbours is one number", () => {
    const values = twoNN(sets[0])(sets[0], 799);
    assert.equal(new Set(values).size, 1);
  });

  it("refuses to leave everything out", () =>
    assert.throws(
      () => twoNN(sets[0], { discard: 1 }),
      /^RangeError: twoNN: discard is 1, expected a share from 0 to below 1$/,
    ));
});

describe("localPca", () => {
  it("is exact on linear subspaces", () => {
    for (let k = 1; k <= 5; k++) {
      const data = cube(400, k);
      assertClose(localPca(data)(data, 40), new Float64Array(400).fill(k), 0);
    }
  });

  it("is no more than the neighbours allow", () => {
    const data = normal(randomSource(1), 200, 6);
    assert.ok(localPca(data, { share: 1e-6 })(data, 3).every((value) => value <= 2)); // three points span a plane
  });

  it("refuses a share that is none", () =>
    assert.throws(
      () => localPca(matrix(2, 2), { share: 1 }),
      /^RangeError: localPca: share is 1, expected one between 0 and 1$/,
    ));
});
