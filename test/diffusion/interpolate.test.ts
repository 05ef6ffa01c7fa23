import assert from "node:assert/strict";
import { inLogSigma, probabilityFlow } from "../../src/diffusion/flow.js";
import {
  principalComponents,
  fitGaussian,
  isotropicGaussian,
  gaussianFromSpectrum,
} from "../../src/diffusion/distributions/gaussian.js";
import { slerp } from "../../src/diffusion/interpolate.js";
import { gaussianMixture } from "../../src/diffusion/distributions/mixture.js";
import {
  addScaled,
  addToRows,
  column,
  matrix,
  matrixFromRows,
  row,
  rowDots,
  scale,
  squaredLengths,
  type Matrix,
} from "../../src/math/matrix.js";
import { integrate, last, linspace } from "../../src/math/ode.js";
import { multiply } from "../../src/math/multiply.js";
import { randomOrthogonal } from "../../src/math/qr.js";
import { normal, randomSource } from "../../src/math/random.js";
import { logGamma } from "../../src/math/special.js";
import { mean, standardError } from "../../src/math/stats.js";
import { assertClose, assertMatrix } from "../helpers/close.js";

const lerp = (a: Matrix, b: Matrix, l: number) => addScaled(scale(a, 1 - l), l, b);

/** Standard errors by which the mean of the values is above the expected one. */
const z = (values: Float64Array, expected: number) => (mean(values) - expected) / standardError(values);

describe("slerp", () => {
  const [a, b] = [normal(randomSource(1), 5, 4), normal(randomSource(2), 5, 4)];
  const unit = (x: Matrix) =>
    matrixFromRows(Array.from(squaredLengths(x), (square, n) => row(x, n).map((value) => value / Math.sqrt(square))));

  it("begins at a, ends at b, and goes back the same way", () => {
    assertMatrix(slerp(a, b, 0), a, 1e-15);
    assertMatrix(slerp(a, b, 1), b, 1e-15);
    assertMatrix(slerp(a, b, 0.3), slerp(b, a, 0.7), 1e-14);
  });

  it("keeps the length of codes of one length, and turns at one speed", () => {
    const [u, v] = [unit(a), unit(b)];
    const angle = (w: Matrix) => rowDots(u, w).map(Math.acos);
    for (const l of [0.25, 0.5, 0.9]) {
      assertClose(squaredLengths(slerp(u, v, l)), new Float64Array(5).fill(1), 1e-14);
      assertClose(
        angle(slerp(u, v, l)),
        angle(v).map((theta) => l * theta),
        1e-12,
      );
    }
  });

  it("turns with the codes, and is straight between those of one direction", () => {
    const R = randomOrthogonal(randomSource(3), 4);
    assertMatrix(slerp(multiply(a, R), multiply(b, R), 0.4), multiply(slerp(a, b, 0.4), R), 1e-13);
    assertMatrix(slerp(a, scale(a, 3), 0.25), scale(a, 1.5), 1e-14);
    const near = addScaled(a, 1e-9, b); // the angle is lost in its cosine
    assertMatrix(addScaled(slerp(a, near, 0.25), -1, a), scale(addScaled(near, -1, a), 0.25), 1e-6);
  });

  it("refuses what has no arc between", () => {
    assert.throws(() => slerp(a, matrix(5, 3), 0), /^RangeError: slerp: 5 × 4 and 5 × 3 matrices, expected one shape$/);
    assert.throws(() => slerp(a, b, NaN), /^RangeError: slerp: l is NaN, expected a finite number$/);
    assert.throws(
      () =>
        slerp(
          matrixFromRows([
            [1, 0],
            [NaN, 0],
          ]),
          matrix(2, 2),
          0,
        ),
      /^RangeError: slerp: a holds NaN in row 1, column 0, expected finite values$/,
    );
    assert.throws(
      () => slerp(matrixFromRows([[1, 0]]), matrix(1, 2), 0),
      /^RangeError: slerp: row 0 of b is 0, expected a code that has a direction$/,
    );
    assert.throws(
      () => slerp(a, scale(a, -0.3), 0.5),
      /^RangeError: slerp: rows 0 of a and b are opposite, expected codes with a shortest arc between them$/,
    );
  });
});

describe("interpolation between independent codes from N(0, I)", () => {
  const T = 80;
  const codes = (n: number, d: number) => [1, 2].map((seed) => normal(randomSource(seed), n, d));

  it("has variance (1 - l)² + l² by lerp, and in the middle 1 + Var |z| / (d (d - 3)) by slerp", () => {
    const d = 6;
    const [a, b] = codes(40_000, d);
    const ofLength = d - 2 * Math.exp(2 * (logGamma((d + 1) / 2) - logGamma(d / 2)));
    for (const [name, between, expected] of [
      ["lerp", lerp(a, b, 0.25), 0.625],
      ["lerp", lerp(a, b, 0.5), 0.5],
      ["slerp", slerp(a, b, 0.5), 1 + ofLength / (d * (d - 3))],
    ] as const) {
      const off = z(squaredLengths(between), expected * d);
      assert.ok(Math.abs(off) < 4, `${name}: ${off} standard errors`);
    }
    assert.ok(z(squaredLengths(slerp(a, b, 0.5)), d) > 4); // so near to 1, and told from it
  });

  it("decodes to Gaussian data by slerp, and by lerp to data of (1 - l)² + l² times their variance, feature by feature", () => {
    const d = 32;
    const [a, b] = codes(4000, d);
    const g = gaussianFromSpectrum({ ...fitGaussian(normal(randomSource(3), 100, d)), mean: new Float64Array(d) });
    for (const l of [0.25, 0.5])
      for (const [name, way, factor] of [
        ["lerp", lerp, (1 - l) ** 2 + l ** 2],
        ["slerp", slerp, 1],
      ] as const) {
        const c = principalComponents(g, g.flow(scale(way(a, b, l), T), T, 0));
        // Codes T z come to the variance λ / (1 + λ / T²). That of slerp is off by ½ / d², a fortieth of a standard
        // error.
        g.lambda.forEach((lambda, k) => {
          const off = z(
            column(c, k).map((value) => value ** 2),
            (factor * lambda) / (1 + lambda / T ** 2),
          );
          assert.ok(Math.abs(off) < 4, `${name} at ${l}, feature ${k}: ${off} standard errors`);
        });
      }
  });

  it("decodes to points of a mixture that lie too close together by lerp, unless its codes are given back their variance", () => {
    const d = 8;
    const [a, b] = codes(1000, d);
    const m = gaussianMixture(
      [0.5, 0.3, 0.2],
      [4, 5, 6].map((seed) => isotropicGaussian(normal(randomSource(seed), 1, d).values, 0.05)),
    );
    const centre = matrix(1, 3, m.weights);
    const means = matrixFromRows(m.components.map(({ mean }) => mean));
    const from = row(multiply(centre, means), 0);
    const spread = squaredLengths(addToRows(means, from, -1)).reduce(
      (sum, square, k) => sum + m.weights[k] * (square + 0.05 * d),
      0,
    );
    const flow = inLogSigma(probabilityFlow(m));
    const off = (between: Matrix) =>
      z(
        squaredLengths(
          addToRows(last(integrate(flow, scale(between, T), linspace(Math.log(T), Math.log(0.01), 80))), from, -1),
        ),
        spread,
      );
    const middle = lerp(a, b, 0.5);
    const found = {
      itself: off(a),
      lerp: off(middle),
      scaled: off(scale(middle, Math.SQRT2)),
      slerp: off(slerp(a, b, 0.5)),
    };
    // Scaled, they are codes from N(0, I) again. Those of slerp are nearly so: their lengths vary less.
    assert.ok(
      found.lerp < -4 && Math.abs(found.itself) < 4 && Math.abs(found.scaled) < 4 && found.slerp > -4,
      JSON.stringify(found),
    );
  });
});
