import assert from "node:assert/strict";
import { relativeSpread } from "../../../src/analysis/symmetry/attractor.js";
import { intervals } from "../../../src/analysis/symmetry/action.js";
import { onsagerMachlup } from "../../../src/analysis/symmetry/lagrangian.js";
import { clockTimes, logClock, mostLikelyPath } from "../../../src/analysis/symmetry/mostLikelyPath.js";
import {
  bumpRotation,
  energies,
  kinematicAngularMomentum,
  noetherCharge,
  rotation,
  symmetryDefect,
  timeTranslation,
  translation,
} from "../../../src/analysis/symmetry/noether.js";
import { mixtureData, reverseDiffusion } from "../../../src/analysis/symmetry/reverseDiffusion.js";
import { ringStudy } from "../../../src/analysis/symmetry/ringStudy.js";
import type { NoisySystem } from "../../../src/analysis/symmetry/system.js";
import { driftField } from "../../../src/analysis/symmetry/system.js";
import {
  lineAttractor,
  ringAttractor,
  ringNetwork,
  rotatingAttractor,
  threeAttractors,
} from "../../../src/analysis/symmetry/systems.js";
import { matrixFromRows, squaredLengths } from "../../../src/math/matrix.js";
import { observedOrder, linspace } from "../../../src/math/ode.js";
import { product, valueOf } from "../../../src/math/taylor.js";

describe("Noether's charges", () => {
  const from = [1.2, 0.1];
  const to = [-0.3, 0.9];
  const path = (system: NoisySystem, N: number, T = 1) => {
    const lagrangian = onsagerMachlup(system);
    return mostLikelyPath({ lagrangian, times: linspace(0, T, N), from, to });
  };

  it("of the discrete action are constant to round-off, of rotations and translations", () => {
    for (const [system, symmetry] of [
      [ringAttractor({ omega: 0 }), rotation()],
      [ringAttractor({ omega: 2 }), rotation()],
      [rotatingAttractor({ omega: 1 }), rotation()],
      [lineAttractor(), translation([1, 0])],
    ] as const) {
      const found = path(system, 40);
      const { mean, spread } = noetherCharge(found.lagrangian, symmetry, found, { discrete: true });
      assert.ok(Math.abs(mean) > 0.1 && spread < 1e-12, `${system.name}: ${mean}, ${spread}`);
    }
  });

  it("in the middle of the intervals are constant to order 2, as the energy is", () => {
    const sizes = [40, 80, 160];
    const spreads = sizes.map((N) => {
      const found = path(ringAttractor({ omega: 2 }), N);
      return [energies(found.lagrangian, found).spread, noetherCharge(found.lagrangian, rotation(), found).spread];
    });
    for (const at of [0, 1]) {
      const order = observedOrder(
        sizes.map((N) => 1 / N),
        spreads.map((own) => own[at]),
      );
      assert.ok(Math.abs(order - 2) < 0.2, `${order}`);
    }
  });

  it("are canonical: the kinematic angular momentum of a drift that turns is none", () => {
    const lagrangian = onsagerMachlup(rotatingAttractor({ omega: 1 }));
    const found = mostLikelyPath({ lagrangian, times: linspace(0, 1, 200), from: [-2, 2], to: [2, 2] });
    assert.ok(relativeSpread(noetherCharge(lagrangian, rotation(), found).values) < 1e-10);
    const { values } = kinematicAngularMomentum(lagrangian, found);
    assert.ok(Math.min(...values) < -1.5 && Math.max(...values) > 2);
  });

  it("of symmetries that depend on time are found too: p e^{-at} for f = -a x, D = t", () => {
    const growing: NoisySystem = {
      name: "growing noise",
      dimension: 1,
      drift: ([x]) => [product(-0.7, x)],
      diffusion: (_, t) => t,
    };
    const lagrangian = onsagerMachlup(growing);
    const times = clockTimes(0.3, 2, 400);
    const found = mostLikelyPath({ lagrangian, times, from: [1], to: [-0.5] });
    const decaying = { name: "decaying translation", generator: (_: Float64Array, t: number) => [Math.exp(-0.7 * t)] };
    const { mean, spread } = noetherCharge(lagrangian, decaying, found);
    assert.ok(spread < 1e-5 * Math.abs(mean), `${spread} of ${mean}`);
    assert.throws(() => noetherCharge(lagrangian, translation([1]), found), /the translation is no symmetry/);
    assert.throws(() => energies(lagrangian, found), /the translation of time is no symmetry of growing noise/);
  });

  it("hold up to a total derivative: translations of reverse diffusion, whatever the data are", () => {
    const data = mixtureData(matrixFromRows([[-1, 0], [1, 0.5], [0, -1]]), 0.3); // prettier-ignore
    const lagrangian = onsagerMachlup(reverseDiffusion(data), { divergence: true });
    const times = clockTimes(3, 0.4, 400, logClock);
    const found = mostLikelyPath({ lagrangian, times, from: [1, 2], to: [0.8, 0.4] });
    const hidden = {
      ...translation([1, 0]),
      boundary: (x: Float64Array, t: number) => -valueOf(data.score([...x], t)[0]),
    };
    const { mean, spread } = noetherCharge(lagrangian, hidden, found);
    assert.ok(spread < 1e-3 * Math.abs(mean), `${spread} of ${mean}`);
    assert.throws(() => noetherCharge(lagrangian, translation([1, 0]), found), /is no symmetry of reverse diffusion/);
    const small = onsagerMachlup(reverseDiffusion(data));
    assert.throws(() => noetherCharge(small, hidden, found), /is no symmetry of reverse diffusion/);
  });

  it("of the reverse diffusion of a ring are angular momenta, by every Lagrangian", () => {
    for (const { lagrangian, L, spread } of ringStudy([Math.PI / 4], { N: 60 })) {
      assert.ok(spread < 1e-12, `${lagrangian}: ${spread}`);
      assert.ok(Math.abs(L) > 1e-3);
    }
    // x_a × x_b / (t_b² - t_a²) of the straight path, to the order of 60 steps
    const straight = ringStudy([Math.PI / 4], { N: 60 }).find((one) => one.lagrangian === "Onsager–Machlup")!;
    assert.ok(Math.abs(straight.L - 0.0353609) < 4e-4, `${straight.L}`);
  });

  it("refuse a transformation that is no symmetry, and say by how much", () => {
    const found = path(rotatingAttractor(), 40);
    const { lagrangian } = found;
    assert.throws(
      () => noetherCharge(lagrangian, translation([1, 0]), found),
      /the translation is no symmetry of single attractor: it changes L by [\d.]+ at x = \([-\d., ]+\), t = [\d.]+, 0\.\d+ of its terms, expected at most 0\.000001/,
    );
    const square = path(threeAttractors({ n: 0.3 }), 40);
    assert.throws(() => noetherCharge(square.lagrangian, rotation(), square), /the rotation is no symmetry/);
    assert.throws(
      () => noetherCharge(lagrangian, timeTranslation, found, { discrete: true }),
      /the translation of time moves time, of which the discrete action keeps nothing/,
    );
    assert.ok(noetherCharge(lagrangian, translation([1, 0]), found, { tolerance: Infinity }).spread > 0.1);
  });

  it("are nearly conserved on a ring of neurons, the better the more there are", () => {
    const violations = [6, 10, 14].map((neurons) => {
      const lagrangian = onsagerMachlup(ringNetwork({ neurons }));
      const bump = (angle: number) =>
        Array.from({ length: neurons }, (_, i) => 2 * Math.cos((2 * Math.PI * i) / neurons - angle));
      const times = linspace(0, 2, 30);
      const found = mostLikelyPath({ lagrangian, times, from: bump(0.2), to: bump(1.5) });
      const { x, v, t } = intervals(found);
      const { relative } = symmetryDefect(lagrangian, bumpRotation(neurons), { x, v, t });
      const charge = noetherCharge(lagrangian, bumpRotation(neurons), found, { discrete: true, tolerance: Infinity });
      return [relative, charge.spread / Math.abs(charge.mean)];
    });
    for (const at of [0, 1]) {
      assert.ok(violations[0][at] > 3 * violations[1][at] && violations[1][at] > 3 * violations[2][at]);
      assert.ok(violations[0][at] > 0.01 && violations[2][at] < 0.02);
    }
  });

  it("fix the speed by the energy where the drift is a gradient: |v|² = |f|² + 4 D E", () => {
    const D = 0.7;
    const system = ringAttractor({ omega: 0, D });
    const found = path(system, 400);
    const { x, v } = intervals(found);
    const E = energies(found.lagrangian, found).mean;
    const drift = squaredLengths(driftField(system)(x, 0));
    squaredLengths(v).forEach((square, k) => assert.ok(Math.abs(square - drift[k] - 4 * D * E) < 1e-3 * square));
  });
});
