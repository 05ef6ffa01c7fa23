import assert from "node:assert/strict";
import { gaussian, gaussianFlow, gaussianScore, isotropicGaussian } from "../../src/diffusion/gaussian.js";
import { gaussianMixture, mixtureScore } from "../../src/diffusion/mixture.js";
import { geometricSigmas, karrasSigmas } from "../../src/diffusion/noise.js";
import { sample, teleport } from "../../src/diffusion/sampler.js";
import { dpmSolver, rungeKutta, uniPC, type Solver } from "../../src/diffusion/solver.js";
import { diagonal, identity, matrix, matrixFromRows, relativeError } from "../../src/math/matrix.js";
import { euler, heun, integrate, last, observedOrder, rk4, type Method } from "../../src/math/ode.js";
import { probabilityFlow } from "../../src/diffusion/flow.js";
import { normal, randomSource } from "../../src/math/random.js";
import { assertClose, assertMatrix } from "../helpers/close.js";

const unit = gaussian(new Float64Array(1), identity(1));
const one = matrixFromRows([[1]]);
const mixture = gaussianMixture([0.3, 0.7], [gaussian(Float64Array.of(-2, 0), diagonal([1, 0.25])), isotropicGaussian(Float64Array.of(2, 1), 0.5)]);
const starts = matrixFromRows([[48, -24], [-32, 80]]);

const solvers: Record<string, { solver: Solver | Method; evaluations: number; order: number }> = {
  "Euler": { solver: euler, evaluations: 1, order: 1 },
  "Heun": { solver: heun, evaluations: 2, order: 2 },
  "RK4": { solver: rk4, evaluations: 4, order: 4 },
  "DPM-Solver++ 1": { solver: dpmSolver(1), evaluations: 1, order: 1 },
  "DPM-Solver++ 2M": { solver: dpmSolver(2), evaluations: 1, order: 2 },
  "DPM-Solver++ 3M": { solver: dpmSolver(3), evaluations: 1, order: 2 },
  "DPM-Solver++ 2S": { solver: dpmSolver(2, { multistep: false }), evaluations: 2, order: 2 },
  "DPM-Solver++ 3S": { solver: dpmSolver(3, { multistep: false }), evaluations: 3, order: 3 },
  "UniPC 1": { solver: uniPC(1), evaluations: 1, order: 2 }, // the corrector adds one
  "UniPC 2, bh1": { solver: uniPC(2), evaluations: 1, order: 3 },
  "UniPC 2, bh2": { solver: uniPC(2, "bh2"), evaluations: 1, order: 3 },
};

describe("solvers", () => {
  // The same in NumPy on one feature of variance 1 from x = 1 at σ = 80 to 0.002.
  const known: Record<number, [heun: number, dpm: number, bh1: number, bh2: number]> = {
    5: [0.054326691616885, 0.015476282741152, 0.021318637108244, 0.016356739295794],
    6: [0.048632557696153, 0.016232649159536, 0.01936460645115, 0.017218260634618],
    8: [0.02384078783038, 0.015091787649007, 0.015059356966456, 0.015043493777590],
    10: [0.020948029829423, 0.013476096850718, 0.012767430527612, 0.012884919654449],
    20: [0.014247363766808, 0.012620643751616, 0.012507620556833, 0.012507441193782],
  };
  for (const [evaluations, ends] of Object.entries(known))
    it(`have the known ends and count with ${evaluations} evaluations`, () => {
      const N = Number(evaluations);
      let count = 0;
      const score = (x: typeof one, sigma: number) => (count++, gaussianScore(unit)(x, sigma));
      const karras = karrasSigmas(Math.floor(N / 2) + 1);
      const runs: [sigmas: Float64Array, solver: Solver | Method][] = [[N % 2 ? karras : karras.subarray(0, -1), heun], ...[dpmSolver(3), uniPC(3, "bh1"), uniPC(3, "bh2")].map((solver): [Float64Array, Solver] => [geometricSigmas(N), solver])];
      runs.forEach(([sigmas, solver], i) => {
        count = 0;
        assertClose(last(sample(score, one, sigmas, solver)).values, [ends[i]], 1e-12, `run ${i}`);
        assert.equal(count, N, `run ${i}`);
      });
    });

  it("have the known ends of Heun's method at 0", () => {
    for (const [steps, end] of [[18, 0.013059110497841], [40, 0.012598763872843]] as const) assertClose(last(sample(gaussianScore(unit), one, karrasSigmas(steps))).values, [end], 1e-12);
  });

  for (const [name, { solver, evaluations, order }] of Object.entries(solvers)) {
    it(`${name} has order ${order} on a Gaussian`, () => {
      const exact = gaussianFlow(unit, one, 80, 0.002);
      const steps = [100, 200, 400];
      const errors = steps.map((n) => relativeError(last(sample(gaussianScore(unit), one, geometricSigmas(n), solver)), exact));
      const seen = observedOrder(steps.map((n) => 1 / n), errors);
      assert.ok(Math.abs(seen - order) < 0.2, `order ${seen}`);
    });

    it(`${name} takes a batch like its points one by one, ${evaluations} evaluations a step, and composes`, () => {
      let count = 0;
      const score = (x: typeof one, sigma: number) => (count++, mixtureScore(mixture)(x, sigma));
      const path = [...sample(score, starts, geometricSigmas(8), solver)];
      assert.deepEqual([path.length, count], [9, 8 * evaluations]);
      assertClose(last(sample(score, matrixFromRows([[-32, 80]]), geometricSigmas(8), solver)).values, path[8].values.subarray(2), 1e-12);
    });
  }

  it("of order 1 are all DDIM, which is Euler's method in σ", () => {
    const end = last(sample(mixtureScore(mixture), starts, geometricSigmas(10), euler));
    for (const solver of [dpmSolver(1), dpmSolver(1, { multistep: false }), { ...uniPC(1), correct: undefined }]) assertMatrix(last(sample(mixtureScore(mixture), starts, geometricSigmas(10), solver)), end, 1e-12);
  });

  it("without UniPC's corrector and with its order 2 are DPM-Solver++ 2M up to B", () => {
    const end = last(sample(mixtureScore(mixture), starts, geometricSigmas(10), dpmSolver(2)));
    assertMatrix(last(sample(mixtureScore(mixture), starts, geometricSigmas(10), { ...uniPC(2, "bh2"), correct: undefined })), end, 1e-12);
  });

  it("of Runge and Kutta are those of the ordinary differential equation", () => {
    const sigmas = [80, 50, 20, 5, 1];
    for (const method of [euler, heun, rk4]) assertMatrix(last(sample(mixtureScore(mixture), starts, sigmas, rungeKutta(method))), last(integrate(probabilityFlow(mixtureScore(mixture)), starts, sigmas, method)), 1e-12);
  });

  it("refuse orders and variants that there are not", () => {
    assert.throws(() => dpmSolver(4 as 3), /^RangeError: dpmSolver: the order is 4, expected 1, 2 or 3$/);
    assert.throws(() => uniPC(0 as 1), /^RangeError: uniPC: the order is 0, expected 1, 2 or 3$/);
    assert.throws(() => uniPC(2, "bh3" as "bh2"), /^RangeError: uniPC: the variant is "bh3", expected "bh1" or "bh2"$/);
  });
});

describe("teleport", () => {
  const lambda = [100, 10, 1];
  const g = gaussian(new Float64Array(3), diagonal(lambda));
  const x = matrix(1, 3, new Float64Array(3).fill(80));

  it("takes the known errors off Heun's method", () => {
    const known: Record<number, number[]> = { 2: [1.020705, 1.031505, 1.044795], 4: [1.015151, 1.030644, 1.044703], 6: [1.004396, 1.025659, 1.044063], 8: [1.000264, 1.009224, 1.03894] };
    for (const [skip, ratios] of Object.entries(known)) {
      let count = 0;
      const start = teleport(g, x, karrasSigmas(18), Number(skip));
      const end = last(sample((y, sigma) => (count++, gaussianScore(g)(y, sigma)), start.x, start.sigmas));
      const exact = gaussianFlow(g, x, 80, 0);
      ratios.forEach((ratio, k) => assert.ok(Math.abs(end.values[k] / exact.values[k] - ratio) < 1e-6, `skip ${skip}, λ = ${lambda[k]}: ${end.values[k] / exact.values[k]}`));
      assert.equal(count, 2 * (18 - Number(skip)) - 1);
    }
  });

  it("is, on its Gaussian, what integrating all the way comes to, before any sampler", () => {
    const exact = gaussianFlow(g, x, 80, 0.002);
    for (const [name, { solver }] of Object.entries(solvers).filter(([, { order }]) => order > 1)) {
      const [coarse, fine] = [200, 400].map((steps) => {
        const start = teleport(g, x, geometricSigmas(steps), steps / 4);
        return relativeError(last(sample(gaussianScore(g), start.x, start.sigmas, solver)), exact);
      });
      assert.ok(fine < 1e-3 && fine < 0.3 * coarse, `${name}: ${coarse}, ${fine}`); // second order at least: a quarter
    }
    assertMatrix(teleport(g, x, [80, 0.002], 1).x, exact, 0);
    assert.equal(teleport(g, x, [80, 1], 0).x, x);
  });

  it("refuses to skip what there is not", () => {
    assert.throws(() => teleport(g, x, [80, 1], 2), /^RangeError: teleport: skip is 2, expected an integer from 0 to 1$/);
    assert.throws(() => teleport(g, x, [1, 80], 1), /^RangeError: teleport: level 1 is 80 after 1, expected levels that decrease to at least 0$/);
  });

  it("starts UniPC and the others with low orders again", () => {
    const z = normal(randomSource(1), 4, 3);
    const start = teleport(g, z, geometricSigmas(6), 3);
    assertMatrix(last(sample(gaussianScore(g), start.x, start.sigmas, uniPC())), last(sample(gaussianScore(g), gaussianFlow(g, z, 80, start.sigmas[0]), start.sigmas, uniPC())), 0);
  });
});
