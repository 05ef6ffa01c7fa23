import assert from "node:assert/strict";
import { gaugeField, linearField, rotation90 } from "../../../src/analysis/gauge/fields.js";
import { helmholtzLinear } from "../../../src/analysis/gauge/linear.js";
import { inLogSigma, probabilityFlow } from "../../../src/diffusion/flow.js";
import { gaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { variancePreserving } from "../../../src/diffusion/schedule.js";
import type { Score } from "../../../src/diffusion/score.js";
import { eigenvalues } from "../../../src/math/eigen.js";
import {
  addScaled,
  diagonal,
  identity,
  matrix,
  matrixFromRows,
  scale,
  transpose,
  type Matrix,
} from "../../../src/math/matrix.js";
import { integrate, last, linspace } from "../../../src/math/ode.js";
import { multiply } from "../../../src/math/multiply.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { solve, squareRoot } from "../../../src/math/solve.js";
import { assertClose, assertMatrix } from "../../helpers/close.js";
import { gaussianKL } from "../../../src/diffusion/distributions/gaussianKL.js";
import { solveLyapunov } from "../../../src/math/lyapunov.js";

const S = matrixFromRows([
  [2, 0.6],
  [0.6, 0.5],
]);
const A = matrixFromRows([
  [0.3, -1],
  [0.8, -0.4],
]);
const J = rotation90;

describe("a linear field of a Gaussian", () => {
  it("splits into the known parts and energies", () => {
    const { gradient, gauge, energy } = helmholtzLinear(A, S);
    assertMatrix(
      gradient,
      matrixFromRows([
        [-0.132, 0.44],
        [0.44, 0.032],
      ]),
      1e-12,
    );
    assertMatrix(
      gauge,
      matrixFromRows([
        [0.432, -1.44],
        [0.36, -0.432],
      ]),
      1e-12,
    );
    assertClose([energy.field, energy.gradient, energy.gauge], [1.296, 0.46656, 0.82944], 1e-12);
  });

  it("splits in any dimension into a symmetric part and one that keeps the density, and twice into the same", () => {
    const d = 5;
    const B = normal(randomSource(1), d, d);
    const spread = normal(randomSource(2), d, 9);
    const C = multiply(spread, spread, { transposeB: true });
    const { gradient, gauge, energy } = helmholtzLinear(B, C);
    assertMatrix(gradient, transpose(gradient), 0);
    const RS = multiply(gauge, C);
    assertMatrix(RS, scale(transpose(RS), -1), 1e-11);
    assert.ok(Math.abs(energy.field / (energy.gradient + energy.gauge) - 1) < 1e-12);
    assert.ok(helmholtzLinear(gradient, C).energy.gauge < 1e-24 * energy.field);
    assert.ok(helmholtzLinear(gauge, C).energy.gradient < 1e-24 * energy.field);
  });

  it("has no gauge part if it is symmetric, and no other if it is an antisymmetric matrix times the score", () => {
    assert.ok(
      helmholtzLinear(
        matrixFromRows([
          [1, 2],
          [2, -3],
        ]),
        S,
      ).energy.gauge < 1e-28,
    );
    const Ks = multiply(scale(J, 1.5), solve(S, scale(identity(2), -1)));
    assert.ok(helmholtzLinear(Ks, S).energy.gradient < 1e-28);
    assert.ok(helmholtzLinear(multiply(S, J), S).energy.gradient < 1e-28); // ω S J x
  });

  it("refuses covariances that do not fit or have two directions without variance", () => {
    assert.throws(() => helmholtzLinear(A, identity(3)), /^RangeError: helmholtzLinear: S has 3 columns, expected 2$/);
    assert.throws(
      () => helmholtzLinear(identity(3), diagonal([1, 0, 0])),
      /^RangeError: helmholtzLinear: S has the eigenvalues 0 and 0, expected positive ones; add the noise σ² I$/,
    );
  });
});

/**
 * The covariance at t = 10⁻³ that a variance-preserving flow of s + r makes of the right one at t = 1, in the
 * convention's units there.
 */
function carried(r: Score): { seen: Matrix; exact: Matrix } {
  const g = gaussian(new Float64Array(2), S);
  const vp = variancePreserving();
  const [top, bottom] = [vp.noiseLevel(1), vp.noiseLevel(1e-3)];
  const at = (sigma: number) => addScaled(S, sigma ** 2, identity(2));
  const score: Score = (x, sigma) => addScaled(g.score(x, sigma), 1, r(x, sigma));
  // Columns of S^½ are points whose second moments are S; a linear flow carries them.
  const end = last(
    integrate(
      inLogSigma(probabilityFlow({ score })),
      squareRoot(at(top)),
      linspace(Math.log(top), Math.log(bottom), 4000),
    ),
  );
  return { seen: multiply(end, end, { transposeA: true }), exact: at(bottom) };
}

describe("the flow of a Gaussian with a field added to its score", () => {
  const g = gaussian(new Float64Array(2), S);
  const density = g;
  const share = (sigma: number) => 1 / (1 + sigma ** 2); // α²: an r of x_t is α r(α x) here
  for (const [name, r] of Object.entries({
    "1.5 J s": gaugeField(density, scale(J, 1.5)).score,
    "1.5 S_t J x": linearField((sigma) =>
      scale(multiply(addScaled(S, sigma ** 2, identity(2)), J), 1.5 * share(sigma) ** 2),
    ).score,
  }))
    it(`carries the right covariance if it is a gauge field: ${name}`, () => {
      const { seen, exact } = carried(r);
      assertMatrix(seen, exact, 1e-10); // 4000 steps of order 4 in ln σ over a range of 9.6
      assert.ok(gaussianKL(seen, exact) < 1e-14);
    });

  // Known to three digits from a Runge-Kutta integration of the covariance's equation in t.
  for (const [name, A, error, divergence] of [
    ["1.5 J x, free of divergence only", scale(J, 1.5), 1.016, 0.331],
    [
      "0.1 [[1, .5], [.5, -.2]] x, a gradient",
      matrixFromRows([
        [0.1, 0.05],
        [0.05, -0.02],
      ]),
      4.457,
      0.577,
    ],
  ] as const)
    it(`carries another if it is none: ${name}`, () => {
      const { seen, exact } = carried(linearField((sigma) => scale(A, share(sigma))).score);
      assert.ok(Math.abs(gaussianKL(seen, exact) - divergence) < 6e-4, `${gaussianKL(seen, exact)}`);
      const worst =
        Math.max(...addScaled(seen, -1, exact).values.map(Math.abs)) * share(variancePreserving().noiseLevel(1e-3));
      assert.ok(Math.abs(worst - error) < 6e-4, `${worst}`);
    });

  it("carries another if the score is 5 % too large: 0.05 s", () => {
    const { seen, exact } = carried((x, sigma) => scale(g.score(x, sigma), 0.05));
    assert.ok(Math.abs(gaussianKL(seen, exact) - 0.113) < 6e-4, `${gaussianKL(seen, exact)}`);
  });
});

describe("Langevin's equation with a gauge field", () => {
  it("keeps the law and relaxes faster", () => {
    const precision = solve(S, identity(2));
    const rates = (omega: number) => eigenvalues(multiply(addScaled(identity(2), omega, J), precision));
    assertClose(rates(0).real, [3.454, 0.452], 1e-3);
    assertClose(rates(1.5).real, [1.953, 1.953], 1e-3);
    assertClose(rates(1.5).imaginary, [1.124, -1.124], 1e-3);
    for (const omega of [0, 1.5, 7])
      assertMatrix(
        solveLyapunov(multiply(addScaled(identity(2), omega, J), precision), scale(identity(2), 2)),
        S,
        1e-12,
      );
  });
});

describe("the Kullback-Leibler divergence", () => {
  it("is that of one dimension in each eigenvector, and 0 between equals", () => {
    assert.ok(
      Math.abs(
        gaussianKL(diagonal([2, 3]), diagonal([1, 4])) - 0.5 * (2 - 1 - Math.log(2) + 0.75 - 1 - Math.log(0.75)),
      ) < 1e-14,
    );
    assert.ok(gaussianKL(S, S) < 1e-15);
    const C = normal(randomSource(3), 2, 2);
    const turn = (m: Matrix) => multiply(multiply(C, m), C, { transposeB: true }); // invariant under linear maps
    assert.ok(Math.abs(gaussianKL(turn(S), turn(identity(2))) - gaussianKL(S, identity(2))) < 1e-10);
  });
  it("refuses a covariance that is singular", () =>
    assert.throws(
      () => gaussianKL(matrix(2, 2), S),
      /^RangeError: gaussianKL: S⁻¹ P has the eigenvalue 0, expected positive ones$/,
    ));
});

describe("eigenvalues", () => {
  it("are those of the companion of a polynomial, by decreasing real part", () => {
    const { real, imaginary } = eigenvalues(
      matrixFromRows([
        [0, 1, 0],
        [0, 0, 1],
        [10, -9, 4],
      ]),
    ); // (x - 2) (x² - 2x + 5)
    assertClose(real, [2, 1, 1], 1e-12);
    assertClose(imaginary, [0, 2, -2], 1e-12);
    assert.throws(
      () => eigenvalues(matrix(1, 2)),
      /^RangeError: eigenvalues: the matrix is 1 × 2, expected a square one$/,
    );
  });
});
