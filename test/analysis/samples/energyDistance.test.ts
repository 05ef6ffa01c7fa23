import assert from "node:assert/strict";
import { compareEnergy, withEnergy } from "../../../src/analysis/samples/energyDistance.js";
import { addToRows, matrix, scale } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { logGamma, normalCdf } from "../../../src/math/special.js";
import { mean, variance } from "../../../src/math/stats.js";
import { assertClose } from "../../helpers/close.js";

/** E ‖Z‖ of N(0, I) in d dimensions: √2 Γ((d + 1) / 2) / Γ(d / 2) */
const meanLength = (d: number) => Math.SQRT2 * Math.exp(logGamma((d + 1) / 2) - logGamma(d / 2));

/** E |Z| of N(m, s²) */
const meanSize = (m: number, s: number) =>
  s * Math.sqrt(2 / Math.PI) * Math.exp((-m * m) / (2 * s * s)) + m * (1 - 2 * normalCdf(-m / s));

describe("compareEnergy", () => {
  it("is that of two sets of three and two points by hand", () => {
    const [one] = compareEnergy([matrix(3, 1, Float64Array.of(0, 1, 3))], matrix(2, 1, Float64Array.of(10, 12)));
    // 2 · mean (10, 12, 9, 11, 7, 9) - mean (1, 3, 2) - 2
    assertClose([one.value], [2 * (58 / 6) - 2 - 2], 1e-12);
    // each point's 2 (mean to the others - mean to its own): 2 (11 - 2), 2 (10 - 1.5), 2 (8 - 2.5), less their mean
    assertClose(
      one.influence,
      [18, 17, 11].map((value) => value - 46 / 3),
      1e-12,
    );
    assert.equal(one.change.value, 0);
    assert.equal(one.change.standardError, 0);
  });

  for (const [name, d, at, expected] of [
    [
      "far apart on a line",
      1,
      (z: ReturnType<typeof normal>) => addToRows(z, [1]),
      2 * meanSize(1, Math.SQRT2) - 2 * meanSize(0, Math.SQRT2),
    ],
    [
      "of other width in ten dimensions",
      10,
      (z: ReturnType<typeof normal>) => scale(z, 2),
      meanLength(10) * (2 * Math.sqrt(5) - Math.sqrt(8) - Math.SQRT2),
    ],
    ["that are equal", 5, (z: ReturnType<typeof normal>) => z, 0],
  ] as const)
    it(`has for Gaussians ${name} the closed form as its mean, and its standard errors`, () => {
      const draws = 200;
      const found = Array.from(
        { length: draws },
        (_, seed) => compareEnergy([at(normal(randomSource(seed, 1), 60, d))], normal(randomSource(seed, 2), 90, d))[0],
      );
      const values = found.map(({ value }) => value);
      const spread = Math.sqrt(variance(values));
      const off = (mean(values) - expected) / (spread / Math.sqrt(draws));
      assert.ok(Math.abs(off) < 4, `${mean(values)} is ${off} standard errors from ${expected}`);
    });

  it("has the standard errors that independent sets of seeds have, those of changes the smaller ones", () => {
    const reference = normal(randomSource(7), 300, 3);
    const sets = (seed: number) => {
      const z = addToRows(normal(randomSource(seed, 3), 100, 3), [0.7, 0, 0]);
      return compareEnergy([z, addToRows(scale(z, 1.05), [0.05, 0, 0])], reference);
    };
    const many = Array.from({ length: 200 }, (_, seed) => sets(seed));
    for (const [name, of] of [
      ["value", (scores: (typeof many)[number]) => scores[0]],
      ["change", (scores: (typeof many)[number]) => scores[1].change],
    ] as const) {
      const spread = Math.sqrt(variance(many.map((scores) => of(scores).value)));
      const said = mean(many.map((scores) => of(scores).standardError));
      // a standard deviation of 200 values is known to 5 %
      assert.ok(Math.abs(said / spread - 1) < 0.2, `${name}: ${said}, of independent ones ${spread}`);
    }
    const [{ standardError }, { change }] = many[0];
    assert.ok(change.standardError < standardError / 2);
  });

  it("stands beside what else is known of samples, by their features", () => {
    const [a, b, data] = [1, 2, 3].map((seed) => normal(randomSource(seed), 20, 2));
    const found = withEnergy(
      [
        { name: "a", samples: a },
        { name: "b", samples: b },
      ],
      (x) => scale(x, 3),
      data,
    );
    assert.deepEqual(
      found.map(({ name }) => name),
      ["a", "b"],
    );
    const plain = compareEnergy([a, b], data);
    assertClose(
      found.map(({ energy }) => energy.change.value),
      plain.map(({ change }) => 3 * change.value),
      1e-12,
    );
  });

  it("does not depend on where the points are", () => {
    const [a, b] = [normal(randomSource(1), 30, 4), normal(randomSource(2), 40, 4)];
    const far = [1e5, -1e5, 0, 1e5];
    const [near, moved] = [compareEnergy([a], b), compareEnergy([addToRows(a, far)], addToRows(b, far))];
    assertClose([moved[0].value], [near[0].value], 1e-8);
  });

  it("says what is wrong with its sets", () => {
    const two = matrix(2, 1, Float64Array.of(0, 1));
    assert.throws(() => compareEnergy([], two), /^RangeError: compareEnergy: no sets, expected at least one$/);
    assert.throws(
      () => compareEnergy([matrix(1, 1)], two),
      /^RangeError: compareEnergy: a set of 1 points, expected at least 2$/,
    );
    assert.throws(
      () => compareEnergy([two], matrix(1, 1)),
      /^RangeError: compareEnergy: the reference of 1 points, expected at least 2$/,
    );
    assert.throws(() => compareEnergy([two, matrix(3, 1)], two), /^RangeError: compareEnergy/);
    assert.throws(
      () => compareEnergy([two], matrix(2, 2)),
      /^RangeError: compareEnergy: the reference has 2 columns, expected 1$/,
    );
  });
});
