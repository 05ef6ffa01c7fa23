import assert from "node:assert/strict";
import { attractorTransitions } from "../../../src/analysis/symmetry/attractor.js";
import { bridgeStudy, largestScores } from "../../../src/analysis/symmetry/bridgeStudy.js";
import {
  chargeRows,
  chargeSeries,
  energyRefinement,
  energySpread,
  neuronRows,
} from "../../../src/analysis/symmetry/chargeTables.js";
import { decisionMinima, decisionTransitions } from "../../../src/analysis/symmetry/decisions.js";
import { onsagerMachlup } from "../../../src/analysis/symmetry/lagrangian.js";
import { momentumStudy } from "../../../src/analysis/symmetry/momentumStudy.js";
import { mostLikelyPath, straightGuess } from "../../../src/analysis/symmetry/mostLikelyPath.js";
import { refinement } from "../../../src/analysis/symmetry/refinement.js";
import { rotation } from "../../../src/analysis/symmetry/transformation.js";
import { brokenRingSpread, ringRows, ringStudy } from "../../../src/analysis/symmetry/ringStudy.js";
import { scoreMomenta } from "../../../src/analysis/symmetry/scoreMomentum.js";
import { straightnessSeries } from "../../../src/analysis/symmetry/straightness.js";
import { ringAttractor, rotatingAttractor } from "../../../src/analysis/symmetry/systems.js";
import { isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { ringPathsFigure, ringPathsSlider } from "../../../src/figures/papers/ringPaths.js";
import { transitionSlider } from "../../../src/figures/papers/mostLikelyPaths.js";
import { matrix } from "../../../src/math/matrix.js";
import { linspace, observedOrder } from "../../../src/math/ode.js";
import { randomSource } from "../../../src/math/random.js";

describe("The study of evidence", () => {
  const { counts, panels, exact, halfway, exactHalfway } = momentumStudy({ seed: 3, runs: 10_000, fineRuns: 5000 });

  it("counts paths as expected, with and without bounds", () => {
    for (const { paths, expected, condition } of counts.slice(1))
      assert.ok(Math.abs(paths - expected!) < 4 * Math.sqrt(expected!), `${condition}: ${paths}, ${expected}`);
    // within 0.05 of -1, of N(0.6, 1)
    const free = (10_000 * 0.1 * Math.exp(-(1.6 ** 2) / 2)) / Math.sqrt(2 * Math.PI);
    assert.ok(Math.abs(counts[0].paths - free) < 4 * Math.sqrt(free));
  });

  it("finds the line of constant momentum without bounds, and the exact mean above it with them", () => {
    assert.ok(Math.abs(halfway.value) < 4 * halfway.standardError);
    assert.ok(Math.abs(exactHalfway - 0.61468) < 1e-5, String(exactHalfway)); // by the method of images
    assert.ok(exact.slice(1).every(({ mean, mode, line }) => mean > line && mode > line));
    assert.deepEqual(
      panels.map(({ title }) => title),
      ["no bounds", "bounds, dt 0.025", "bounds, dt 0.0025"],
    );
    assert.equal(panels[0].series.length, 3); // no exact curves without bounds
    assert.equal(panels[1].series.length, 5);
  });
});

describe("Tables of charges", () => {
  it("have what is conserved, and what neurons break", () => {
    const example = { system: ringAttractor(), symmetry: rotation(), from: [1, 0], to: [-0.5, 0.8] };
    const [row] = chargeRows([example], 40);
    assert.ok(row.discreteSpread < 1e-12 && row.spread > 1e-6 && row.spreadE > 1e-6);
    const [few, more] = neuronRows([6, 8]);
    assert.ok(few.relative > 2 * more.relative && more.relative > 0.01);
  });

  it("compare the energy of the most likely path with that of another", () => {
    const lagrangian = onsagerMachlup(rotatingAttractor({ omega: 1 }));
    const problem = { lagrangian, times: linspace(0, 1, 250), from: [-2, 2], to: [2, 2] };
    const path = mostLikelyPath(problem);
    assert.ok(energySpread(lagrangian, path.times, path.points) < 1e-9);
    assert.ok(energySpread(lagrangian, path.times, straightGuess(problem)) > 0.1);
    for (const { x, y } of chargeSeries(lagrangian, path)) assert.ok(x.length === y.length && x.length <= 100);
  });
});

describe("The energy along finer and finer paths", () => {
  it("is conserved at the order of the rule, and along straight paths not at all", () => {
    const problem = { lagrangian: onsagerMachlup(ringAttractor()), from: [1, 0], to: [-0.5, 0.8] };
    const { h, spread, ofStraight } = energyRefinement(refinement(problem, { from: 0, to: 1, N: 40 }));
    assert.ok(Math.abs(observedOrder(h, spread) - 2) < 0.2);
    assert.ok(Math.abs(observedOrder(h, ofStraight)) < 0.2 && ofStraight[3] > 100 * spread[3]);
  });
});

describe("Transitions", () => {
  it("are a slider with some of them always there", () => {
    const passing = attractorTransitions([-2, 2], [2, 2], [1, 4]);
    assert.deepEqual(
      passing.map(({ label, title }) => [label, title]),
      [
        ["1", "E = 11.6, L = -6.81"],
        ["4", "E = 0.0215, L = -0.293"],
      ],
    );
    const [minima] = [decisionMinima(1, { source: randomSource(1), N: 50, bent: 1 })];
    const deciding = decisionTransitions([minima]);
    assert.match(deciding[0].title, /^E = 8\.2\d, action 8\.60\d$/);
    const ranges = { xRange: [-3, 4], yRange: [-3, 4] } as const;
    const options = { title: "t", variable: "T", initial: 0, always: [1], ...ranges };
    const { data, layout } = transitionSlider([...passing, ...deciding], options);
    assert.equal((layout["sliders"] as { steps: unknown[] }[])[0].steps.length, 3);
    assert.deepEqual(new Set(data.map(({ name }) => name)), new Set(["most likely path", "T = 4"]));
  });
});

describe("The study of the ring", () => {
  const study = ringStudy([Math.PI / 4, 0], { N: 60 });

  it("has the actions of an independent calculation and joins those of the paper", () => {
    const rows = ringRows(study, ringStudy([Math.PI / 4, 0], { N: 49, rule: "left" }), [0.738, 0.798]);
    const actions = [0.26067, 0.18049, undefined, 0.08654, 0.26734, 0.19381, undefined, 0.13782];
    rows.forEach(({ S }, i) => {
      if (actions[i] !== undefined) assert.ok(Math.abs(S / actions[i] - 1) < 3e-3, `${i}: ${S}`); // of 60 steps
    });
    assert.deepEqual([rows[0].angle, rows[4].angle], [45, 0]);
    assert.equal(rows[4]["S, paper"], 0.798);
    assert.ok(rows[0]["S, its rule converged"]! < 0.3 && rows[1]["S, paper"] === undefined);
  });

  it("has no such charge where the ring is broken", () => assert.ok(brokenRingSpread(Math.PI / 4, { N: 60 }) > 0.1));

  it("is drawn with a panel for each Lagrangian, or a place of a slider for each angle", () => {
    const flow = { rows: 2, cols: 2, values: [0, 10, 0, 4] };
    const { data, layout } = ringPathsFigure(study, { title: "t", flow });
    assert.equal(data.filter(({ name }) => name === "to 45°").length, 4);
    assert.equal(data.filter(({ name }) => name === "end of the flow").length, 4);
    assert.deepEqual(
      (layout["annotations"] as { text: string }[]).map(({ text }) => text),
      ["published", "small noise", "Onsager–Machlup", "noisy flow"],
    );
    const slider = ringPathsSlider(study, { title: "t", initial: 0 }).layout["sliders"] as {
      steps: { label: string }[];
    }[];
    assert.deepEqual(
      slider[0].steps.map(({ label }) => label),
      ["45°", "0°"],
    );
  });
});

describe("Studies of reverse diffusion", () => {
  it("find bridges in σ², and not in σ", () => {
    const rows = bridgeStudy(isotropicGaussian(Float64Array.of(0), 1), {
      seed: 1,
      runs: 5000,
      from: 3,
      ends: [0],
      variance: 1,
    });
    assert.equal(rows.length, 4);
    const { inVariance, inSigma } = largestScores(rows);
    assert.ok(inVariance < 4 && inSigma > 6, `${inVariance}, ${inSigma}`);
    // 20 squares of standard normal values exceed 31.41 in sum once in twenty times: z of 1.645
    const one = { ...rows[0], paths: 20, deviation: { value: 0, standardError: 1 } };
    const few = largestScores([{ ...one, square: { value: 31.41 / 20, standardError: 1 } }]);
    assert.ok(Math.abs(few.inVariance - 1.645) < 0.01, String(few.inVariance));
  });

  it("average the momentum over images and name curves by their data", () => {
    const images = matrix(2, 2, Float64Array.of(1, 0, 0, 1));
    const g = isotropicGaussian(Float64Array.of(0, 0), 1);
    const { rms, series } = scoreMomenta("g", g, { seed: 1, images, count: 2, high: 2, low: 0.5, N: 6 });
    assert.ok(rms.value < 0.1 && rms.count === 2 && series.x.length === 6);
    const curves = straightnessSeries([{ name: "a", h: [1 / 10, 1 / 20], deviation: [4, 1], smallNoise: [2, 2] }]);
    assert.deepEqual(curves[0].x, [10, 20]);
    assert.deepEqual(
      curves.map(({ name }) => name),
      ["a", "a, small noise"],
    );
  });
});
