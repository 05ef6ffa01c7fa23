import assert from "node:assert/strict";
import { preservedScale, scaledStates, trajectoryCoordinates } from "../../../src/analysis/trajectories/coordinates.js";
import { pathComponents, pathDimension } from "../../../src/analysis/trajectories/dimensionality.js";
import { incrementCosines, incrementsOf } from "../../../src/analysis/trajectories/increments.js";
import { randomWalk, straightPath } from "../../../src/analysis/trajectories/nulls.js";
import { offRotation, rotationDeviation } from "../../../src/analysis/trajectories/rotation.js";
import { followTrajectory } from "../../../src/analysis/trajectories/trajectory.js";
import { isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { loadDenoiser } from "../../../src/diffusion/networks/weights.js";
import { karrasSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import { column, matrix, norm, scale, squaredLengths } from "../../../src/math/matrix.js";
import { last } from "../../../src/math/ode.js";
import { normal, randomSource } from "../../../src/math/random.js";

const sigmas = karrasSigmas(30);

describe("White-noise data", () => {
  const mean = Float64Array.from({ length: 40 }, (_, j) => Math.sin(j));
  const noise = scale(normal(randomSource(1), 5, 40), sigmas[0]);

  it("have trajectories in one plane, and endpoint and noise estimates on one line", () => {
    const trajectory = followTrajectory(isotropicGaussian(mean, 0.3), noise, sigmas);
    const { state, noise: epsilon, endpoint } = trajectoryCoordinates(trajectory);
    const [states, epsilons, endpoints] = [state, epsilon, endpoint].map(pathComponents);
    for (const share of column(states.shares, 2)) assert.ok(share < 1e-12);
    for (const share of column(states.shares, 1)) assert.ok(share > 1e-4);
    for (const one of [epsilons, endpoints]) for (const share of column(one.shares, 1)) assert.ok(share < 1e-12);
  });

  it("have trajectories on one line without a mean, and none where data and noise have one variance", () => {
    const centred = (variance: number) =>
      scaledStates(followTrajectory(isotropicGaussian(new Float64Array(40), variance), noise, sigmas));
    for (const value of pathComponents(centred(0.3)).participation) assert.ok(Math.abs(value - 1) < 1e-12);
    assert.throws(() => pathComponents(centred(1)), /path 0 stays where it is/);
  });

  it("are off the rotation as the law's residual says", () => {
    const path = scaledStates(followTrajectory(isotropicGaussian(new Float64Array(40), 0.3), noise, sigmas));
    const alphas = preservedScale(sigmas);
    const off = offRotation(path, alphas);
    alphas.forEach((alpha, t) => {
      const expected = rotationDeviation({ lambda: [0.3] }, alpha ** 2);
      for (const value of column(off, t)) assert.ok(Math.abs(value - expected) < 1e-4, `${value}, ${expected}`);
    });
  });
});

describe("Shuffled weights", () => {
  it("do not have the deviation from the rotation of the trained ones, but flat trajectories as well", () => {
    const x = scale(normal(randomSource(2), 16, 49), sigmas[0]);
    const alphas = preservedScale(sigmas);
    const [trained, shuffled] = [loadDenoiser("digits-7"), loadDenoiser("digits-7", { shuffle: randomSource(1) })].map(
      (field) => {
        const path = scaledStates(followTrajectory(field, x, sigmas));
        const off = offRotation(path, alphas);
        return {
          off: Math.max(...Array.from(alphas, (_, t) => column(off, t)).map((all) => all[0])),
          ...pathDimension(path),
        };
      },
    );
    assert.ok(shuffled.off > 1.5 * trained.off, `${shuffled.off}, ${trained.off}`);
    assert.ok(trained.firstTwo.value > 0.99 && shuffled.firstTwo.value > 0.99, `${shuffled.firstTwo.value}`);
  });
});

describe("straightPath", () => {
  it("is a line with the ends of the path", () => {
    const path = [1, 2, 3, 4].map((seed) => normal(randomSource(seed), 3, 7));
    const straight = straightPath(path);
    assert.deepEqual(straight[0], path[0]);
    assert.deepEqual(last(straight), last(path));
    for (const value of pathComponents(straight).participation) assert.ok(Math.abs(value - 1) < 1e-12);
    for (const { cosine } of incrementCosines(incrementsOf(straight), [1, 2]))
      assert.ok(Math.abs(cosine.value - 1) < 1e-12);
  });
});

describe("randomWalk", () => {
  const line = Array.from({ length: 201 }, (_, t) => matrix(4, 4000, new Float64Array(16_000).fill(t)));
  const walk = randomWalk(line, randomSource(3));

  it("has steps as long as those of the path, without a direction", () => {
    const [own, given] = [walk, line].map((path) => incrementsOf(path).map(squaredLengths));
    own.forEach((squares, t) => squares.forEach((square, n) => assert.ok(Math.abs(square / given[t][n] - 1) < 1e-12)));
    // cosines of random directions have the variance 1/d: of 4 walks with 199 angles each within 4 standard errors
    const [{ cosine }] = incrementCosines(incrementsOf(walk), [1]);
    assert.ok(Math.abs(cosine.value) < 4 / Math.sqrt(4000 * 199 * 4));
  });

  it("leaves (6/π²)/k² of its variance along axis k", () => {
    // a variance of 4000 coordinates has a standard error of √(2/4000) of it, 2.2 %
    const { shares } = pathComponents(walk);
    for (const k of [1, 2, 3, 5])
      for (const share of column(shares, k - 1))
        assert.ok(Math.abs((share * k * k * Math.PI ** 2) / 6 - 1) < 0.09, `${k}: ${share}`);
    assert.equal(norm(walk[0]), 0);
  });
});
