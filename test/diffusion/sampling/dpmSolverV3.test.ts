import assert from "node:assert/strict";
import { dpmSolverV3 } from "../../../src/diffusion/sampling/dpmSolverV3.js";
import { gaussian, isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { gaussianMixture } from "../../../src/diffusion/distributions/mixture.js";
import { modelStatistics, type ModelStatistics } from "../../../src/diffusion/sampling/modelStatistics.js";
import { geometricSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import { sample } from "../../../src/diffusion/sampling/sampler.js";
import { dpmSolver, uniPC, type Solver, type Weight } from "../../../src/diffusion/sampling/solver.js";
import { teleport } from "../../../src/diffusion/sampling/teleport.js";
import { diagonal, matrix, matrixFromRows, relativeError, type Matrix } from "../../../src/math/matrix.js";
import { last, observedOrder } from "../../../src/math/ode.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose, assertMatrix } from "../../helpers/close.js";
import { rowRange } from "../../../src/math/rowBlocks.js";

/** Statistics that are the same at every level and in both columns. */
function constant(l: number, s: number, b: number): ModelStatistics {
  const lambda = geometricSigmas(9).map((sigma) => -Math.log(sigma));
  const [L, S, B] = [l, s, b].map((value) => matrix(10, 2, new Float64Array(20).fill(value)));
  return { lambda, l: L, s: S, b: B };
}
const mixture = gaussianMixture(
  [0.3, 0.7],
  [gaussian(Float64Array.of(-2, 0), diagonal([1, 0.25])), isotropicGaussian(Float64Array.of(2, 1), 0.5)],
);
const starts = matrixFromRows([
  [48, -24],
  [-32, 80],
]);
const run = (solver: Solver, steps: number) => last(sample(mixture, starts, geometricSigmas(steps), solver));
const first = (weight: Weight | undefined) => (typeof weight === "object" ? weight[0] : weight!);

describe("DPM-Solver-v3", () => {
  it("with l = 1 and s = b = 0 is DDIM for order 1, and takes the steps of UniPC's full predictor and corrector for higher ones", () => {
    assertMatrix(run(dpmSolverV3(constant(1, 0, 0), { order: 1 }), 12), run(dpmSolver(1), 12), 1e-11);
    const [ours, theirs] = [dpmSolverV3(constant(1, 0, 0), { corrector: true }), uniPC(3)];
    for (const [seen, expected] of [
      [ours.predict([2, 5, 11], 0.9), theirs.predict([2, 5, 11], 0.9)],
      [ours.correct!([2, 5, 11], 0.9), theirs.correct!([2, 5, 11], 0.9)],
      [ours.correct!([2, 5], 0.9), theirs.correct!([2, 5], 0.9)],
    ] as const) {
      assertClose([first(seen.state)], [first(expected.state)], 1e-13);
      assertClose(
        seen.models.map((weight) => -first(weight)),
        expected.models.map(first),
        1e-11,
      ); // it keeps f = -D
      assertClose(seen.offset!, [0, 0], 0);
    }
  });

  it("solves what any constant statistics describe exactly, so that its order is that of its predictor", () => {
    const reference = run(uniPC(3), 8000);
    // Order 3 is seen where its first steps, of orders 1 and 2, do no harm: with l = 1, where nothing moves at σ = 80.
    for (const [l, order, pseudo, expected] of [
      [0.5, 1, false, 1],
      [0.5, 2, false, 2],
      [1, 3, false, 3],
      [0.5, 3, false, 2],
      [0.5, 3, true, 2],
    ] as const) {
      const steps = [200, 400, 800];
      const errors = steps.map((n) =>
        relativeError(
          run(dpmSolverV3(l === 1 ? constant(1, 0, 0) : constant(l, 0.2, 0.1), { order, pseudo }), n),
          reference,
        ),
      );
      const seen = observedOrder(
        steps.map((n) => 1 / n),
        errors,
      );
      assert.ok(Math.abs(seen - expected) < 0.2, `order ${order}${pseudo ? ", pseudo" : ""}: ${seen} from ${errors}`);
    }
  });

  it("is exact on a Gaussian along the axes but for the grid of its statistics, whose error falls as the square of its step", () => {
    const g = gaussian(Float64Array.of(0.5, -0.3), diagonal([4, 0.01]));
    const exact = g.flow(starts, 80, 0.002);
    const points = [121, 241, 481];
    const errors = points.map((count) => {
      const statistics = modelStatistics(g, normal(randomSource(1), 50, 2), {
        source: randomSource(2),
        samples: 16,
        points: count,
      });
      statistics.lambda.forEach((lambda, i) =>
        assertClose(
          statistics.l.values.subarray(2 * i, 2 * i + 2),
          [4, 0.01].map((variance) => 1 / (1 + variance * Math.exp(2 * lambda))),
          1e-12,
        ),
      );
      assert.ok(statistics.s.values.every((value) => value === 0)); // f is one number
      return relativeError(last(sample(g, starts, geometricSigmas(5), dpmSolverV3(statistics, { order: 1 }))), exact);
    });
    const seen = observedOrder(
      points.map((count) => 1 / (count - 1)),
      errors,
    );
    assert.ok(Math.abs(seen - 2) < 0.2 && errors[2] < 3e-4, `order ${seen} from ${errors}`);
  });

  const source = randomSource(3);
  const data = matrix(
    1000,
    2,
    normal(source, 1000, 2).values.map((z, i) =>
      Math.floor(i / 2) % 10 < 3 ? [-2 + z, 0.5 * z][i % 2] : [2 + Math.SQRT1_2 * z, 1 + Math.SQRT1_2 * z][i % 2],
    ),
  );
  const statistics = () => modelStatistics(mixture, data, { source: randomSource(4), samples: 400 });

  it("with the statistics of a mixture is nearer with few evaluations than the solvers without", () => {
    const found = statistics();
    const reference = run(uniPC(3), 8000);
    const error = (solver: Solver) => relativeError(run(solver, 6), reference);
    const others = Math.min(...[dpmSolver(3), uniPC(3, "bh1"), uniPC(3, "bh2")].map(error));
    assert.ok(error(dpmSolverV3(found, { pseudo: true, corrector: true })) < others / 2);
  });

  it("has statistics that do not depend on how the diagonals are found, beyond the noise of the probes", () => {
    const estimated = modelStatistics(mixture, data, {
      source: randomSource(4),
      samples: 400,
      probes: 40,
    });
    statistics().l.values.forEach((value, i) =>
      assert.ok(Math.abs(value - estimated.l.values[i]) < 0.02, `l ${i}: ${value}, ${estimated.l.values[i]}`),
    );
  });

  it("takes its statistics at its own levels wherever it starts", () => {
    const g = gaussian(Float64Array.of(0.5, -0.3), diagonal([4, 0.01]));
    const found = modelStatistics(g, normal(randomSource(1), 50, 2), {
      source: randomSource(2),
      samples: 16,
      points: 241,
    });
    const sigmas = geometricSigmas(7, { sigmaMax: 1 });
    const end = (statistics: ModelStatistics) =>
      last(sample(g, teleport(g, starts, 80, 1), sigmas, dpmSolverV3(statistics)));
    assertMatrix(end(found), g.flow(starts, 80, 0.002), 3e-4);
    // Those of the levels below the start are all it looks at, at their own places.
    const first = found.lambda.findLastIndex((lambda) => lambda <= 0);
    const below = (m: Matrix) => rowRange(m, first, m.rows);
    assertMatrix(
      end({ lambda: found.lambda.subarray(first), l: below(found.l), s: below(found.s), b: below(found.b) }),
      end(found),
      1e-12,
    );
  });

  it("refuses an order, statistics and data that there are not", () => {
    assert.throws(
      () => dpmSolverV3(constant(1, 0, 0), { order: 4 as 3 }),
      /^RangeError: dpmSolverV3: the order is 4, expected 1, 2 or 3$/,
    );
    assert.throws(
      () => dpmSolverV3({ ...constant(1, 0, 0), s: matrix(9, 2) }),
      /^RangeError: dpmSolverV3: s is 9 × 2 for 10 levels, expected one row a level, two at least, and equal columns$/,
    );
    assert.throws(
      () => last(sample(isotropicGaussian(new Float64Array(1)), matrix(1, 1), [80, 1], dpmSolverV3(constant(1, 0, 0)))),
      /^RangeError: dpmSolverV3: x has 1 columns, expected 2$/,
    );
    assert.throws(
      () => modelStatistics(mixture, matrix(0, 2), { source }),
      /^RangeError: modelStatistics: no data, expected at least one point$/,
    );
    assert.throws(
      () => modelStatistics(mixture, data, { source, samples: 1 }),
      /^RangeError: modelStatistics: samples is 1, expected an integer of at least 2$/,
    );
  });
});
