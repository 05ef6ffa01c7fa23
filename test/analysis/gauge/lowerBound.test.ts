import assert from "node:assert/strict";
import {
  addFields,
  gaugeField,
  gradientField,
  linearField,
  quadraticPotential,
} from "../../../src/analysis/gauge/fields.js";
import { leastGaugeEnergy } from "../../../src/analysis/gauge/lowerBound.js";
import { linePotentialGradient } from "../../../src/analysis/gauge/lineIntegral.js";
import { randomFourierFeatures, ridgePotential } from "../../../src/analysis/gauge/ridge.js";
import { isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { jacobians, type JacobianProduct } from "../../../src/diffusion/jacobian.js";
import { addScaled, matrix, scale, transpose, type Matrix, rowDots } from "../../../src/math/matrix.js";
import { multiply } from "../../../src/math/multiply.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertMatrix } from "../../helpers/close.js";
import type { VectorField } from "../../../src/diffusion/distribution.js";

const d = 3;
const transposedOf =
  (f: VectorField): JacobianProduct =>
  (x, sigma, v) => {
    const all = jacobians(f.jacobianProduct, x, sigma);
    return matrix(
      v.rows,
      d,
      Float64Array.from(
        all.flatMap((J, n) => [...multiply(matrix(1, d, v.values.subarray(n * d, (n + 1) * d)), J).values]),
      ),
    );
  };
const K = matrix(d, d, Float64Array.of(0, 1, 2, -1, 0, 3, -2, -3, 0)); // ‖K‖² = 28

describe("the least gauge energy", () => {
  const n = 4000;
  const sigma = 0.8;
  const z = normal(randomSource(1), n, d);
  const bound = (f: VectorField, x: Matrix) =>
    leastGaugeEnergy({ jvp: f.jacobianProduct, vjp: transposedOf(f) }, x, z, sigma, { source: randomSource(2) });
  for (const width of [0, 0.5]) {
    const g = isotropicGaussian(new Float64Array(d), width ** 2);
    const density = g;
    const x = addScaled(scale(normal(randomSource(3), n, d), width), sigma, z);
    const total = width ** 2 + sigma ** 2;
    it(`of K s is σ² / (σ² + w²) of its energy, for a Gaussian of width w = ${width}`, () => {
      const { value, standardError: error } = bound(gaugeField(density, K), x); // E |K s|² = ‖K‖² / (σ² + w²)
      assert.ok(
        Math.abs(value - (28 / total) * (sigma ** 2 / total)) < 4 * error + 1e-9,
        `${value} ± ${error}, expected ${(28 / total) * (sigma ** 2 / total)}`,
      );
    });
    it(`is below the energy of a gauge field that bends, with a gradient beside it, width ${width}`, () => {
      const r = gaugeField(
        density,
        K,
        quadraticPotential({
          constant: 1,
          linear: [0.3, -0.2, 0.1],
          quadratic: scale(normal(randomSource(4), d, d), 0.2),
        }),
      );
      const { value, standardError: error } = bound(
        addFields(
          r,
          gradientField(
            ridgePotential(randomFourierFeatures(randomSource(5), 4, d), normal(randomSource(6), 4, 1).values),
          ),
        ),
        x,
      );
      const values = r.score(x, sigma);
      const exact = rowDots(values, values).reduce((sum, square) => sum + square / n, 0);
      assert.ok(value - 4 * error < exact && value > 0.2 * exact, `${value} ± ${error} of ${exact}`);
    });
  }
  it("of a gradient is 0", () => {
    const f = linearField(matrix(d, d, Float64Array.of(1, 2, 3, 2, 4, 5, 3, 5, 6)));
    assert.equal(
      leastGaugeEnergy({ jvp: f.jacobianProduct, vjp: f.jacobianProduct }, z, z, sigma, { source: randomSource(7) })
        .value,
      0,
    );
  });
  it("needs points", () =>
    assert.throws(
      () => bound(linearField(K), matrix(1, d)),
      /^RangeError: leastGaugeEnergy: 1 × 3 and 4000 × 3 matrices, expected one shape$/,
    ));
});

describe("the line integral of a field", () => {
  const x = normal(randomSource(8), 5, d);
  const centre = Float64Array.of(0.3, -0.2, 0.5);
  it("of a gradient is that gradient", () => {
    const phi = ridgePotential(randomFourierFeatures(randomSource(9), 6, d), normal(randomSource(10), 6, 1).values);
    assertMatrix(
      linePotentialGradient({ denoiser: phi.gradient, vjp: phi.hessianProduct }, centre, { nodes: 16 })(x, 1),
      phi.gradient(x, 1),
      1e-10,
    );
  });
  it("of a linear field is its symmetric part, seen from the centre", () => {
    const A = normal(randomSource(11), d, d);
    const [f, fT] = [linearField(A), linearField(transpose(A))];
    const seen = linePotentialGradient({ denoiser: f.score, vjp: fT.jacobianProduct }, centre, { nodes: 2 })(x, 1);
    const way = matrix(
      5,
      d,
      x.values.map((value, i) => value - centre[i % d]),
    );
    const symmetric = multiply(way, scale(addScaled(A, 1, transpose(A)), 0.5));
    assertMatrix(
      seen,
      addScaled(
        symmetric,
        1,
        multiply(
          matrix(
            5,
            d,
            x.values.map((_, i) => centre[i % d]),
          ),
          A,
          { transposeB: true },
        ),
      ),
      1e-12,
    );
  });
  it("is a gradient: its Jacobian is symmetric, also of a field that is none", () => {
    const f = gaugeField(isotropicGaussian(centre, 1), K, quadraticPotential({ linear: [1, 0, 2], quadratic: K }));
    const gradient = linePotentialGradient({ denoiser: f.score, vjp: transposedOf(f) }, new Float64Array(d), {
      nodes: 12,
    });
    const h = 1e-5;
    const J = matrix(d, d);
    for (let j = 0; j < d; j++) {
      const e = matrix(1, d);
      e.values[j] = h;
      const at = matrix(1, d, x.values.slice(0, d));
      const [above, below] = [gradient(addScaled(at, 1, e), 1).values, gradient(addScaled(at, -1, e), 1).values];
      for (let i = 0; i < d; i++) J.values[i * d + j] = (above[i] - below[i]) / (2 * h);
    }
    assertMatrix(J, transpose(J), 1e-7);
  });
});
