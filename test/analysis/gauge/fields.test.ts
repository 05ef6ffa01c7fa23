import assert from "node:assert/strict";
import {
  addFields,
  gaugeField,
  gradientField,
  levelSetRotation,
  inverseSigmaField,
  linearField,
  orthogonalField,
  quadraticPotential,
  rotation90,
  scaledPotential,
  shearField,
} from "../../../src/analysis/gauge/fields.js";
import { fitGaussian, isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { differenceProduct, exactDivergence } from "../../../src/diffusion/jacobian.js";
import { gaussianMixture } from "../../../src/diffusion/distributions/mixture.js";
import { circle } from "../../../src/diffusion/distributions/sphere.js";
import {
  addScaled,
  identity,
  matrix,
  matrixFromRows,
  scale,
  transpose,
  rowDots,
  type Matrix,
} from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose, assertMatrix } from "../../helpers/close.js";
import { gradient } from "../../helpers/distribution.js";
import type { VectorField } from "../../../src/diffusion/distribution.js";

const d = 4;
const sigma = 0.7;
const mixture = gaussianMixture(
  [0.3, 0.7],
  [fitGaussian(normal(randomSource(1), 9, d)), isotropicGaussian(normal(randomSource(2), 1, d).values, 0.5)],
);
const x = normal(randomSource(3), 7, d);
const v = normal(randomSource(4), 7, d);
const antisymmetric = (seed: number): Matrix => {
  const a = normal(randomSource(seed), d, d);
  return addScaled(a, -1, transpose(a));
};
const K = antisymmetric(5);
const q = quadraticPotential({ constant: 0.2, linear: [1, 0, -0.5, 2], quadratic: normal(randomSource(6), d, d) });
const h = { value: (logP: number) => Math.exp(logP / 3), slope: (logP: number) => Math.exp(logP / 3) / 3 };

const strong: Record<string, VectorField> = {
  "K s": gaugeField(mixture, K),
  "h(p) K s": levelSetRotation(mixture, K, h),
};
const weak: Record<string, VectorField> = {
  "K (∇q + q s)": gaugeField(mixture, K, q),
  "a sum of two of them": addFields(
    gaugeField(mixture, K, q),
    gaugeField(mixture, antisymmetric(7), quadraticPotential({ linear: [1, 2, 3, 4] })),
    -2,
  ),
};
const none: Record<string, VectorField> = {
  "K x": linearField(K),
  "q K s": orthogonalField(mixture, K, q),
  "|K x|² K x": shearField(K),
  "∇q": gradientField(q),
};

/** ∇ · r + r · s of every point, by the field's own divergence. */
const defect = (r: VectorField) =>
  rowDots(r.score(x, sigma), mixture.score(x, sigma)).map((value, n) => value + r.divergence(x, sigma)[n]);
const zero = new Float64Array(x.rows);

describe("a vector field", () => {
  for (const [name, field] of Object.entries({
    ...strong,
    ...weak,
    ...none,
    "with A(σ)": linearField((s) => scale(K, s)),
    "(c / σ) K x": inverseSigmaField(K, 3),
    "K(σ) s": gaugeField(mixture, (s) => scale(K, 1 / s)),
  }))
    it(`has the derivatives of its values: ${name}`, () => {
      const product = differenceProduct(field.score);
      assertMatrix(field.jacobianProduct(x, sigma, v), product(x, sigma, v), 1e-7);
      const differences = exactDivergence(product)(x, sigma);
      if (field.scoreAndDivergence)
        assert.deepEqual(field.scoreAndDivergence(x, sigma), {
          score: field.score(x, sigma),
          divergence: field.divergence(x, sigma),
        });
      field
        .divergence(x, sigma)
        .forEach((value, n) =>
          assert.ok(Math.abs(value - differences[n]) < 1e-7, `divergence ${value}, by differences ${differences[n]}`),
        ); // of values up to 10
    });

  for (const [name, potential] of Object.entries({ quadratic: q, scaled: scaledPotential(q, (s) => 1 / s) }))
    it(`of a ${name} potential is its gradient`, () => {
      assertMatrix(
        potential.gradient(x, 2),
        gradient((y) => potential.value(y, 2), x),
        1e-8,
      );
      assertMatrix(potential.hessianProduct(x, 2, v), differenceProduct(potential.gradient)(x, 2, v), 1e-8);
    });
});

describe("a gauge field", () => {
  for (const [name, field] of Object.entries({ ...strong, ...weak }))
    it(`keeps the mixture, ∇ · r + r · s = 0: ${name}`, () => {
      assert.ok(Math.max(...rowDots(field.score(x, sigma), field.score(x, sigma))) > 0.01);
      assertClose(defect(field), zero, 1e-12);
    });
  for (const [name, field] of Object.entries(strong))
    it(`that is a motion within level sets has no divergence and is at right angles to the score: ${name}`, () => {
      assertClose(field.divergence(x, sigma), zero, 1e-12);
      assertClose(rowDots(field.score(x, sigma), mixture.score(x, sigma)), zero, 1e-12);
    });
  it("with a q of its own has a divergence", () =>
    assert.ok(Math.max(...weak["K (∇q + q s)"].divergence(x, sigma).map(Math.abs)) > 0.1));
  for (const [name, field] of Object.entries(none))
    it(`is not made by one of the two conditions alone: ${name}`, () =>
      assert.ok(Math.max(...defect(field).map(Math.abs)) > 0.1));

  it("of a ring is a rotation, at any speed and with shear", () => {
    const ring = circle(1);
    const [points, level] = [
      matrixFromRows([
        [1.1, 0.2],
        [-0.3, 0.9],
        [0, -1.2],
      ]),
      0.3,
    ];
    const score = ring.score(points, level);
    for (const rotation of [
      linearField((s) => scale(rotation90, 3 / s)),
      shearField(rotation90),
      gaugeField(ring, rotation90),
    ]) {
      assertClose(rotation.divergence(points, level), [0, 0, 0], 1e-12);
      assertClose(rowDots(rotation.score(points, level), score), [0, 0, 0], 1e-12);
    }
    assert.ok(ring.logDensity(points, level).every(Number.isFinite));
  });

  it("refuses a matrix that is not antisymmetric, and points of another dimension", () => {
    assert.throws(
      () => addFields(mixture, isotropicGaussian(new Float64Array(1), 1)),
      new RegExp(`^RangeError: addFields: fields of ${d} and 1 dimensions, expected one dimension$`),
    );
    assert.throws(
      () => gaugeField(mixture, identity(d)),
      /^RangeError: gaugeField: entry \(0, 0\) of K is 1 and \(0, 0\) is 1, expected an antisymmetric matrix; pass \(K - Kᵀ\) \/ 2 if the rest is noise$/,
    );
    assert.throws(
      () => levelSetRotation(mixture, matrix(1, 2), h),
      /^RangeError: levelSetRotation: the matrix is 1 × 2, expected a square one$/,
    );
    assert.throws(
      () => linearField(K).score(matrix(1, 3), 1),
      /^RangeError: linearField: x has 3 columns, expected 4$/,
    );
    assert.throws(
      () => quadraticPotential({ linear: [1], quadratic: identity(2) }),
      /^RangeError: quadraticPotential: the quadratic form has 2 columns, expected 1$/,
    );
  });
});
