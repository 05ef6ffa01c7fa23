import assert from "node:assert/strict";
import { gaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { karrasSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import { sample } from "../../../src/diffusion/sampling/sampler.js";
import { diagonal, matrix } from "../../../src/math/matrix.js";
import { euler, last } from "../../../src/math/ode.js";
import { assertClose, assertMatrix } from "../../helpers/close.js";
import { golden, x80 } from "../../helpers/golden.js";

describe("sample", () => {
  // Heun's amplitude over the exact one at the end of N steps and 0; the same in NumPy, to six digits.
  const known: Record<number, [lambda: number, ratio: number][]> = {
    18: [
      [100, 1.022076],
      [10, 1.031659],
      [4, 1.036355],
      [1, 1.04481],
      [0.25, 1.05527],
      [0.1, 1.063522],
      [0.01, 1.090172],
      [0.001, 1.127075],
      [1e-4, 1.163002],
    ],
    40: [
      [100, 1.004007],
      [10, 1.005694],
      [1, 1.00798],
      [0.1, 1.011171],
      [0.01, 1.015512],
    ],
  };
  for (const [steps, ratios] of Object.entries(known))
    it(`has Heun's known errors in ${steps} steps, feature by feature`, () => {
      const lambda = ratios.map(([variance]) => variance);
      const g = gaussian(new Float64Array(lambda.length), diagonal(lambda));
      const start = matrix(1, lambda.length, new Float64Array(lambda.length).fill(80));
      const end = last(sample(g, start, karrasSigmas(Number(steps))));
      const exact = g.flow(start, 80, 0);
      ratios.forEach(([variance, ratio], k) =>
        assert.ok(
          Math.abs(end.values[k] / exact.values[k] - ratio) < 1e-6,
          `λ = ${variance}: ${end.values[k] / exact.values[k]}, expected ${ratio}`,
        ),
      );
    });

  it("ends with the denoiser, which leaves nothing of a feature without variance", () => {
    const g = gaussian(new Float64Array(2), diagonal([1, 0]));
    const path = [...sample(g, x80, karrasSigmas(6))];
    assert.equal(path.length, 7);
    assert.equal(path[0], x80);
    assertMatrix(path[6], g.denoiser(path[5], 0.002), 1e-15);
    assert.ok(Math.abs(path[6].values[1]) < 1e-15);
  });

  it("spends 2N - 1 evaluations on N levels and 0 with Heun, N with Euler", () => {
    for (const [method, evaluations] of [
      [undefined, 35],
      [euler, 18],
    ] as const) {
      let count = 0;
      const { denoiser } = golden;
      last(sample({ denoiser: (x, sigma) => (count++, denoiser(x, sigma)) }, x80, karrasSigmas(18), method));
      assert.equal(count, evaluations);
    }
  });

  it("stops above 0 where the levels do", () => {
    assertClose([[...sample(golden, x80, [80, 70, 60])].length], [3], 0);
  });

  it("refuses levels that do not decrease", () => {
    assert.throws(
      () => last(sample(golden, x80, [80, 80])),
      /^RangeError: sample: level 1 is 80 after 80, expected levels that decrease to at least 0$/,
    );
    assert.throws(() => last(sample(golden, x80, [1, -1])), /^RangeError: sample: level 1 is -1 after 1, expected/);
  });
});
