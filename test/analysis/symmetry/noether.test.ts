import assert from "node:assert/strict";
import { relativeSpread } from "../../../src/analysis/symmetry/attractor.js";
import { intervals } from "../../../src/analysis/symmetry/action.js";
import { onsagerMachlup } from "../../../src/analysis/symmetry/lagrangian.js";
import { clockTimes, logClock } from "../../../src/analysis/symmetry/clock.js";
import { mostLikelyPath } from "../../../src/analysis/symmetry/mostLikelyPath.js";
import { bumpRotation, rotation, timeTranslation, translation } from "../../../src/analysis/symmetry/transformation.js";
import { energies, kinematicAngularMomentum, noetherCharge } from "../../../src/analysis/symmetry/noether.js";
import { symmetryDefect } from "../../../src/analysis/symmetry/symmetryDefect.js";
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
import { matrix, matrixFromRows, squaredLengths } from "../../../src/math/matrix.js";
import { observedOrder, linspace } from "../../../src/math/ode.js";
import { difference, product, valueOf } from "../../../src/math/taylor.js";

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

  it("are found wherever times and states are: at t = 0, far away in time, and on a half-line", () => {
    // f = -(1 + t) x depends on time, also where an interval's middle is 0
    const hurried: NoisySystem = {
      name: "hurried",
      dimension: 1,
      drift: ([x], t) => [product(-1 - t, x)],
      diffusion: () => 1,
    };
    const changing = onsagerMachlup(hurried);
    const through = mostLikelyPath({ lagrangian: changing, times: linspace(-1, 1, 41), from: [1], to: [2] });
    assert.throws(() => energies(changing, through), /the translation of time is no symmetry of hurried/);
    // p e^{-t - t²/2} is conserved of f = -(1 + t) x, a long time after 0 too
    for (const start of [0, 1e6]) {
      const lagrangian = onsagerMachlup({ ...hurried, drift: ([x], t) => [product(-1 - (t - start), x)] });
      const found = mostLikelyPath({ lagrangian, times: linspace(start, start + 1, 50), from: [1], to: [2] });
      const generator = (_: Float64Array, t: number) => [Math.exp(-(t - start) - (t - start) ** 2 / 2)];
      const { mean, spread } = noetherCharge(lagrangian, { name: "decaying translation", generator }, found);
      assert.ok(spread < 1e-3 * Math.abs(mean), `${spread} of ${mean}`);
    }
    // dx = (1 - x) dt + √(2 x) dW keeps x positive
    const positive: NoisySystem = { ...hurried, drift: ([x]) => [difference(1, x)], diffusion: ([x]) => x };
    const half = onsagerMachlup(positive);
    const rising = mostLikelyPath({ lagrangian: half, times: linspace(0, 1, 100), from: [0.5], to: [2] });
    const { mean, spread } = energies(half, rising);
    assert.ok(spread < 1e-4 * Math.abs(mean));
    // geometric motion: ln x moves by D = ¼, f = 0.1, and its scaling is exact
    const geometric: NoisySystem = {
      ...hurried,
      drift: ([x]) => [product(0.1, x)],
      diffusion: ([x]) => product(0.25, x, x),
    };
    const growing = onsagerMachlup(geometric);
    const grown = mostLikelyPath({ lagrangian: growing, times: linspace(0, 1, 200), from: [1], to: [3] });
    assert.ok(Math.abs(grown.action / (Math.log(3) - 0.1) ** 2 - 1) < 1e-4);
    assert.ok(
      noetherCharge(growing, { name: "scaling", generator: (x) => x }, grown, { discrete: true }).spread < 1e-11,
    );
  });

  it("of a path by the left rule are by that rule", () => {
    const lagrangian = onsagerMachlup(ringAttractor({ omega: 1 }));
    const found = mostLikelyPath({ lagrangian, times: linspace(0, 1, 40), from, to, rule: "left" });
    assert.ok(noetherCharge(lagrangian, rotation(), found, { discrete: true }).spread < 1e-12);
    assert.ok(noetherCharge(lagrangian, rotation(), found, { discrete: true, rule: "midpoint" }).spread > 1e-2);
    const states = { x: matrix(0, 2), v: matrix(0, 2), t: new Float64Array(0) };
    assert.throws(() => symmetryDefect(lagrangian, rotation(), states), /0 states and 0 times, expected one or more/);
  });

  it("tell a defect of 1e-6 from none", () => {
    for (const defect of [0, 1e-7, 1e-5]) {
      const system: NoisySystem = {
        name: "nearly round",
        dimension: 2,
        drift: ([x, y]) => [product(-1, x), product(-1 - defect, y)],
        diffusion: () => 1,
      };
      const { lagrangian, ...found } = path(system, 50);
      const { x, v, t } = intervals(found);
      const { relative } = symmetryDefect(lagrangian, rotation(), { x, v, t });
      assert.ok(Math.abs(relative - 0.24 * defect) < 0.1 * defect + 1e-10, `${defect}: ${relative}`);
    }
  });

  it("have angular momenta of any plane, with D of each coordinate", () => {
    const still: NoisySystem = { name: "still", dimension: 3, drift: () => [0, 0, 0], diffusion: () => [1, 2, 2] };
    const lagrangian = onsagerMachlup(still);
    const points = matrixFromRows([[1, 1, 0], [2, 3, 5]]); // prettier-ignore
    const line = { times: Float64Array.of(0, 1), points };
    assert.equal(kinematicAngularMomentum(lagrangian, line).mean, 1.5 * (2 / 4) - 2 * (1 / 2));
    assert.equal(kinematicAngularMomentum(lagrangian, line, 1, 2).mean, 2 * (5 / 4) - 2.5 * (2 / 4));
    assert.equal(noetherCharge(lagrangian, rotation(1, 2), line).mean, 2 * (5 / 4) - 2.5 * (2 / 4));
    assert.throws(() => noetherCharge(lagrangian, rotation(0, 5), line), /the plane of coordinates 0 and 5, expected/);
    assert.throws(() => kinematicAngularMomentum(lagrangian, line, 1, 1), /the plane of coordinates 1 and 1, expected/);
    assert.throws(() => noetherCharge(lagrangian, translation([1]), line), /1 coordinates, expected 3 like the states/);
    assert.throws(() => noetherCharge(onsagerMachlup(lineAttractor()), rotation(), line), /states of 3 coordinates/);
    assert.throws(() => bumpRotation(2.5), /2.5 neurons, expected an integer of 3 or more/);
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
