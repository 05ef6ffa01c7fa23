import assert from "node:assert/strict";
import { flipd } from "../../../src/analysis/dimension/flipd.js";
import { lidl } from "../../../src/analysis/dimension/lidl.js";
import { lollipopGrid } from "../../../src/datasets/lollipop.js";
import { gaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { sphereDistribution } from "../../../src/diffusion/distributions/sphere.js";
import { diagonal, matrix, matrixFromRows } from "../../../src/math/matrix.js";
import { observedOrder } from "../../../src/math/ode.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose, assertDigits } from "../../helpers/close.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";

describe("LIDL", () => {
  it("is the dimension of every linear subspace, up to the noise over its variance", () => {
    for (const k of [1, 2, 4]) {
      const g = gaussian(new Float64Array(5), diagonal(Float64Array.from({ length: 5 }, (_, i) => (i < k ? 1 : 0))));
      const x = normal(randomSource(1), 4, 5);
      x.values.forEach((_, i) => (x.values[i] *= i % 5 < k ? 1 : 0));
      // d log p / d log σ = k - D + Σ σ² (x² - 1) and of higher order
      const square = x.values.reduce((most, value) => Math.max(most, value ** 2), 1);
      for (const scale of [1e-3, 1e-2])
        assertClose(lidl(g)(x, scale), new Float64Array(4).fill(k), 10 * scale ** 2 * square * 5, `k = ${k}`);
    }
  });

  it("becomes FLIPD as its levels draw together, with the square of their distance", () => {
    const ball = { dimension: 2 };
    const x = matrixFromRows([
      [0.9, 0.2, 0.1],
      [0, 0.3, 1.1],
    ]);
    const exact = flipd(sphereDistribution(ball))(x, 0.3);
    const hs = [0.1, 0.2, 0.4];
    const errors = hs.map((h) =>
      Math.abs(lidl(sphereDistribution(ball), { levels: [Math.exp(-h), 1, Math.exp(h)] })(x, 0.3)[1] - exact[1]),
    );
    assert.ok(Math.abs(observedOrder(hs, errors) - 2) < 0.2, `${observedOrder(hs, errors)}`);
  });

  it("is that of the lollipop's closed form (SciPy's ncx2 and norm, fitted by NumPy)", () => {
    const { points, weights } = lollipopGrid(0.005); // half the least noise
    const edge = 3 - Math.SQRT1_2;
    const x = matrixFromRows([
      [3.3, 3],
      [1.9, 1.9],
      [0, 0],
      [3.9, 3],
      [edge, edge],
      [1.5, 1.5],
    ]); // candy, stick, dot, 0.1 from the edge, junction, end
    assertDigits(lidl(empiricalDistribution(points, { weights }))(x, Math.sqrt(0.001)), [2, 1, 0, 1.9323, 1.059, 1], 4);
  });

  it("refuses levels that make no slope", () => {
    const density = sphereDistribution({ dimension: 1 });
    assert.throws(
      () => lidl(density, { levels: [1] }),
      /^RangeError: lidl: the levels are 1, expected two or more positive numbers$/,
    );
    assert.throws(() => lidl(density, { levels: [1, 0] }), /^RangeError: lidl: the levels are 1, 0, expected/);
    assert.throws(
      () => lidl(density, { levels: [2, 2] }),
      /^RangeError: lidl: all levels are 2, expected two that differ$/,
    );
    assert.throws(() => lidl(density)(matrix(1, 2), 0), /^RangeError: lidl: σ is 0, expected a positive noise level$/);
  });
});
