import assert from "node:assert/strict";
import { trajectoryCoordinates, scaledStates } from "../../../src/analysis/trajectories/coordinates.js";
import { followTrajectory } from "../../../src/analysis/trajectories/trajectory.js";
import { gaussianFromSpectrum } from "../../../src/diffusion/distributions/gaussian.js";
import { karrasSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import { sample } from "../../../src/diffusion/sampling/sampler.js";
import { dpmSolver, uniPC } from "../../../src/diffusion/sampling/solver.js";
import { addScaled, relativeError, scale, type Matrix } from "../../../src/math/matrix.js";
import { heun } from "../../../src/math/ode.js";
import { randomOrthogonal } from "../../../src/math/qr.js";
import { normal, randomSource } from "../../../src/math/random.js";

const lambda = Float64Array.of(9, 2, 0.5, 0.01);
const g = gaussianFromSpectrum({ mean: Float64Array.of(1, -2, 0, 3), U: randomOrthogonal(randomSource(1), 4), lambda });
const sigmas = karrasSigmas(40);
const noise = scale(normal(randomSource(2), 6, 4), sigmas[0]);

describe("followTrajectory", () => {
  it("follows a closed form exactly, and a sampler's states one by one", () => {
    const exact = followTrajectory(g, noise, sigmas);
    sigmas.forEach((sigma, i) => {
      if (i > 0) assert.deepEqual(exact.states[i], g.flow(noise, sigmas[0], sigma));
    });
    for (const method of [heun, dpmSolver(), uniPC()]) {
      const { states, denoised } = followTrajectory({ denoiser: g.denoiser }, noise, sigmas, method);
      assert.deepEqual(states, [...sample(g, noise, sigmas, method)]);
      denoised.forEach((d, i) => assert.deepEqual(d, i === 40 ? states[i] : g.denoiser(states[i], sigmas[i])));
      assert.ok(relativeError(states[40], exact.states[40]) < 0.02);
    }
  });

  it("denoises no state twice for a method of one evaluation a step", () => {
    let evaluations = 0;
    const denoiser = (x: Matrix, sigma: number) => (evaluations++, g.denoiser(x, sigma));
    followTrajectory({ denoiser }, noise, sigmas);
    assert.equal(evaluations, 40);
  });

  it("refuses levels that rise", () =>
    assert.throws(() => followTrajectory(g, noise, Float64Array.of(1, 2)), /followTrajectory: level 1 is 2 after 1/));
});

describe("trajectoryCoordinates", () => {
  const trajectory = followTrajectory(g, noise, sigmas);

  it("make up the state: x_t = α_t (x̂_0 + σ ε), and its increments", () => {
    const { state, increment, noise: epsilon, endpoint } = trajectoryCoordinates(trajectory);
    endpoint.forEach((end, i) => {
      const made = scale(addScaled(end, sigmas[i], epsilon[i]), 1 / Math.sqrt(1 + sigmas[i] ** 2));
      assert.ok(relativeError(made, state[i]) < 1e-13);
      assert.ok(relativeError(addScaled(state[i], 1, increment[i]), state[i + 1]) < 1e-13);
    });
    assert.deepEqual([endpoint.length, epsilon.length, state.length, increment.length], [40, 40, 41, 40]);
  });

  it("have estimates that do not depend on the scaling, and states that do", () => {
    const [vp, edm] = (["VP", "EDM"] as const).map((scaling) => trajectoryCoordinates(trajectory, scaling));
    assert.deepEqual([vp.noise, vp.endpoint], [edm.noise, edm.endpoint]);
    assert.deepEqual(edm.state, trajectory.states);
    assert.deepEqual(scaledStates(trajectory), vp.state);
    assert.ok(relativeError(vp.state[0], scale(edm.state[0], 1 / Math.hypot(1, 80))) < 1e-15);
  });
});
