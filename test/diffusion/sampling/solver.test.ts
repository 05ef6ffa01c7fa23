import assert from "node:assert/strict";
import { gaussian, isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { gaussianMixture } from "../../../src/diffusion/distributions/mixture.js";
import { geometricSigmas, karrasSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import { sample } from "../../../src/diffusion/sampling/sampler.js";
import { dpmSolver, rungeKutta, uniPC, type Solver } from "../../../src/diffusion/sampling/solver.js";
import { diagonal, identity, matrixFromRows, relativeError } from "../../../src/math/matrix.js";
import { euler, heun, integrate, last, observedOrder, rk4, type ButcherTableau } from "../../../src/math/ode.js";
import { probabilityFlow } from "../../../src/diffusion/flow.js";
import { assertClose, assertMatrix } from "../../helpers/close.js";

const unit = gaussian(new Float64Array(1), identity(1));
const one = matrixFromRows([[1]]);
const mixture = gaussianMixture(
  [0.3, 0.7],
  [gaussian(Float64Array.of(-2, 0), diagonal([1, 0.25])), isotropicGaussian(Float64Array.of(2, 1), 0.5)],
);
const starts = matrixFromRows([
  [48, -24],
  [-32, 80],
]);

const solvers: Record<string, { solver: Solver | ButcherTableau; evaluations: number; order: number }> = {
  Euler: { solver: euler, evaluations: 1, order: 1 },
  Heun: { solver: heun, evaluations: 2, order: 2 },
  RK4: { solver: rk4, evaluations: 4, order: 4 },
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
    8: [0.02384078783038, 0.015091787649007, 0.015059356966456, 0.01504349377759],
    10: [0.020948029829423, 0.013476096850718, 0.012767430527612, 0.012884919654449],
    20: [0.014247363766808, 0.012620643751616, 0.012507620556833, 0.012507441193782],
  };
  for (const [evaluations, ends] of Object.entries(known))
    it(`have the known ends and count with ${evaluations} evaluations`, () => {
      const N = Number(evaluations);
      let count = 0;
      const counted = { denoiser: (x: typeof one, sigma: number) => (count++, unit.denoiser(x, sigma)) };
      const karras = karrasSigmas(Math.floor(N / 2) + 1);
      const runs: [sigmas: Float64Array, solver: Solver | ButcherTableau][] = [
        [N % 2 ? karras : karras.subarray(0, -1), heun],
        ...[dpmSolver(3), uniPC(3, "bh1"), uniPC(3, "bh2")].map((solver): [Float64Array, Solver] => [
          geometricSigmas(N),
          solver,
        ]),
      ];
      runs.forEach(([sigmas, solver], i) => {
        count = 0;
        assertClose(last(sample(counted, one, sigmas, solver)).values, [ends[i]], 1e-12, `run ${i}`);
        assert.equal(count, N, `run ${i}`);
      });
    });

  it("have the known ends of Heun's method at 0", () => {
    for (const [steps, end] of [
      [18, 0.013059110497841],
      [40, 0.012598763872843],
    ] as const)
      assertClose(last(sample(unit, one, karrasSigmas(steps))).values, [end], 1e-12);
  });

  for (const [name, { solver, evaluations, order }] of Object.entries(solvers)) {
    it(`${name} has order ${order} on a Gaussian`, () => {
      const exact = unit.flow(one, 80, 0.002);
      const steps = [100, 200, 400];
      const errors = steps.map((n) => relativeError(last(sample(unit, one, geometricSigmas(n), solver)), exact));
      const seen = observedOrder(
        steps.map((n) => 1 / n),
        errors,
      );
      assert.ok(Math.abs(seen - order) < 0.2, `order ${seen}`);
    });

    it(`${name} takes a batch like its points one by one, ${evaluations} evaluations a step, and composes`, () => {
      let count = 0;
      const counted = { denoiser: (x: typeof one, sigma: number) => (count++, mixture.denoiser(x, sigma)) };
      const path = [...sample(counted, starts, geometricSigmas(8), solver)];
      assert.deepEqual([path.length, count], [9, 8 * evaluations]);
      assertClose(
        last(sample(counted, matrixFromRows([[-32, 80]]), geometricSigmas(8), solver)).values,
        path[8].values.subarray(2),
        1e-12,
      );
    });
  }

  it("of order 1 are all DDIM, which is Euler's method in σ", () => {
    const end = last(sample(mixture, starts, geometricSigmas(10), euler));
    for (const solver of [dpmSolver(1), dpmSolver(1, { multistep: false }), { ...uniPC(1), correct: undefined }])
      assertMatrix(last(sample(mixture, starts, geometricSigmas(10), solver)), end, 1e-12);
  });

  it("without UniPC's corrector and with its order 2 are DPM-Solver++ 2M up to B", () => {
    const end = last(sample(mixture, starts, geometricSigmas(10), dpmSolver(2)));
    assertMatrix(
      last(sample(mixture, starts, geometricSigmas(10), { ...uniPC(2, "bh2"), correct: undefined })),
      end,
      1e-12,
    );
  });

  it("of Runge and Kutta are those of the ordinary differential equation", () => {
    const sigmas = [80, 50, 20, 5, 1];
    for (const method of [euler, heun, rk4])
      assertMatrix(
        last(sample(mixture, starts, sigmas, rungeKutta(method))),
        last(integrate(probabilityFlow(mixture), starts, sigmas, method)),
        1e-12,
      );
  });

  it("refuse orders and variants that there are not", () => {
    assert.throws(() => dpmSolver(4 as 3), /^RangeError: dpmSolver: the order is 4, expected 1, 2 or 3$/);
    assert.throws(() => uniPC(0 as 1), /^RangeError: uniPC: the order is 0, expected 1, 2 or 3$/);
    assert.throws(() => uniPC(2, "bh3" as "bh2"), /^RangeError: uniPC: the variant is "bh3", expected "bh1" or "bh2"$/);
  });
});
