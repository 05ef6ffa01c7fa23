import assert from "node:assert/strict";
import { intervals } from "../../../src/analysis/symmetry/action.js";
import { onsagerMachlup } from "../../../src/analysis/symmetry/lagrangian.js";
import { clockTimes, logClock } from "../../../src/analysis/symmetry/clock.js";
import {
  gaussianData,
  mixtureData,
  reverseDiffusion,
  ringData,
} from "../../../src/analysis/symmetry/reverseDiffusion.js";
import { pulledScore, scoreLagrangian } from "../../../src/analysis/symmetry/scoreLagrangian.js";
import { forwardEnds, scoreMomentum } from "../../../src/analysis/symmetry/scoreMomentum.js";
import { straightness, straightPath } from "../../../src/analysis/symmetry/straightness.js";
import { fitGaussian, isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { gaussianMixture } from "../../../src/diffusion/distributions/mixture.js";
import { circle } from "../../../src/diffusion/distributions/sphere.js";
import { scheduledScore, variancePreserving } from "../../../src/diffusion/schedule.js";
import { loadDenoiser } from "../../../src/diffusion/networks/weights.js";
import { addScaled, matrixFromRows, row, scale } from "../../../src/math/matrix.js";
import { observedOrder } from "../../../src/math/ode.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { covariance } from "../../../src/math/stats.js";
import { gradientOf, valueOf, variables, type Taylor } from "../../../src/math/taylor.js";

const points = matrixFromRows([
  [0, 0],
  [0.3, -0.1],
  [1.5, 2.5],
  [-6, 4],
  [30, -20],
]);
const data = matrixFromRows([
  [-1, 0.5],
  [2, 0],
  [0.5, -1.5],
]);
const fitted = fitGaussian(data);
const pairs = [
  [ringData(5, 0.55), circle(5, 0.55)],
  [gaussianData(fitted.mean, covariance(data)), fitted],
  [mixtureData(data, 0.3), gaussianMixture([1 / 3, 1 / 3, 1 / 3], [0, 1, 2].map((k) => isotropicGaussian(row(data, k), 0.09)))], // prettier-ignore
] as const;

const near = (a: ArrayLike<number>, b: ArrayLike<number>, within: number) =>
  Array.from(a).forEach((value, i) =>
    assert.ok(Math.abs(value - b[i]) <= within * Math.max(1, Math.abs(b[i])), `${value} and ${b[i]}`),
  );

describe("The scores of reverse diffusion", () => {
  it("are those of the library's distributions, with their Jacobians", () => {
    for (const [ours, theirs] of pairs)
      for (const sigma of [0.4, 2, 20])
        for (let n = 0; n < points.rows; n++) {
          const point = matrixFromRows([row(points, n)]);
          const s = ours.score(variables(row(points, n), 1), sigma);
          near(s.map(valueOf), theirs.score(point, sigma).values, 1e-9);
          for (const v of [
            [1, 0],
            [0, 1],
          ]) {
            const product = theirs.jacobianProduct(point, sigma, matrixFromRows([v]));
            near(
              s.map((si) => gradientOf(si, 2)[0] * v[0] + gradientOf(si, 2)[1] * v[1]),
              product.values,
              1e-9,
            );
          }
        }
  });

  it("keep the digits of their derivatives where the ring is narrow", () => {
    // s_x at (1.1, 0.2) of a circle of radius 1, σ² = 1/κ, up to third order, with 60 digits
    for (const [kappa, exact] of [
      [
        10,
        [
          -1.6121729577098, -9.3194839501214, -1.42797675825185, -0.711758106018683, 2.33750024917839,
          -3.23942726485706, 0.712579629174227, -2.79882054205732, 4.73393846843998, 1.56710163867115,
        ],
      ],
      [
        54,
        [
          -6.71287782339387, -52.0767944865336, -8.35894150608151, -2.35126138993614, 14.3430713238078,
          -18.9026165782393, 2.61937613654869, -18.1299830034386, 28.9345228780498, 9.44419788184267,
        ],
      ],
      [
        5000,
        [
          -581.090469181382, -4856.51721537103, -786.955118632521, -189.2100102027, 1362.02384834906, -1778.52983362126,
          220.055176263415, -1737.27515160503, 2745.81329701711, 893.930094734022,
        ],
      ],
    ] as const) {
      // prettier-ignore
      const [s] = ringData(1, 0).score(variables([1.1, 0.2], 3), Math.sqrt(1 / kappa));
      near((s as Taylor).values, exact, 1e-11);
    }
  });

  it("have no noise in the derivatives where one cluster is all that is near", () => {
    const [s] = mixtureData(matrixFromRows([[-1, 0], [1, 0]]), 1e-3).score(variables([0.3, 0.1], 3), 1e-3); // prettier-ignore
    near((s as Taylor).values, [0.7 / 2e-6, -1 / 2e-6, 0, 0, 0, 0, 0, 0, 0, 0], 1e-9);
  });

  it("name data that are none", () => {
    assert.throws(() => gaussianData([0], covariance(data)), /a mean of 1 coordinates, expected 2/);
    const negative = matrixFromRows([[1, 0], [0, -1]]); // prettier-ignore
    assert.throws(() => gaussianData([0, 0], negative), /a covariance with the eigenvalue -1, expected none below 0/);
    assert.throws(() => mixtureData(matrixFromRows([]), 1), /mixtureData: no points/);
    const same = { from: [0, 1], to: [0, 1], high: 4, low: 0.4, N: [10] };
    assert.throws(() => straightness(ringData(1, 0.2), same), /the ends are the same state/);
    assert.throws(() => straightPath(Float64Array.of(1, 2), [0, 1], [0]), /ends of 2 and 1 coordinates/);
  });

  it("make the drift of other processes in their own time", () => {
    const schedule = variancePreserving();
    const [ours, theirs] = pairs[2];
    const system = reverseDiffusion(ours, { schedule });
    for (const t of [0.05, 0.3, 0.9]) {
      const x = matrixFromRows([[0.4, -0.7]]);
      const s = scheduledScore(schedule, theirs.score)(x, t);
      const drift = addScaled(scale(x, -schedule.beta(t)), -2 * schedule.diffusion(t), s);
      near(system.drift([0.4, -0.7], t).map(valueOf), drift.values, 1e-10);
    }
  });
});

describe("The most likely path of reverse diffusion", () => {
  it("is straight in σ² whatever the data are, with errors of order 2, and in the bridge's sense for VP", () => {
    const ends = { from: [0, 3], to: [0.8, 0.2], N: [50, 100, 200] };
    for (const [ours] of pairs) {
      const { h, deviation, smallNoise } = straightness(ours, { ...ends, high: 4, low: 0.5 });
      const order = observedOrder(h, deviation);
      assert.ok(Math.abs(order - 2) < 0.2 && deviation[2] < 1e-3, `${ours.name}: ${order}, ${deviation[2]}`);
      if (ours.name === "ring") assert.ok(smallNoise[2] > 0.01);
    }
    const { h, deviation } = straightness(pairs[2][0], {
      ...ends,
      high: 0.5,
      low: 0.1,
      schedule: variancePreserving(),
    });
    assert.ok(Math.abs(observedOrder(h, deviation) - 2) < 0.2 && deviation[2] < 1e-3, String(deviation));
  });

  it("has the straight path between its ends, each scaled by α", () => {
    const path = straightPath(Float64Array.of(1, 2, 3), [2], [12], (t) => t, (t) => 2 * t); // prettier-ignore
    near(path.values, [2, 6, 12], 1e-15);
  });
});

describe("The action of a field in the place of a score", () => {
  const times = clockTimes(3, 0.5, 6, logClock);
  const [ours, theirs] = pairs[2];
  const path = {
    times,
    points: addScaled(straightPath(times, [0, 2], [1, -1]), 0.3, normal(randomSource(1), 7, 2)),
  };
  const { x, v, t } = intervals(path);

  it("is that of the system written out, with its gradients", () => {
    const field = pulledScore(theirs);
    for (const divergence of [true, false]) {
      const exact = onsagerMachlup(reverseDiffusion(ours), { divergence }).first(x, v, t);
      const found = scoreLagrangian("mixture", field, { divergence, step: 1e-4 }).first(x, v, t);
      near(found.value, exact.value, 1e-10);
      near(found.v.values, exact.v.values, 1e-10);
      near(found.x.values, exact.x.values, divergence ? 1e-5 : 1e-10);
    }
  });

  it("begins and ends on a path of the forward process", () => {
    const image = new Float64Array(400);
    const { from, to } = forwardEnds(image, { low: 0.5, high: 2, source: randomSource(4) });
    const square = (x: Float64Array) => x.reduce((total, value) => total + value * value, 0) / 400;
    assert.ok(Math.abs(square(to) / 0.25 - 1) < 4 * Math.sqrt(2 / 400));
    assert.ok(Math.abs(square(from) / 4 - 1) < 4 * Math.sqrt(2 / 400));
    assert.ok(Math.abs(square(from.map((value, j) => value - to[j])) / 3.75 - 1) < 4 * Math.sqrt(2 / 400));
  });

  it("keeps the momentum of a Gaussian's score, and not that of a network's", () => {
    const ends = { from: Float64Array.of(0.5, 2), to: Float64Array.of(1, -0.5), high: 2, low: 0.5 };
    const gaussian = pulledScore(fitted);
    const exact = [8, 16].map(
      (N) =>
        scoreMomentum(scoreLagrangian("Gaussian", gaussian, { divergence: true }), { ...ends, N, tolerance: 1e-8 }).rms,
    );
    assert.ok(exact[0] < 0.02 && exact[1] < exact[0] / 3, String(exact));
    const network = loadDenoiser("ring", { precision: "float64" });
    const lagrangian = scoreLagrangian("network", pulledScore(network), { divergence: true });
    const { rms, bend, deviation } = scoreMomentum(lagrangian, { ...ends, N: 16 });
    network.dispose();
    assert.ok(rms > 3 * exact[1] && bend > 0, `${rms}, ${bend}`);
    assert.equal(deviation.length, 16);
  });
});
