import assert from "node:assert/strict";
import { quadraticPotential } from "../../../src/analysis/gauge/fields.js";
import { fitPotential, sampledEnergy } from "../../../src/analysis/gauge/galerkin.js";
import { helmholtzLinear } from "../../../src/analysis/gauge/linear.js";
import {
  sampledNeurons,
  logCosh,
  randomFourierFeatures,
  ridgePotential,
  ridgeValues,
  wave,
} from "../../../src/analysis/gauge/ridge.js";
import { weakGaugeTest, weakGaugeTests } from "../../../src/analysis/gauge/weakForm.js";
import { differenceProduct } from "../../../src/diffusion/jacobian.js";
import { addScaled, matrix, scale, type Matrix } from "../../../src/math/matrix.js";
import { multiply } from "../../../src/math/multiply.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { squareRoot } from "../../../src/math/solve.js";
import { assertClose, assertMatrix } from "../../helpers/close.js";
import { gradient } from "../../helpers/distribution.js";
import { plane, planeField, planeGauge, planeGradient } from "../../helpers/plane.js";

const x = plane.sample(randomSource(1), 20_000);
const other = plane.sample(randomSource(2), 20_000);
const waves = randomFourierFeatures(randomSource(3), 60, 2, 2.5);

describe("a ridge potential", () => {
  const points = normal(randomSource(4), 5, 3);
  for (const [name, basis] of Object.entries({
    waves: randomFourierFeatures(randomSource(5), 7, 3, 0.8),
    ridges: sampledNeurons(randomSource(6), 7, normal(randomSource(7), 20, 3)),
  }))
    it(`has the derivatives of its value: ${name}`, () => {
      const phi = ridgePotential(basis, normal(randomSource(8), 7, 1).values);
      assertMatrix(
        phi.gradient(points, 1),
        gradient((y) => phi.value(y, 1), points),
        1e-8,
      );
      const v = normal(randomSource(9), 5, 3);
      assertMatrix(phi.hessianProduct(points, 1, v), differenceProduct(phi.gradient)(points, 1, v), 1e-8);
    });
  it("made of pairs of points goes from slope -1 to 1 between them", () => {
    const pair = matrix(2, 2, Float64Array.of(1, 2, 3, -1));
    const basis = sampledNeurons(randomSource(1), 4, pair);
    for (const slope of ridgeValues(basis, pair, "slope").values)
      assert.ok(Math.abs(Math.abs(slope) - Math.tanh(1)) < 1e-12);
  });
  it("of log cosh is finite far away", () =>
    assertClose([logCosh.value(1e4), logCosh.value(0)], [1e4 - Math.LN2, 0], 1e-15));
});

describe("a potential fitted to samples", () => {
  it("of a linear field is that of the samples' second moments, exactly", () => {
    const d = 4;
    const A = normal(randomSource(10), d, d);
    const points = multiply(
      normal(randomSource(11), 500, d),
      squareRoot(
        matrix(
          d,
          d,
          Float64Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 1 + i / 5 : 0.3)),
        ),
      ),
    );
    const means = Float64Array.from(
      { length: d },
      (_, j) => points.values.reduce((sum, value, i) => sum + (i % d === j ? value : 0), 0) / 500,
    );
    const centred = matrix(
      500,
      d,
      points.values.map((value, i) => value - means[i % d]),
    );
    const { gradient: M } = helmholtzLinear(A, multiply(centred, centred, { transposeA: true }));
    const f = multiply(centred, A, { transposeB: true });
    assertMatrix(fitPotential(points, f).gradient(points, 0), multiply(centred, M), 1e-10);
  });

  it("takes all of a gradient in its basis, and leaves nothing", () => {
    const phi = ridgePotential(waves, normal(randomSource(12), 60, 1).values);
    const bent = addScaled(
      phi.gradient(x, 0),
      1,
      quadraticPotential({ linear: [1, 2], quadratic: matrix(2, 2, Float64Array.of(1, 3, 3, 2)) }).gradient(x, 0),
    );
    const fitted = fitPotential(x, bent, { basis: waves, damping: 1e-13 });
    const { field, gauge } = sampledEnergy(bent, fitted.gradient(x, 0));
    assert.ok(gauge.value < 0.02 * field.value, `${gauge.value} of ${field.value}`); // the quadratic part was taken from all of the field before the waves
  });

  const fitted = fitPotential(x, planeField(x), { basis: waves });
  it("leaves nothing that its basis could take: orthogonal in the samples to round-off, without damping", () => {
    const few = randomFourierFeatures(randomSource(13), 12, 2, 1.5);
    const r = addScaled(planeField(x), -1, fitPotential(x, planeField(x), { basis: few, damping: 0 }).gradient(x, 0));
    const z = weakGaugeTest(x, r, few);
    assert.ok(Math.max(...z.map(Math.abs)) < 1e-6, `${Math.max(...z.map(Math.abs))}`);
  });

  it("finds the known energies of a field's parts on other samples, and the parts themselves", () => {
    const { gradient: along, gauge, product } = sampledEnergy(planeField(other), fitted.gradient(other, 0));
    assert.ok(
      Math.abs(gauge.value - 1.25818) < 4 * gauge.standardError + 0.005,
      `${gauge.value} ± ${gauge.standardError}`,
    );
    assert.ok(Math.abs(along.value - 0.82414) < 0.02, `${along.value}`);
    assert.ok(Math.abs(product.value) < 4 * product.standardError, `${product.value} ± ${product.standardError}`);
    const error = sampledEnergy(planeGradient(other), fitted.gradient(other, 0)).gauge.value;
    assert.ok(error < 0.01, `E |∇φ - fitted|² is ${error}`); // of 0.82: 60 coefficients from 20,000 samples of a field with heavy tails
  });

  it("refuses shapes that do not fit and too few samples", () => {
    assert.throws(
      () => fitPotential(x, matrix(3, 2)),
      /^RangeError: fitPotential: 20000 × 2 and 3 × 2 matrices, expected one shape$/,
    );
    assert.throws(
      () => fitPotential(matrix(2, 2), matrix(2, 2)),
      /^RangeError: fitPotential: 2 samples in 2 dimensions, expected more samples than dimensions$/,
    );
    assert.throws(
      () => fitPotential(x, x, { basis: { ...waves, offsets: new Float64Array(3) } }),
      /^RangeError: fitPotential: 60 directions and 3 offsets, expected one offset for each of at least one direction$/,
    );
    assert.throws(
      () => ridgePotential(waves, new Float64Array(3)),
      /^RangeError: ridgePotential: 3 coefficients for 60 functions, expected one each$/,
    );
    assert.throws(
      () => sampledNeurons(randomSource(1), 3, matrix(5, 2)),
      /^RangeError: sampledNeurons: most pairs of points are equal, expected different points$/,
    );
    assert.throws(
      () => randomFourierFeatures(randomSource(1), 3, 2, 0),
      /^RangeError: randomFourierFeatures: the scale is 0, expected a positive length$/,
    );
  });
});

describe("the weak form", () => {
  const features = randomFourierFeatures(randomSource(20), 20, 2, 2);
  const test = (r: Matrix) => weakGaugeTests({ r: { score: () => r } }, x, 0, features)[0].largestZ;
  const score = plane.score(x, 0);
  const turn = (m: Matrix) => ({ ...m, values: m.values.map((_, i, all) => (i % 2 === 0 ? -all[i + 1] : all[i - 1])) });
  it("passes gauge fields", () => {
    // 20 tests at |z| < 4 fail by chance once in 800
    assert.ok(test(turn(score)) < 4, `J s: ${test(turn(score))}`);
    assert.ok(test(planeGauge.score(x, 0)) < 4, `weak: ${test(planeGauge.score(x, 0))}`);
  });
  it("finds rotations that are none, gradients, and a gradient in a gauge field", () => {
    assert.ok(test(turn(x)) > 20, `J x: ${test(turn(x))}`);
    assert.ok(test(planeGradient(x)) > 20);
    assert.ok(test(addScaled(turn(score), 0.1, planeGradient(x))) > 4);
  });
  it("refuses a field of which it can say nothing", () =>
    assert.throws(
      () => weakGaugeTest(x, scale(x, 0), { directions: matrix(1, 2), offsets: new Float64Array(1), profile: wave }),
      /^RangeError: weakGaugeTest: r · ∇ψ has the variance 0 for function 0, expected a positive one$/,
    ));
});
