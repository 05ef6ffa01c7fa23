import assert from "node:assert/strict";
import {
  gaussian,
  gaussianFromSpectrum,
  isotropicGaussian,
  type Gaussian,
} from "../../../src/diffusion/distributions/gaussian.js";
import { fromDenoiser, fromScore } from "../../../src/diffusion/distribution.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";
import { gaussianMixture } from "../../../src/diffusion/distributions/mixture.js";
import { circle } from "../../../src/diffusion/distributions/sphere.js";
import { inLogSigma, probabilityFlow } from "../../../src/diffusion/flow.js";
import { geometricSigmas, karrasSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import { sample } from "../../../src/diffusion/sampling/sampler.js";
import { dpmSolver, uniPC, type Solver } from "../../../src/diffusion/sampling/solver.js";
import {
  classConditionalFlow,
  scoreFlow,
  teleport,
  teleportToLevels,
} from "../../../src/diffusion/sampling/teleport.js";
import {
  addScaled,
  diagonal,
  distance,
  matrix,
  matrixFromRows,
  relativeError,
  row,
  scale,
} from "../../../src/math/matrix.js";
import { integrateAdaptive } from "../../../src/math/adaptive.js";
import { heun, last, rk4, type ButcherTableau } from "../../../src/math/ode.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose, assertMatrix } from "../../helpers/close.js";
import { golden, goldenRank1, x80 } from "../../helpers/golden.js";
import { skipLevel, explainedVarianceRatio, levelsFrom } from "../../../src/diffusion/sampling/skipLevel.js";

const lambda = [100, 10, 1];
const g = gaussian(new Float64Array(3), diagonal(lambda));
const x = matrix(1, 3, new Float64Array(3).fill(80));
const mixture = gaussianMixture(
  [0.3, 0.7],
  [gaussian(Float64Array.of(-2, 0), diagonal([1, 0.25])), isotropicGaussian(Float64Array.of(2, 1), 0.5)],
);
const starts = matrixFromRows([
  [48, -24],
  [-32, 80],
  [3, 100],
]);
const samplers: Record<string, ButcherTableau | Solver> = {
  Heun: heun,
  RK4: rk4,
  "DPM-Solver++ 2M": dpmSolver(2),
  "DPM-Solver++ 3M": dpmSolver(3),
  "DPM-Solver++ 2S": dpmSolver(2, { multistep: false }),
  "UniPC bh1": uniPC(3),
  "UniPC bh2": uniPC(3, "bh2"),
};

describe("teleport", () => {
  it("takes the known errors off Heun's method and leaves it 2 (N - skip) - 1 evaluations of the same grid", () => {
    // Amplitude over the exact one of 18 levels and 0 from level `skip` on, for λ = 100, 10 and 1; the same in NumPy,
    // to six digits.
    const known: Record<number, number[]> = {
      2: [1.020705, 1.031505, 1.044795],
      4: [1.015151, 1.030644, 1.044703],
      6: [1.004396, 1.025659, 1.044063],
      8: [1.000264, 1.009224, 1.03894],
    };
    for (const [skip, ratios] of Object.entries(known)) {
      let count = 0;
      const sigmas = karrasSigmas(18).subarray(Number(skip));
      const end = last(
        sample({ denoiser: (y, sigma) => (count++, g.denoiser(y, sigma)) }, teleport(g, x, 80, sigmas[0]), sigmas),
      );
      const exact = g.flow(x, 80, 0);
      ratios.forEach((ratio, k) =>
        assert.ok(
          Math.abs(end.values[k] / exact.values[k] - ratio) < 1e-6,
          `skip ${skip}, λ = ${lambda[k]}: ${end.values[k] / exact.values[k]}`,
        ),
      );
      assert.equal(count, 2 * (18 - Number(skip)) - 1);
    }
  });

  const worlds: Record<string, { statistics: Gaussian; from: typeof x }> = {
    "a Gaussian": { statistics: golden, from: x80 },
    "a Gaussian of low rank": { statistics: goldenRank1, from: x80 },
    "a Gaussian of low rank with variance beside it": {
      statistics: gaussianFromSpectrum({ ...goldenRank1, residualVariance: 0.3 }),
      from: x80,
    },
    "a point": { statistics: isotropicGaussian(Float64Array.of(1, -2)), from: x80 },
  };
  for (const [name, { statistics, from }] of Object.entries(worlds))
    it(`is, on ${name}, what integrating all the way comes to, before any sampler`, () => {
      const exact = statistics.flow(from, 80, 0.1);
      for (const [sampler, method] of Object.entries(samplers)) {
        const ends = [100, 200].map((steps) => {
          const sigmas = geometricSigmas(steps, { sigmaMax: 5, sigmaMin: 0.1 });
          return last(sample(statistics, teleport(statistics, from, 80, 5), sigmas, method));
        });
        const [coarse, fine] = ends.map((end) => relativeError(end, exact));
        assert.ok(fine < 1e-4 && fine < Math.max(0.5 * coarse, 1e-12), `${sampler}: ${coarse}, ${fine}`); // it converges, down to round-off
      }
    });

  it("is, on a mixture, what integrating all the way comes to, without the network", () => {
    const exact = last(sample(mixture, starts, geometricSigmas(4000), uniPC()));
    for (const [name, method] of Object.entries(samplers)) {
      const sigmas = geometricSigmas(800, { sigmaMax: 2 });
      const error = relativeError(last(sample(mixture, teleport(mixture, starts, 80, 2), sigmas, method)), exact);
      assert.ok(error < 1e-3, `${name}: ${error}`);
    }
  });

  it("by a mixture of one component is by that Gaussian, to the error of its integration", () => {
    for (const to of [40, 10, 1, 0.3]) {
      const error = distance(teleport(gaussianMixture([1], [golden]), x80, 80, to), teleport(golden, x80, 80, to));
      assert.ok(error < 2e-3 * to, `σ = ${to}: ${error}`);
    }
  });

  it("by a function is that function", () => {
    assertMatrix(
      teleport((states, from, to) => scale(states, to / from), x80, 80, 20),
      scale(x80, 1 / 4),
      0,
    );
    assert.equal(teleport(g, x, 80, 80), x);
  });

  it("refuses to go up, and a level that is none", () => {
    assert.throws(
      () => teleport(g, x, 1, 80),
      /^RangeError: teleport: from σ = 1 to 80, expected a level that is not higher$/,
    );
    assert.throws(
      () => teleport(g, x, 80, -1),
      /^RangeError: teleport: σ is -1, expected a finite noise level of at least 0$/,
    );
    assert.throws(() => teleport(g, x80, 80, 1), /^RangeError: Gaussian\.flow: x has 2 columns, expected 3$/);
    assert.throws(
      () => teleport(mixture, starts, 80, 0),
      /^RangeError: scoreFlow: σ is 0, expected a positive noise level$/,
    );
  });
});

describe("teleport by any statistics", () => {
  const points = matrixFromRows([
    [-2, 0],
    [1, 2],
    [2, -1],
  ]);
  const exact = gaussian(Float64Array.of(-2, 0), diagonal([1, 0.25]));
  for (const [name, statistics] of Object.entries({
    "a mixture of a full component and a point": gaussianMixture(
      [0.4, 0.6],
      [exact, isotropicGaussian(Float64Array.of(2, 1))],
    ),
    points: empiricalDistribution(points),
    "a blurred ring": circle(2, 0.3),
    "a score of one's own": fromScore(2, exact.score),
    "a denoiser of one's own": fromDenoiser(2, exact.denoiser),
  }))
    it(`follows the flow of ${name}`, () => {
      const to = 3;
      const flow = inLogSigma(probabilityFlow(statistics));
      const options = { rtol: 1e-9, atol: 1e-9 };
      const fine = last(integrateAdaptive(flow, starts, Math.log(80), Math.log(to), options)).x;
      // Order 3 in steps of 1/8 of ln σ
      assert.ok(distance(teleport(statistics, starts, 80, to), fine) < (1 / 8) ** 3 * to * Math.sqrt(3));
      assert.equal(teleport(statistics, starts, 80, 80), starts);
      assert.equal(teleport(statistics, matrix(0, 2), 80, to).rows, 0);
    });
});

describe("teleportToLevels", () => {
  const levels = [5, 80, 20, 0.3, 5];
  it("are, by a Gaussian, those to each level, in the order given", () => {
    teleportToLevels(golden, x80, 80, levels).forEach((states, i) =>
      assertMatrix(states, teleport(golden, x80, 80, levels[i]), 0),
    );
  });
  it("are, by a mixture, as near to a fine integration as those to each level", () => {
    const fine = scoreFlow(mixture, { density: 400 });
    const states = teleportToLevels(mixture, starts, 80, levels);
    assert.equal(states[1], starts);
    assertMatrix(states[4], states[0], 0);
    levels.forEach((to, i) => {
      if (to === 80) return;
      const error = distance(states[i], fine(starts, 80, to)) / Math.sqrt(starts.values.length);
      assert.ok(error < 2e-3 * to, `σ = ${to}: ${error}`);
    });
    assert.deepEqual(teleportToLevels(mixture, starts, 80, [80]), [starts]);
  });
  it("refuse what teleporting does", () => {
    assert.throws(
      () => teleportToLevels(mixture, starts, 1, [0.5, 80]),
      /^RangeError: teleport: from σ = 1 to 80, expected a level that is not higher$/,
    );
    assert.throws(
      () => teleportToLevels(mixture, starts, 80, [1, 0]),
      /^RangeError: scoreFlow: σ is 0, expected a positive noise level$/,
    );
  });
});

describe("scoreFlow", () => {
  const flow = scoreFlow(mixture);
  const fine = scoreFlow(mixture, { density: 400 });

  it("meets a fine integration to 2e-3 of σ, and better with more evaluations", () => {
    for (const to of [20, 5, 2, 1]) {
      const exact = fine(starts, 80, to);
      const [coarse, denser] = [flow, scoreFlow(mixture, { density: 32 })].map(
        (one) => distance(one(starts, 80, to), exact) / Math.sqrt(starts.values.length),
      );
      assert.ok(coarse < 2e-3 * to && denser < coarse / 8, `σ = ${to}: ${coarse}, ${denser}`); // of order 1.5 at least
    }
  });

  it("in two parts is the whole", () => assertMatrix(flow(flow(starts, 80, 10), 10, 1), flow(starts, 80, 1), 1e-3));

  it("refuses a density and levels that there are not", () => {
    assert.throws(
      () => scoreFlow(g, { density: 0 }),
      /^RangeError: scoreFlow: the density is 0, expected a positive number$/,
    );
    assert.throws(() => flow(starts, 1, 2), /^RangeError: scoreFlow: from σ = 1 to 2, expected a lower level$/);
  });
});

describe("classConditionalFlow", () => {
  const classes = [golden, isotropicGaussian(Float64Array.of(3, 1), 0.5), goldenRank1];
  it("moves every state by the Gaussian of its class", () => {
    const labels = [1, 0, 1, 0];
    const states = scale(normal(randomSource(1), 4, 2), 80);
    const moved = classConditionalFlow(classes, labels)(states, 80, 2);
    labels.forEach((k, n) => assertClose(row(moved, n), row(classes[k].flow(states, 80, 2), n), 1e-14));
  });
  it("refuses a label without a Gaussian, and other states than were labelled", () => {
    assert.throws(
      () => classConditionalFlow(classes, [0, 3]),
      /^RangeError: classConditionalFlow: label 1 is 3, expected one of the 3 classes from 0 on$/,
    );
    assert.throws(
      () => classConditionalFlow(classes, [0])(starts, 80, 1),
      /^RangeError: classConditionalFlow: 3 states and 1 labels, expected 1 states$/,
    );
  });
});

describe("skipLevel", () => {
  it("is where an isotropic Gaussian of variance λ has decided λ / (λ + σ²)", () => {
    for (const tolerance of [0.05, 0.2, 0.7])
      assertClose(
        [skipLevel(isotropicGaussian(new Float64Array(4), 3), { tolerance })],
        [Math.sqrt(3 * (1 / tolerance - 1))],
        1e-12,
      );
  });
  it("has decided the tolerance, and knows of no unit and no rotation", () => {
    for (const gaussian of [g, golden, { ...goldenRank1, residualVariance: 0.1 }])
      assertClose([explainedVarianceRatio(gaussian, skipLevel(gaussian))], [0.03], 1e-12);
    assertClose([skipLevel({ ...g, lambda: g.lambda.map((value) => 9 * value) })], [3 * skipLevel(g)], 1e-12);
    assertClose(
      [
        skipLevel({
          ...golden,
          U: matrixFromRows([
            [1, 0],
            [0, 1],
          ]),
        }),
      ],
      [skipLevel(golden)],
      1e-14,
    );
  });
  it("is the share that the denoiser knows of, by the mean square of what it says", () => {
    const states = addScaled(
      golden.flow(scale(normal(randomSource(1), 40000, 2), 1e6), 1e6, 0),
      1.5,
      normal(randomSource(2), 40000, 2),
    );
    const denoised = addScaled(states, 1.5 ** 2, golden.score(states, 1.5));
    const squares = Float64Array.from(
      { length: states.rows },
      (_, n) => (row(denoised, n)[0] - 0.5) ** 2 + (row(denoised, n)[1] + 0.25) ** 2,
    );
    const mean = squares.reduce((sum, value) => sum + value, 0) / squares.length / 4.01;
    assert.ok(
      Math.abs(mean - explainedVarianceRatio(golden, 1.5)) < (4 * (Math.SQRT2 * mean)) / Math.sqrt(squares.length),
      `${mean}`,
    ); // four standard errors of χ²
  });
  it("refuses a tolerance that is no share, and a point", () => {
    assert.throws(
      () => skipLevel(g, { tolerance: 1 }),
      /^RangeError: skipLevel: the tolerance is 1, expected a share between 0 and 1$/,
    );
    assert.throws(
      () => skipLevel(isotropicGaussian(new Float64Array(2))),
      /^RangeError: explainedVarianceRatio: the Gaussian has no variance, nothing is ever decided$/,
    );
  });
});

describe("levelsFrom", () => {
  it("begins with the last level that is not below σ", () => {
    const sigmas = Float64Array.of(80, 10, 3, 1, 0);
    assert.deepEqual(
      [80, 11, 10, 9.9, 3, 2, 0].map((sigma) => levelsFrom(sigmas, sigma)[0]),
      [80, 80, 10, 10, 3, 3, 0],
    );
    assert.deepEqual([...levelsFrom(sigmas, 2)], [3, 1, 0]);
  });
  it("refuses σ above the grid", () =>
    assert.throws(
      () => levelsFrom(Float64Array.of(1, 0), 2),
      /^RangeError: levelsFrom: σ is 2, expected at most the first level, 1$/,
    ));
});
