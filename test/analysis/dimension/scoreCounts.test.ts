import assert from "node:assert/strict";
import { jacobianSpectrum, scaledHessianSpectrum } from "../../../src/analysis/dimension/jacobianSpectrum.js";
import { normalBundle, normalSpectrum } from "../../../src/analysis/dimension/normalBundle.js";
import { sphere } from "../../../src/datasets/sphere.js";
import { gaussian, type Gaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { sphereDistribution } from "../../../src/diffusion/distributions/sphere.js";
import { diagonal, matrix, row } from "../../../src/math/matrix.js";
import { multiply } from "../../../src/math/multiply.js";
import { randomOrthogonal } from "../../../src/math/qr.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose } from "../../helpers/close.js";

const D = 7;
/** variances from 0.5 to 2 on a random subspace of k dimensions */
function subspace(k: number, unit = 1): Gaussian {
  const R = randomOrthogonal(randomSource(k), D);
  const variances = diagonal(
    Float64Array.from({ length: D }, (_, i) => (i < k ? unit ** 2 * (0.5 + (1.5 * i) / D) : 0)),
  );
  return gaussian(new Float64Array(D), multiply(multiply(R, variances), R, { transposeB: true }));
}
const on = (g: Gaussian, n: number) =>
  multiply(
    normal(randomSource(9), n, D),
    multiply(g.U, multiply(diagonal(g.lambda.map(Math.sqrt)), g.U, { transposeB: true })),
  );

describe("the normal bundle", () => {
  for (let k = 1; k < D; k++)
    it(`is exact on a linear subspace of ${k} dimensions, in whatever unit`, () => {
      for (const unit of [1, 1000]) {
        const g = subspace(k, unit);
        assertClose(
          normalBundle(g, { source: randomSource(1) })(on(g, 10), 0.01 * unit),
          new Float64Array(10).fill(k),
          0,
        );
      }
    });

  it("is that of spheres of 1 to 50 dimensions while the noise is small, and not where k σ is not", () => {
    const at = (k: number, ambient: number, sigma: number) => [
      ...normalBundle(sphereDistribution({ dimension: k, ambient }), { source: randomSource(2) })(
        sphere(2, k, randomSource(3), { ambient }).points,
        sigma,
      ),
    ];
    for (const [k, ambient] of [
      [1, 3],
      [2, 5],
      [10, 100],
      [50, 100],
    ])
      assert.deepEqual(at(k, ambient, 0.01), [k, k]);
    for (const [k, ambient] of [
      [1, 3],
      [2, 5],
      [10, 100],
    ])
      assert.deepEqual(at(k, ambient, 0.1), [k, k]);
    assert.deepEqual(at(50, 100, 0.1), [99, 99]); // the mean drift towards the centre is the largest singular value
  });

  it("has the same singular values for the same source, whatever the other points", () => {
    const g = subspace(3);
    const of = (n: number) => normalSpectrum(g, { source: randomSource(5) })(on(g, n), 0.1);
    assertClose(row(of(4), 2), row(of(8), 2), 0);
  });

  it("refuses what it cannot span", () => {
    const g = subspace(2);
    assert.throws(
      () => normalBundle({ dimension: 1, score: g.score }, { source: randomSource(1) }),
      /^RangeError: normalBundle: D is 1, expected a space of at least 2 dimensions$/,
    );
    assert.throws(
      () => normalBundle(g, { source: randomSource(1), copies: 0.5 }),
      /^RangeError: normalSpectrum: 0\.5 copies per dimension, expected at least 1$/,
    );
    assert.throws(
      () => normalBundle(g, { source: randomSource(1) })(matrix(1, 3), 1),
      /^RangeError: normalBundle: x has 3 columns, expected 7$/,
    );
    assert.throws(
      () => normalBundle(g, { source: randomSource(1) })(matrix(1, D), 0),
      /^RangeError: normalBundle: σ is 0, expected a positive noise level$/,
    );
  });
});

describe("the Jacobian's spectrum", () => {
  it("is exact on every linear subspace, with the eigenvalues -σ² / (λ + σ²)", () => {
    for (let k = 1; k <= D; k++) {
      const g = subspace(k, 3);
      assertClose(jacobianSpectrum(g)(on(g, 3), 0.1), new Float64Array(3).fill(k), 0);
      const expected = Array.from({ length: D }, (_, i) => -0.01 / ((g.lambda[i] ?? 0) + 0.01));
      assertClose(row(scaledHessianSpectrum(g)(on(g, 3), 0.1), 1), expected, 1e-10);
    }
  });

  it("is that of spheres where k σ² < 1, with eigenvalues of -k σ² / 2 along them", () => {
    for (const [k, ambient, sigma] of [
      [1, 3, 0.1],
      [2, 5, 0.1],
      [10, 20, 0.1],
      [50, 60, 0.1],
      [50, 60, 0.01],
    ]) {
      const p = sphereDistribution({ dimension: k, ambient });
      const { points } = sphere(2, k, randomSource(1), { ambient });
      assertClose(jacobianSpectrum(p)(points, sigma), [k, k], 0);
      const largest = scaledHessianSpectrum(p)(points, sigma).values[0];
      assert.ok(Math.abs(largest / ((-k * sigma ** 2) / 2) - 1) < k * sigma ** 2, `${largest} for k = ${k}`); // next order
    }
  });

  it("counts by the symmetric part, so that a constant antisymmetric matrix times the score changes nothing on a subspace", () => {
    const g = subspace(3);
    const A = normal(randomSource(4), D, D);
    const K = matrix(
      D,
      D,
      A.values.map((value, i) => 2 * (value - A.values[(i % D) * D + Math.floor(i / D)])),
    ); // norm about 20
    const turned = (x: typeof A, sigma: number, v: typeof A) => {
      const Jv = g.jacobianProduct(x, sigma, v);
      const KJv = multiply(Jv, K, { transposeB: true });
      return { ...Jv, values: Jv.values.map((value, i) => value + KJv.values[i]) };
    };
    assertClose(jacobianSpectrum({ jacobianProduct: turned })(on(g, 2), 1e-3), [3, 3], 0);
  });

  it("refuses no noise", () => {
    assert.throws(
      () => jacobianSpectrum(subspace(1))(matrix(1, D), 0),
      /^RangeError: jacobianSpectrum: σ is 0, expected a positive noise level$/,
    );
  });
});
