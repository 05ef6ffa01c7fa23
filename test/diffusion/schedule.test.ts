import assert from "node:assert/strict";
import { gaussian, gaussianFromSpectrum } from "../../src/diffusion/distributions/gaussian.js";
import {
  ddpmSchedule,
  fromSchedule,
  linearVariance,
  noiseLevels,
  scheduledDenoiser,
  scheduledFlow,
  scheduledProbabilityFlow,
  scheduledScore,
  toSchedule,
  varianceExploding,
  variancePreserving,
  type Schedule,
} from "../../src/diffusion/schedule.js";
import { addScaled, identity, matrixFromRows, scale, trace, type Matrix } from "../../src/math/matrix.js";
import { integrate, last, linspace } from "../../src/math/ode.js";
import { multiply } from "../../src/math/multiply.js";
import { normal, randomSource } from "../../src/math/random.js";
import { solve } from "../../src/math/solve.js";
import { assertClose, assertDigits, assertMatrix } from "../helpers/close.js";
import { golden } from "../helpers/golden.js";

const vp = variancePreserving();

describe("schedules", () => {
  for (const [name, schedule, times] of [
    ["variance preserving", vp, [0, 1e-5, 0.3, 1]],
    ["variance preserving with β constant", variancePreserving({ betaD: 0, betaMin: 2 }), [0, 0.5, 1]],
    ["variance preserving with β from 0", variancePreserving({ betaMin: 0 }), [0, 0.5, 1]],
    ["variance exploding", varianceExploding(), [0, 1e-3, 0.5, 1]],
    ["of linear variance", linearVariance(), [0, 1e-5, 0.5, 0.999]],
    ["DDPM", ddpmSchedule(), [0, 1, 500, 998, 999]],
  ] as [string, Schedule, number[]][])
    it(`${name}: a time has a noise level and the noise level that time`, () => {
      assertClose(
        times.map((t) => schedule.time(schedule.noiseLevel(t))),
        times,
        1e-12,
      );
      for (const t of times)
        if (name !== "variance exploding")
          assertClose([1 / (1 + schedule.noiseLevel(t) ** 2)], [schedule.alpha(t) ** 2], 1e-12); // α² + σ_t² = 1
    });

  it("have the known values", () => {
    for (const [t, alpha] of [
      [0.5, 0.2811828807967524],
      [0.2, 0.8113952356434114],
      [0.05, 0.9851735110233747],
    ] as const)
      assertClose([vp.alpha(t)], [alpha], 1e-14);
    assertDigits([vp.alpha(1)], [0.0065716], 7);
    const ddpm = ddpmSchedule();
    assertDigits([ddpm.alpha(999) ** 2, ddpm.alpha(950) ** 2], [4.036e-5, 10.604e-5], 8);
    assertDigits([ddpm.alpha(950)], [0.0102977], 7);
    assertDigits([ddpm.noiseLevel(950), ddpm.noiseLevel(0)], [97.1, 0.01], 2);
    assertDigits([ddpm.noiseLevel(999)], [157.4], 1);
    assertClose([varianceExploding().noiseLevel(1)], [Math.sqrt((625 - 1) / (2 * Math.log(25)))], 1e-14);
  });

  it("have the rates that differences of theirs have", () => {
    for (const schedule of [vp, variancePreserving({ betaD: 0, betaMin: 2 }), linearVariance(), varianceExploding()])
      for (const t of [0.1, 0.5, 0.9]) {
        const h = 1e-5;
        const rate = (f: (t: number) => number) => (f(t + h) - f(t - h)) / (2 * h);
        const alpha = schedule.alpha(t);
        assertClose([schedule.beta(t)], [-rate((u) => Math.log(schedule.alpha(u)))], 1e-8, "β");
        assertClose([schedule.diffusion(t)], [alpha ** 2 * rate((u) => schedule.noiseLevel(u) ** 2 / 2)], 1e-8, "D");
      }
  });

  it("have twice the β where the drift is -β x", () => {
    const twice = variancePreserving({ betaD: 2 * 19.9, betaMin: 2 * 0.1 });
    for (const t of [0, 0.3, 1])
      assertClose([twice.beta(t), twice.diffusion(t)], [0.1 + 19.9 * t, 0.1 + 19.9 * t], 1e-15);
    assertClose([twice.alpha(1) ** 2, vp.alpha(1) ** 2], [1.865e-9, 4.319e-5], 2e-4);
    assertClose([twice.alpha(0.5) ** 2 * (1 + twice.noiseLevel(0.5) ** 2)], [1], 1e-14);
  });

  it("give a sampler its levels from the last time to the first, the nearest step of DDPM's", () => {
    assert.deepEqual(
      [...noiseLevels(vp, [1, 0.5, 0])].map((sigma) => Math.round(sigma * 10) / 10),
      [152.2, 3.4, 0],
    );
    assert.equal(ddpmSchedule().time(97), 950);
    assert.throws(
      () => noiseLevels(vp, [0.5, 1]),
      /^RangeError: noiseLevels: t = 1 after 0.5 has σ = 152.\d+ after 3.4\d+, expected levels that decrease$/,
    );
  });

  it("refuse what is no schedule and no time of it", () => {
    assert.throws(
      () => variancePreserving({ betaD: 0, betaMin: 0 }),
      /^RangeError: variancePreserving: β_d is 0 and β_min 0, expected numbers of at least 0, not both 0$/,
    );
    assert.throws(
      () => varianceExploding({ sigma: 1 }),
      /^RangeError: varianceExploding: σ is 1, expected a number above 1$/,
    );
    assert.throws(
      () => ddpmSchedule({ steps: 1 }),
      /^RangeError: ddpmSchedule: 1 steps, expected an integer of at least 2$/,
    );
    assert.throws(
      () => ddpmSchedule({ betaLast: 1 }),
      /^RangeError: ddpmSchedule: a β is 1, expected one between 0 and 1$/,
    );
    assert.throws(
      () => ddpmSchedule().alpha(0.5),
      /^RangeError: ddpmSchedule: t is 0.5, expected an integer from 0 to 999$/,
    );
    assert.throws(() => vp.alpha(-1), /^RangeError: variancePreserving: t is -1, expected a time of at least 0$/);
    assert.throws(
      () => vp.time(-1),
      /^RangeError: variancePreserving: σ is -1, expected a finite noise level of at least 0$/,
    );
  });
});

describe("the translation of a schedule", () => {
  const x = normal(randomSource(1), 3, 2);

  it("makes the score of N(αμ, α²Σ + σ_t² I)", () => {
    for (const t of [0.05, 0.5, 1]) {
      const [alpha, variance] = [vp.alpha(t), 1 - vp.alpha(t) ** 2];
      const noised = gaussianFromSpectrum({
        mean: golden.mean.map((value) => alpha * value),
        U: golden.U,
        lambda: golden.lambda.map((value) => alpha ** 2 * value),
      });
      assertMatrix(scheduledScore(vp, golden.score)(x, t), noised.score(x, Math.sqrt(variance)), 1e-12);
      assertMatrix(toSchedule(vp, fromSchedule(vp, x, t), t), x, 1e-15);
    }
  });

  it("makes the known states and endpoint estimates of the variance-preserving flow", () => {
    const [flow, denoise] = [
      scheduledFlow(vp, (y, from, to) => golden.flow(y, from, to)),
      scheduledDenoiser(vp, golden.denoiser),
    ];
    const start = matrixFromRows([[1, -0.5]]);
    // Computed once in NumPy from the closed forms.
    const known: [t: number, x: number[], x0: number[]][] = [
      [0.5, [1.178418388276, -0.502056925619], [1.03901497647, 0.058055413014]],
      [0.2, [1.597196009378, -0.148608985951], [1.506887356692, 0.316561409878]],
      [0.05, [1.636186584286, 0.20152212056], [1.582559278972, 0.321541517]],
      [0, [1.609910859037, 0.283424005794], [1.609910859037, 0.283424005794]],
    ];
    for (const [t, state, x0] of known) {
      assertDigits(flow(start, 1, t).values, state, t === 0.05 ? 11 : 12, `x at t = ${t}`);
      assertDigits(denoise(flow(start, 1, t), t).values, x0, 12, `x̂_0 at t = ${t}`);
    }
  });

  it("makes the probability flow in time", () => {
    const times = linspace(1, 0.05, 400);
    assertMatrix(
      last(integrate(scheduledProbabilityFlow(vp, scheduledDenoiser(vp, golden.denoiser)), x, times)),
      scheduledFlow(vp, (y, from, to) => golden.flow(y, from, to))(x, 1, 0.05),
      1e-8,
    );
  });

  it("makes the covariance that a linear field added to the score leaves", () => {
    // dx/dt = -½ β (x + s + G x), β = 0.1 + 19.9 t; the same in NumPy, to three decimals.
    const S0 = matrixFromRows([
      [2, 0.6],
      [0.6, 0.5],
    ]);
    const J = matrixFromRows([
      [0, -1],
      [1, 0],
    ]);
    const score = scheduledScore(vp, gaussian(new Float64Array(2), S0).score);
    const S = (t: number) => addScaled(scale(S0, vp.alpha(t) ** 2), 1 - vp.alpha(t) ** 2, identity(2));
    const byRows = (A: Matrix, m: Matrix) => multiply(m, A, { transposeB: true }); // A x of every row
    const fields: [name: string, G: (x: Matrix, t: number) => Matrix, difference: number, KL: number][] = [
      ["none", (y) => scale(y, 0), 0, 0],
      ["1.5 J s", (y, t) => byRows(scale(J, 1.5), score(y, t)), 0, 0],
      ["1.5 S J x", (y, t) => byRows(multiply(S(t), scale(J, 1.5)), y), 0, 0],
      ["1.5 J x", (y) => byRows(scale(J, 1.5), y), 1.016, 0.331],
      [
        "a wrong gradient",
        (y) =>
          byRows(
            matrixFromRows([
              [0.1, 0.05],
              [0.05, -0.02],
            ]),
            y,
          ),
        4.457,
        0.577,
      ],
      ["0.05 s", (y, t) => scale(score(y, t), 0.05), 0.743, 0.113],
    ];
    for (const [name, G, difference, KL] of fields) {
      const field = (y: Matrix, t: number) =>
        scale(addScaled(addScaled(y, 1, score(y, t)), 1, G(y, t)), -0.5 * (0.1 + 19.9 * t));
      const A = last(integrate(field, identity(2), linspace(1, 1e-3, 4000))); // row i is what becomes of e_i
      const P = multiply(A, multiply(S(1), A), { transposeA: true });
      const ratio = solve(S(1e-3), P);
      const divergence =
        0.5 * (trace(ratio) - 2 - Math.log(ratio.values[0] * ratio.values[3] - ratio.values[1] * ratio.values[2]));
      const worst = addScaled(P, -1, S(1e-3)).values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      if (difference === 0)
        assert.ok(worst < 1e-12 && Math.abs(divergence) < 1e-12, `${name}: ${worst}, ${divergence}`);
      else assertDigits([worst, divergence], [difference, KL], 3, name);
    }
  });

  for (const [name, schedule] of Object.entries({ vp, linear: linearVariance(), ve: varianceExploding() }))
    it(`${name}: has a probability flow in time that is the convention's`, () => {
      const g = gaussian(
        Float64Array.of(1, -1),
        matrixFromRows([
          [2, 0.5],
          [0.5, 1],
        ]),
      );
      const field = scheduledProbabilityFlow(schedule, scheduledDenoiser(schedule, g.denoiser));
      const x = normal(randomSource(4), 5, 2);
      const end = last(integrate(field, x, linspace(0.9, 0.2, 400)));
      assertMatrix(end, scheduledFlow(schedule, g.flow)(x, 0.9, 0.2), 1e-7);
    });

  it("have no flow at t = 0, and none of their functions beyond the end", () => {
    assert.throws(() => scheduledProbabilityFlow(vp, (x) => x)(matrixFromRows([[1]]), 0), /σ is 0 at t = 0, expected/);
    assert.throws(() => linearVariance().alpha(1), /from 0 to below 1/);
  });

  it("have a time for every finite noise level", () => {
    const rate = 2 * Math.log(25);
    for (const sigma of [1e20, 1e160, 1e300])
      assertClose([varianceExploding().time(sigma)], [(Math.log(rate) + 2 * Math.log(sigma)) / rate], 1e-12);
    // α² of the variance-preserving one is 1 / (1 + σ²)
    for (const sigma of [1e8, 1e100, 1e200]) {
      const seen = vp.time(sigma);
      assertClose([0.5 * 19.9 * seen ** 2 + 0.1 * seen], [2 * Math.log(sigma)], 1e-9);
    }
    assert.ok(linearVariance().noiseLevel(linearVariance().time(1e200)) > 9e7); // the last of its times that there is
    assert.equal(linearVariance().time(1e200), 1 - 2 ** -53);
  });
});
