import assert from "node:assert/strict";
import {
  emergedFraction,
  emergence,
  emergenceError,
  leadingFeatures,
} from "../../../src/analysis/trajectories/emergence.js";
import { gaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { geometricSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import { diagonal } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose } from "../../helpers/close.js";

const g = gaussian(new Float64Array(4), diagonal([9, 4, 1, 0.04]));
const sigmas = geometricSigmas(400);
const x = normal(randomSource(1), 3, 4);
const denoised = Array.from(sigmas, (sigma) => g.denoiser(g.flow(x, 80, sigma), sigma));
const final = g.flow(x, 80, 0);

describe("emergence", () => {
  const found = emergence(g, denoised, sigmas, final, [1, 2, 4]);

  it("is the closed form along a Gaussian's own flow", () => {
    for (const { lambda, ratio, fraction } of found) {
      assertClose(
        fraction,
        sigmas.map((sigma) => emergedFraction(lambda, sigma)),
        1e-10,
      );
      assertClose(
        fraction,
        ratio.map((r) => emergedFraction(1, r)),
        1e-10,
      );
    }
  });

  it("passes 1/√2 at the standard deviation of the feature", () => {
    // a straight line over a step of 2.6 % in σ errs by less than its square
    for (const { lambda, critical } of found)
      assert.ok(Math.abs(critical / Math.sqrt(lambda) - 1) < 7e-4, `${critical}, expected ${Math.sqrt(lambda)}`);
  });

  it("sees a path that is not the Gaussian's", () => {
    const [{ fraction, critical }] = emergence(
      g,
      denoised.map(() => final),
      sigmas,
      final,
      [1],
    );
    assertClose(fraction, new Float64Array(401).fill(1), 1e-12);
    assert.ok(Number.isNaN(critical)); // it is there from the first level on
  });

  it("refuses states without levels, features that are none and features that never come", () => {
    assert.throws(
      () => emergence(g, denoised, [1], final, [1]),
      /^RangeError: emergence: 401 states and 1 noise levels, expected 1 states$/,
    );
    assert.throws(
      () => emergence(g, denoised, sigmas, final, [5]),
      /^RangeError: emergence: feature 5, expected an integer from 1 to 4, the rank of the Gaussian$/,
    );
    assert.throws(
      () => emergence(g, [x], [1], { ...x, values: new Float64Array(12) }, [1]),
      /^RangeError: emergence: feature 1 has the amplitude 0 in the final images/,
    );
  });
});

describe("emergenceError", () => {
  it("is round-off along a Gaussian's own flow, and that of the worst feature along another", () => {
    assert.ok(emergenceError(emergence(g, denoised, sigmas, final, [1, 2, 4])) < 1e-10);
    const still = emergence(
      g,
      denoised.map(() => final),
      sigmas,
      final,
      [1, 4],
    ); // all there at the highest level, where the theory has 3/80 and 0.2/80 of it
    assertClose([emergenceError(still)], [1 - emergedFraction(0.04, 80)], 1e-12);
  });
});

describe("leadingFeatures", () => {
  it("shares the variance out, all of it in all of them", () => {
    const table = leadingFeatures(g, 4);
    assertClose(
      table.map(({ criticalSigma }) => criticalSigma),
      [3, 2, 1, 0.2],
      1e-14,
    );
    assertClose(
      table.map(({ share }) => share),
      [9, 4, 1, 0.04].map((lambda) => lambda / 14.04),
      1e-14,
    );
    assertClose([table[3].cumulativeShare, table[1].cumulativeShare], [1, 13 / 14.04], 1e-14);
    assert.throws(
      () => leadingFeatures(g, 5),
      /^RangeError: leadingFeatures: count is 5, expected an integer from 1 to 4/,
    );
  });
});
