import assert from "node:assert/strict";
import { flowGapMasses } from "../../../src/analysis/variance/gapMass.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";
import { isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { variancePreserving } from "../../../src/diffusion/schedule.js";
import { estimateMean } from "../../../src/math/estimate.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { normalCdf } from "../../../src/math/special.js";
import { mean } from "../../../src/math/stats.js";
import { assertClose } from "../../helpers/close.js";

const schedule = variancePreserving({ betaD: 39.8, betaMin: 0.2 });
const starts = normal(randomSource(1), 20_000, 1);

describe("Gap masses of the probability flow", () => {
  it("are next to nothing by the exact posterior mean of -1, 0 and 1", async () => {
    const { denoiser } = empiricalDistribution(matrixFromRows([[-1], [0], [1]]));
    const masses = await flowGapMasses(denoiser, starts, starts.rows, { schedule, epsilon: 0.01 });
    const { value, standardError } = estimateMean(masses);
    assert.ok(Math.abs(value - 0.0005) < 4 * standardError, `${value} ± ${standardError}`);
  });

  it("are those of the normal law that data of it come from, part by part", async () => {
    const { denoiser } = isotropicGaussian(Float64Array.of(0), 0.36);
    const options = { schedule, epsilon: 0.01, isGap: ([x]: Float64Array) => x > 0.3 && x < 0.9 };
    const masses = await flowGapMasses(denoiser, starts, 20, options);
    const { value, standardError } = estimateMean(masses);
    const sigma = Math.sqrt(schedule.alpha(0.01) ** 2 * 0.36 + 1 - schedule.alpha(0.01) ** 2);
    const expected = normalCdf(0.9 / sigma) - normalCdf(0.3 / sigma);
    // Euler's 100 steps leave a deviation that is off by about a hundredth
    assert.ok(
      Math.abs(value - expected) < 4 * standardError + 0.01 * expected,
      `${value} ± ${standardError}, ${expected}`,
    );
    assertClose([mean(masses)], await flowGapMasses(denoiser, starts, 1, options), 1e-12);
  });

  it("are of equal parts, at an end before the beginning, and of no flow that is stopped at once", async () => {
    const { denoiser } = isotropicGaussian(Float64Array.of(0), 0.36);
    const options = { schedule, epsilon: 0.01 };
    for (const m of [0, 3, NaN, 40_000])
      await assert.rejects(
        flowGapMasses(denoiser, starts, m, options),
        /^RangeError: flowGapMasses: 20000 starts in .* parts, expected equal ones of at least one$/,
      );
    for (const epsilon of [-0.1, 1, NaN])
      await assert.rejects(
        flowGapMasses(denoiser, starts, 1, { ...options, epsilon }),
        /^RangeError: flowGapMasses: sampling ends at t = .*, expected a time from 0 to below 1$/,
      );
    const never = { score: () => assert.fail("the flow has begun") }.score;
    const stopped = flowGapMasses(never, starts, 1, { ...options, signal: AbortSignal.abort(new Error("enough")) });
    await assert.rejects(stopped, /^Error: enough$/);
  });
});
