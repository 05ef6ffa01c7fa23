import assert from "node:assert/strict";
import { inLogSigma, probabilityFlow } from "../../src/diffusion/flow.js";
import { gaussianFlow, gaussianScore } from "../../src/diffusion/gaussian.js";
import { convergence, euler, heun, integrate, last, linspace, rk4 } from "../../src/math/ode.js";
import { assertClose, assertMatrix } from "../helpers/close.js";
import { golden, goldenRank1, x80 } from "../helpers/golden.js";

describe("probabilityFlow", () => {
  for (const [name, method] of Object.entries({ euler, heun, rk4 }))
    it(`has the exact solution as the limit of ${name}, at its order ${method.order}`, () => {
      const steps = [5, 6, 7, 8].map((k) => 2.5 * 2 ** k);
      const start = gaussianFlow(golden, x80, 80, 3);
      const { order } = convergence(probabilityFlow(gaussianScore(golden)), start, gaussianFlow(golden, x80, 80, 0.5), { from: 3, to: 0.5, steps, method });
      assert.ok(Math.abs(order - method.order) < 0.2, `order ${order}`);
    });
});

describe("inLogSigma", () => {
  const flow = inLogSigma(probabilityFlow(gaussianScore(golden)));
  const range = { from: Math.log(80), to: Math.log(1e-3) };

  // Errors of the same integrations in NumPy.
  const known = { euler: [7.0e-2, 3.54e-2, 1.78e-2], heun: [7.81e-4, 1.92e-4, 4.77e-5], rk4: [7.2e-8, 4.43e-9, 2.75e-10] };
  for (const [name, method] of Object.entries({ euler, heun, rk4 }))
    it(`meets the exact solution from σ = 80 to 0.001 with ${name} at its order ${method.order}, at the known distance`, () => {
      const { error, order } = convergence(flow, x80, gaussianFlow(golden, x80, 80, 1e-3), { ...range, steps: [250, 500, 1000], method });
      assert.ok(Math.abs(order - method.order) < 0.1, `order ${order}`);
      error.forEach((value, i) => assertClose([value], [known[name as keyof typeof known][i]], 5e-3, `${name}, error ${i}`)); // known to three digits
    });

  it("meets the exact solution of a low rank within 1e-6", () => {
    const end = last(integrate(inLogSigma(probabilityFlow(gaussianScore(goldenRank1))), x80, linspace(range.from, range.to, 500)));
    assertMatrix(end, gaussianFlow(goldenRank1, x80, 80, 1e-3), 1e-6);
  });
});
