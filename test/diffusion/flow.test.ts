import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { asymmetry } from "../../src/analysis/gauge/asymmetry.js";
import { flowMap } from "../../src/analysis/dimension/flowMap.js";
import { encode } from "../../src/diffusion/encoding.js";
import { inLogSigma, probabilityFlow } from "../../src/diffusion/flow.js";
import { gaussian, isotropicGaussian } from "../../src/diffusion/distributions/gaussian.js";
import { gaussianMixture, type GaussianMixture } from "../../src/diffusion/distributions/mixture.js";
import { identity, matrix, matrixFromRows, scale, type Matrix } from "../../src/math/matrix.js";
import { convergence, euler, heun, integrate, last, linspace, observedOrder, rk4 } from "../../src/math/ode.js";
import { multiply } from "../../src/math/multiply.js";
import { normal, randomSource } from "../../src/math/random.js";
import { solve, squareRoot } from "../../src/math/solve.js";
import { normalCdf } from "../../src/math/special.js";
import { quantiles } from "../../src/math/stats.js";
import { assertClose, assertMatrix } from "../helpers/close.js";
import { golden, goldenRank1, x80 } from "../helpers/golden.js";

/** Mixtures of three components in the plane, round ones and long ones, and what SciPy finds for their flows. */
interface Reference {
  readonly sigmaMin: number;
  readonly sigmaMax: number;
  readonly mixtures: Record<
    "isotropic" | "anisotropic",
    {
      weights: number[];
      means: number[][];
      covariances: number[][][];
      points: { x: number[]; code: number[]; jacobian: number[][] }[];
    }
  >;
}
const { sigmaMin, sigmaMax, mixtures } = JSON.parse(readFileSync("data/reference/flow.json", "utf8")) as Reference;
const mixture = (name: keyof Reference["mixtures"]) => {
  const { weights, means, covariances } = mixtures[name];
  return gaussianMixture(
    weights,
    means.map((mean, k) => gaussian(Float64Array.from(mean), matrixFromRows(covariances[k]))),
  );
};
const worst = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((most, value, n) => Math.max(most, Math.abs(value - b[n])), 0);

/**
 * |Y_12 - Y_21| / ‖Y‖ in the plane: 0 where the derivative Y of a map is symmetric, as it is all over for a gradient.
 * Y⁻¹ has the same.
 */
const antisymmetry = (Y: Matrix) => Math.sqrt(2 * asymmetry(Y).relative);

/**
 * That of the flow map at points drawn from the mixture, its median, and the most that twice as many steps change it.
 */
const onSupport = (m: GaussianMixture, n = 400) => {
  const [coarse, sizes] = [20, 40].map((stepsPerDecade) => {
    const { derivatives } = flowMap(m, m.sample(randomSource(4), n, sigmaMax), [sigmaMax, sigmaMin], {
      stepsPerDecade,
    });
    return derivatives[1].map(antisymmetry);
  });
  return { sizes, median: quantiles(sizes, [0.5])[0], change: worst(sizes, coarse) };
};

describe("probabilityFlow", () => {
  for (const [name, method] of Object.entries({ euler, heun, rk4 }))
    it(`has the exact solution as the limit of ${name}, at its order ${method.order}`, () => {
      const steps = [5, 6, 7, 8].map((k) => 2.5 * 2 ** k);
      const start = golden.flow(x80, 80, 3);
      const { order } = convergence(probabilityFlow(golden), start, golden.flow(x80, 80, 0.5), {
        from: 3,
        to: 0.5,
        steps,
        method,
      });
      assert.ok(Math.abs(order - method.order) < 0.2, `order ${order}`);
    });
});

describe("inLogSigma", () => {
  const flow = inLogSigma(probabilityFlow(golden));
  const range = { from: Math.log(80), to: Math.log(1e-3) };

  // Errors of the same integrations in NumPy.
  const known = {
    euler: [7.0e-2, 3.54e-2, 1.78e-2],
    heun: [7.81e-4, 1.92e-4, 4.77e-5],
    rk4: [7.2e-8, 4.43e-9, 2.75e-10],
  };
  for (const [name, method] of Object.entries({ euler, heun, rk4 }))
    it(`meets the exact solution from σ = 80 to 0.001 with ${name} at its order ${method.order}, at the known distance`, () => {
      const { error, order } = convergence(flow, x80, golden.flow(x80, 80, 1e-3), {
        ...range,
        steps: [250, 500, 1000],
        method,
      });
      assert.ok(Math.abs(order - method.order) < 0.1, `order ${order}`);
      error.forEach((value, i) =>
        assertClose([value], [known[name as keyof typeof known][i]], 5e-3, `${name}, error ${i}`),
      ); // known to three digits
    });

  it("meets the exact solution of a low rank within 1e-6", () => {
    const end = last(integrate(inLogSigma(probabilityFlow(goldenRank1)), x80, linspace(range.from, range.to, 500)));
    assertMatrix(end, goldenRank1.flow(x80, 80, 1e-3), 1e-6);
  });
});

describe("the probability flow", () => {
  it("carries quantiles to quantiles in one dimension, forth and back, in order", () => {
    const [w, means, variances] = [
      [0.4, 0.35, 0.25],
      [-1.2, 0.3, 1.5],
      [0.04, 0.09, 0.02],
    ];
    const m = gaussianMixture(
      w,
      means.map((mean, k) => isotropicGaussian(Float64Array.of(mean), variances[k])),
    );
    const F = (points: Matrix, sigma: number) =>
      points.values.map((value) =>
        w.reduce(
          (sum, weight, k) => sum + weight * normalCdf((value - means[k]) / Math.sqrt(variances[k] + sigma ** 2)),
          0,
        ),
      );
    const flow = inLogSigma(probabilityFlow(m));
    const start = matrix(41, 1, linspace(-2, 2, 40));
    const steps = [200, 400, 800];
    const found = steps.map((n) => {
      const end = last(integrate(flow, start, linspace(Math.log(1e-3), Math.log(80), n)));
      end.values.forEach((value, i) => i === 0 || assert.ok(value > end.values[i - 1]));
      const back = last(integrate(flow, end, linspace(Math.log(80), Math.log(1e-3), n)));
      if (n === 800) assertMatrix(back, start, 1e-8);
      return worst(F(end, 80), F(start, 1e-3));
    });
    assert.ok(
      Math.abs(
        observedOrder(
          steps.map((n) => 1 / n),
          found,
        ) - 4,
      ) < 0.3 && found[2] < 1e-9,
      `errors ${found}`,
    );
  });

  it("of a Gaussian is the optimal transport S_T^½ S_0^-½, symmetric", () => {
    const S = (sigma: number) =>
      matrixFromRows([
        [2 + sigma ** 2, 0.6],
        [0.6, 0.5 + sigma ** 2],
      ]);
    const g = gaussian(new Float64Array(2), S(0));
    const at = normal(randomSource(3), 5, 2);
    const A = solve(squareRoot(S(0)), squareRoot(S(80))); // S_0^-½ S_T^½, which commute
    assertMatrix(g.flow(at, 0, 80), multiply(at, A), 1e-12);
    assertClose([A.values[1]], [A.values[2]], 1e-12);
  });

  it("of three components has the codes and the derivatives that SciPy finds", () => {
    for (const name of ["isotropic", "anisotropic"] as const) {
      const m = mixture(name);
      const { points } = mixtures[name];
      const codes = matrixFromRows(points.map(({ code }) => code));
      assertMatrix(
        encode(m, matrixFromRows(points.map(({ x }) => x)), { sigmaMin, sigmaMax, tolerance: 1e-11 }).points,
        scale(codes, 1 / sigmaMax),
        1e-8,
        name,
      );
      const { derivatives } = flowMap(m, codes, [sigmaMax, sigmaMin], {
        stepsPerDecade: 240,
      });
      derivatives[1].forEach((Y, n) => {
        const up = matrixFromRows(points[n].jacobian);
        assertMatrix(multiply(Y, up), identity(2), 1e-6, `${name}, point ${n}`);
        assertClose([antisymmetry(Y)], [antisymmetry(up)], 1e-6, `antisymmetry, ${name}, point ${n}`);
      });
    }
  });

  it("of three components is no gradient, hence no optimal transport, however small the steps; the more so if they are not round", () => {
    const [round, long] = [onSupport(mixture("isotropic")), onSupport(mixture("anisotropic"))];
    for (const { median, change } of [round, long])
      assert.ok(median > 100 * change, `median ${median}, changed by ${change}`);
    // Half of either sample would be above the median of the other if they were of one distribution.
    const above = long.sizes.filter((size) => size > round.median).length / long.sizes.length;
    assert.ok(
      above - 0.5 > 4 * Math.sqrt(0.25 / long.sizes.length + 0.25 / round.sizes.length),
      `${above} above ${round.median}`,
    );
  });

  it("of two round components is optimal transport if they are of one size, and is not if one is larger", () => {
    const two = (...variances: number[]) =>
      onSupport(
        gaussianMixture(
          [0.4, 0.6],
          [
            [-1, 0],
            [1, 0.5],
          ].map((mean, k) => isotropicGaussian(Float64Array.from(mean), variances[k])),
        ),
        100,
      );
    // Of one size, they are a mixture along the line of their centres times a Gaussian across it.
    assert.ok(Math.max(...two(0.15, 0.15).sizes) < 1e-12);
    const { median, change } = two(0.4, 0.1);
    assert.ok(median > 100 * change, `median ${median}, changed by ${change}`);
  });
});
