import assert from "node:assert/strict";
import { commitmentOrder, commitments, orderByChance } from "../../../src/analysis/trajectories/commitment.js";
import { featureElements } from "../../../src/analysis/trajectories/elements.js";
import { outline } from "../../../src/analysis/trajectories/outline.js";
import { fitGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { geometricSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import { scale, scaleColumns } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose } from "../../helpers/close.js";

describe("commitments", () => {
  const g = fitGaussian(scaleColumns(normal(randomSource(4), 400, 5), [4, 2, 1, 0.5, 0.25]));
  const sigmas = geometricSigmas(160, { sigmaMax: 80, sigmaMin: 0.002 });
  const start = scale(normal(randomSource(5), 50, 5), 80);
  const denoised = Array.from(sigmas, (sigma) => g.denoiser(g.flow(start, 80, sigma), sigma));
  const final = g.flow(start, 80, 0);
  const resampling = { source: randomSource(6), resamples: 20 };
  const features = commitments(featureElements(g, [1, 2, 3, 4, 5]), denoised, sigmas, final, resampling);

  it("finds the closed form of a Gaussian's features: √λ, and 3.26 √λ, for any trajectories", () => {
    const g0 = 1 - Math.SQRT1_2; // the share at which half is determined
    const factor = Math.sqrt(1 / g0 ** 2 - 1);
    for (const [i, { emerges, commits, share, determined, resampled }] of features.entries()) {
      const root = Math.sqrt(g.lambda[i]);
      const exact = Array.from(sigmas, (sigma) => 1 / Math.hypot(1, sigma / root));
      assertClose(share, exact, 1e-9);
      assertClose(
        determined,
        exact.map((one) => 1 - (1 - one) ** 2),
        1e-9,
      );
      // levels are 7 % apart, and the curve's bend between them is a hundredth of that
      assert.ok(Math.abs(emerges.value / root - 1) < 1e-3, `${emerges.value}`);
      assert.ok(Math.abs(commits.value / (factor * root) - 1) < 1e-3, `${commits.value}`);
      assert.ok(emerges.standardError < 1e-9);
      for (const levels of resampled) assertClose([levels.emerges], [emerges.value], 1e-9);
    }
  });

  it("has the order of the variances, with the slope of the theory", () => {
    for (const level of ["emerges", "commits"] as const) {
      const { rankCorrelation, slope } = commitmentOrder(features, g.lambda, level);
      assert.equal(rankCorrelation.value, 1);
      assert.ok(Math.abs(slope.value - 1) < 1e-3, `${slope.value}`);
      assert.equal(commitmentOrder(features, [1, 2, 3, 4, 5], level).rankCorrelation.value, -1);
    }
  });

  it("finds the same along the trajectories that are integrated", () => {
    const path = outline(g, start, sigmas);
    const [first] = commitments(featureElements(g, [2]), path.denoised, sigmas, final, resampling);
    assertClose(first.share, features[1].share, 2e-3);
  });

  it("does not take an overshoot for a commitment, nor a passing agreement", () => {
    const end = normal(randomSource(8), 30, 1);
    const path = [3, 1, 0, 0.5, 0.9, 1].map((factor) => scale(end, factor));
    const levels = [32, 16, 8, 4, 2, 1];
    const [element] = commitments([{ name: "m", measure: (m) => m }], path, levels, end, resampling);
    assertClose(element.determined, [-3, 1, 0, 0.75, 0.99, 1], 1e-12);
    assertClose([element.commits.value], [8 * 0.5 ** (2 / 3)], 1e-12);
    assertClose([element.emerges.value], [4 * 0.5 ** ((Math.SQRT1_2 - 0.5) / 0.4)], 1e-12);
  });

  it("refuses estimates without levels, one trajectory, and an element that does not vary", () => {
    const constant = [{ name: "c", measure: () => scale(final, 0) }];
    assert.throws(
      () => commitments([], denoised.slice(1), sigmas, final, resampling),
      /^RangeError: commitments: 160 estimates at 161 noise levels, expected 161$/,
    );
    assert.throws(
      () => commitments(constant, denoised, sigmas, final, resampling),
      /^RangeError: commitments: c is the same in all final images, expected some spread$/,
    );
    assert.throws(
      () => commitmentOrder(features, [1, 2], "emerges"),
      /^RangeError: commitmentOrder: 2 variances, expected 5, one for each element$/,
    );
    assert.throws(() => commitmentOrder(features, [1, 2, 3, 4, 0], "emerges"), /expected positive ones$/);
  });
});

describe("orderByChance", () => {
  const draw = { source: randomSource(7), permutations: 20_000 };

  it("is one in n! of a perfect order, and 1 of the worst", () => {
    const [up, down] = [
      [1, 2, 3, 4, 5],
      [5, 4, 3, 2, 1],
    ];
    const share = orderByChance(up, up, draw);
    assert.ok(Math.abs(share - 1 / 120) < 4 * Math.sqrt(1 / 120 / 20_000), `${share}`);
    assert.equal(orderByChance(up, down, draw), 1);
  });

  it("refuses variances without levels", () =>
    assert.throws(() => orderByChance([1, 2], [1], draw), /^RangeError: orderByChance: 2 variances, expected 1/));
});
