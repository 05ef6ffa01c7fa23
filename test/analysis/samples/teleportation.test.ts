import assert from "node:assert/strict";
import {
  amplitudeError,
  amplitudeRatios,
  dpmSolverV3Plan,
  heunPlan,
  multistepPlan,
  skipRuns,
  teleportedSamples,
} from "../../../src/analysis/samples/teleportation.js";
import { modelStatistics } from "../../../src/diffusion/sampling/modelStatistics.js";
import { geometricSigmas, karrasSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import { sample } from "../../../src/diffusion/sampling/sampler.js";
import { dpmSolver, uniPC } from "../../../src/diffusion/sampling/solver.js";
import { relativeError } from "../../../src/math/matrix.js";
import { randomSource } from "../../../src/math/random.js";
import { assertClose, assertDigits, assertMatrix } from "../../helpers/close.js";
import { golden, x80 } from "../../helpers/golden.js";

describe("amplitudeRatios", () => {
  it("are the known ones of Heun's method, mode by mode", () => {
    // NumPy, to six digits
    assertDigits(
      amplitudeRatios([100, 10, 4, 1, 0.25, 0.1, 0.01, 0.001, 1e-4], karrasSigmas(18)),
      [1.022076, 1.031659, 1.036355, 1.04481, 1.05527, 1.063522, 1.090172, 1.127075, 1.163002],
      6,
    );
    assertDigits(amplitudeRatios([100, 10, 1], karrasSigmas(18).subarray(8)), [1.000264, 1.009224, 1.03894], 6);
  });
  it("tend to 1 with small steps", () =>
    assertClose(amplitudeRatios([100, 1, 0.01], geometricSigmas(2000), uniPC()), [1, 1, 1], 1e-6));
  it("have the known error on a spectrum λ ∝ k^-1.6 of trace 761, which falls with the level teleported to", () => {
    const powers = Float64Array.from({ length: 3072 }, (_, k) => (k + 1) ** -1.6);
    const total = powers.reduce((sum, value) => sum + value, 0);
    const lambda = powers.map((value) => (761 * value) / total);
    const error = (sigmaMax: number) => {
      const { sigmas, method } = heunPlan(sigmaMax, 10);
      return amplitudeError(lambda, amplitudeRatios(lambda, sigmas, method));
    };
    const found = [80, 10, 1].map(error);
    [0.18, 0.02, 9.8e-4].forEach((known, i) => assert.ok(Math.abs(found[i] / known - 1) < 0.05, `${found}`)); // known to two digits
  });
  it("refuse a variance that is none", () =>
    assert.throws(
      () => amplitudeRatios([1, 0], [80, 1]),
      /^RangeError: amplitudeRatios: λ\[1\] is 0, expected a positive variance$/,
    ));
});

describe("plans", () => {
  for (const [name, plan] of Object.entries({
    heun: heunPlan,
    "DPM-Solver++": multistepPlan(dpmSolver(3)),
    UniPC: multistepPlan((n) => uniPC(n < 8 ? 2 : 3)),
    "DPM-Solver-v3": dpmSolverV3Plan(
      modelStatistics(golden, golden.sample(randomSource(1), 200), {
        source: randomSource(2),
        samples: 50,
        points: 20,
      }),
    ),
  }))
    it(`of ${name} spend all evaluations below the level`, () => {
      for (const budget of [5, 6, 8, 25])
        for (const level of [80, 5, 1]) {
          const { sigmas, method } = plan(level, budget);
          const run = teleportedSamples(golden, golden, x80, 80, sigmas, method);
          assert.deepEqual([run.evaluations, run.sigma], [budget, level]);
        }
    });
});

describe("skipRuns", () => {
  it("keep the grid and save two evaluations a level", () => {
    const runs = skipRuns(golden, golden, x80, karrasSigmas(18), [0, 3, 5]);
    assert.deepEqual(
      runs.map(({ evaluations }) => evaluations),
      [35, 29, 25],
    );
    assertClose(
      runs.map(({ sigma }) => sigma),
      [80, 28.3746, 12.9095],
      1e-4,
    );
    assertMatrix(runs[0].samples, [...sample(golden, x80, karrasSigmas(18))][18], 0);
  });
  it("are nearer to the flow itself the more of it is in closed form", () => {
    const exact = golden.flow(x80, 80, 0);
    const errors = skipRuns(golden, golden, x80, karrasSigmas(18), [0, 4, 8, 12]).map(({ samples }) =>
      relativeError(samples, exact),
    );
    errors.slice(1).forEach((error, i) => assert.ok(error < errors[i], `${errors}`));
  });
  it("refuse to skip everything", () =>
    assert.throws(
      () => skipRuns(golden, golden, x80, karrasSigmas(4), [4]),
      /^RangeError: skipRuns: skip is 4, expected an integer from 0 to 3$/,
    ));
});
