import assert from "node:assert/strict";
import {
  amplitudeMaps,
  columns,
  ratiosToBest,
  skipMaps,
  spreadsOverLevels,
} from "../../../src/analysis/samples/skipMaps.js";
import { multistepPlan, samplerPlans, teleportedSamples } from "../../../src/analysis/samples/teleportation.js";
import { karrasSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import { uniPC } from "../../../src/diffusion/sampling/solver.js";
import type { Estimate } from "../../../src/math/estimate.js";
import { relativeError, squaredErrors, type Matrix } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { mean } from "../../../src/math/stats.js";
import { assertClose } from "../../helpers/close.js";
import { golden, x80 } from "../../helpers/golden.js";

describe("skipMaps", () => {
  const levels = [80, 5];
  it("measure every level with every budget", () => {
    const exact = golden.flow(x80, 80, 0.002);
    const error = (samples: typeof exact) => relativeError(samples, exact);
    const plan = multistepPlan(uniPC());
    const [map] = skipMaps(golden, golden, x80, 80, {
      plans: { UniPC: plan },
      levels,
      budgets: [6, 10, 20],
      measure: error,
    });
    assert.deepEqual([map.name, map.levels, map.values.length], ["UniPC", levels, 6]);
    const { sigmas, method } = plan(5, 10);
    assert.equal(columns(map)[1][1], error(teleportedSamples(golden, golden, x80, 80, sigmas, method).samples));
  });
  it("hold plans to their budget", () =>
    assert.throws(
      () =>
        skipMaps(golden, golden, x80, 80, {
          plans: { four: () => ({ sigmas: karrasSigmas(4), method: uniPC() }) },
          levels: [80],
          budgets: [9],
          measure: () => 0,
        }),
      /^RangeError: skipMaps: the plan for 9 evaluations from σ = 80 took 4$/,
    ));
});

describe("amplitudeMaps", () => {
  it("are what skipMaps measure of many samples of a Gaussian: their mean squared distance to the flow's", () => {
    const options = { plans: samplerPlans, levels: [80, 5], budgets: [6, 9] };
    const noise = golden.sample(randomSource(1), 4000, 80);
    const exact = golden.flow(noise, 80, 0.002);
    const distance = (samples: Matrix) => (2 * mean(squaredErrors(samples, exact))) / 4.01; // over tr Σ
    const measured = skipMaps(golden, golden, noise, 80, { ...options, measure: distance });
    amplitudeMaps([4, 0.01], options).forEach(({ name, values }, i) =>
      values.forEach((value, j) => {
        const seen = measured[i].values[j];
        assert.ok(Math.abs(seen / value - 1) < 0.1, `${name}, ${j}: ${seen}, expected ${value}`); // 4 √(2 / 4000)
      }),
    );
  });
});

describe("comparisons of levels", () => {
  const z = normal(randomSource(2), 1, 100).values;
  /** Seeds move every value in proportion to itself, and leave all ratios as they are. */
  const map = (name: string, values: readonly number[]) => ({
    name,
    levels: [80, 5, 1],
    budgets: [6, 25],
    values: values.map((value) => ({ value, influence: z.map((one) => 0.1 * value * one) })),
  });
  const maps = [map("a", [9, 4, 3, 2, 6, 3]), map("b", [8, 2, 2, 4, 4, 1])];
  const bootstrap = () => ({ source: randomSource(3), resamples: 50 });
  const values = (estimates: readonly Estimate[]) => {
    for (const { standardError, count } of estimates) assert.ok(standardError < 1e-12 && count === 100);
    return estimates.map(({ value }) => value);
  };

  it("have the ratio of a level to the best of its column, the least first", () => {
    assertClose(values(ratiosToBest(maps, 80, [6], bootstrap())), [3, 4], 1e-14);
    assertClose(values(ratiosToBest(maps, 1, [6, 25], bootstrap())), [1, 1.5, 2, 2], 1e-14);
  });
  it("have the spread over the levels from the top down to one, the largest first", () => {
    assertClose(values(spreadsOverLevels(maps, 5, 25, bootstrap())), [1, 1], 1e-14);
    assertClose(values(spreadsOverLevels(maps, 1, 25, bootstrap())), [3, 1], 1e-14);
  });
  it("refuse levels and numbers that are not in the maps", () => {
    assert.throws(
      () => ratiosToBest(maps, 40, [6], bootstrap()),
      /^RangeError: ratiosToBest: no level 40 in a map, expected one of 80, 5, 1$/,
    );
    assert.throws(
      () => spreadsOverLevels(maps, 5, 7, bootstrap()),
      /^RangeError: spreadsOverLevels: no number of evaluations 7 in a map, expected one of 6, 25$/,
    );
  });
});
