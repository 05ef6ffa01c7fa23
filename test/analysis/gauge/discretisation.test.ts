import assert from "node:assert/strict";
import { rotationGrowth } from "../../../src/analysis/gauge/discretisation.js";
import { observedOrder } from "../../../src/math/ode.js";
import { assertClose } from "../../helpers/close.js";

describe("A rotation in steps", () => {
  for (const { steps, euler, heun, rungeKutta4, midpoint } of rotationGrowth({ omega: 3, steps: [5, 10] }))
    it(`multiplies the variance by the power of each method's factor: ${steps} steps`, () => {
      const h = 3 / steps;
      const factors = [1 + h ** 2, 1 + h ** 4 / 4, 1 - h ** 6 / 72 + h ** 8 / 576, 1];
      assertClose(
        [euler, heun, rungeKutta4, midpoint],
        factors.map((factor) => factor ** steps),
        1e-13,
      );
    });

  it("keeps the variance in the limit of small ones, at order 1 by Euler's and 3 by Heun's", () => {
    const grown = rotationGrowth({ omega: 1, steps: [40, 80, 160] });
    for (const [method, order] of [
      ["euler", 1],
      ["heun", 3],
    ] as const) {
      const seen = observedOrder(
        grown.map(({ steps }) => 1 / steps),
        grown.map((one) => one[method] - 1),
      );
      assert.ok(Math.abs(seen - order) < 0.05, `${method}: order ${seen}`);
    }
  });

  it("of 16 radians in 16 steps multiplies it by 65536, 35.527 and 0.8223", () => {
    const [{ euler, heun, rungeKutta4, midpoint }] = rotationGrowth({ omega: 16, steps: [16] });
    assertClose([euler, heun, rungeKutta4, midpoint], [65536, 35.527, 0.8223, 1], 2e-5);
  });
});
