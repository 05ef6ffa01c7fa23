import assert from "node:assert/strict";
import { noisedRegionMass, regionMass } from "../../../src/analysis/variance/gapFilling.js";
import { naiveEnsemble } from "../../../src/analysis/variance/naiveEnsemble.js";
import { sampleNaiveEstimator } from "../../../src/analysis/variance/naiveEstimator.js";
import { naiveTable } from "../../../src/analysis/variance/theoryTables.js";
import type { TrainingProblem } from "../../../src/analysis/variance/trainingDraws.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { normal as normalMatrix, randomSource } from "../../../src/math/random.js";
import { variance } from "../../../src/math/stats.js";

const problem: TrainingProblem = { points: matrixFromRows([[-1], [0], [1]]), times: [0.1, 1] };
const gap = { centres: matrixFromRows([[-0.5], [0.5]]), radius: 0.25 };

describe("The naive estimator of the score", () => {
  const settings = { count: 2000, steps: 400 };

  it("without noise is the exact flow, which gives the noised points", () => {
    const x = sampleNaiveEstimator(problem, { ...settings, kappa: 0, source: randomSource(1) });
    const mass = noisedRegionMass(problem, gap);
    assert.ok(Math.abs(regionMass(x, gap) - mass) < 4 * Math.sqrt((mass * (1 - mass)) / 2000));
  });

  it("empties gaps and the middle point the more the larger κ is, and spreads the samples", async () => {
    const all = await naiveEnsemble(problem, [0, 0.1, 1], { ...settings, workers: 0 });
    const masses = all.map((x) => regionMass(x, gap));
    const spreads = all.map(({ values }) => variance(values));
    assert.ok(masses[0] > masses[1] + 0.03 && masses[1] > masses[2] + 0.1, masses.join());
    assert.ok(spreads[0] < spreads[1] && spreads[1] < spreads[2], spreads.join());
  });

  it("is the same in variance with draws of the target and with normal noise of its covariance", () => {
    const [a, b] = (["gaussian", "draws"] as const).map((noise) =>
      variance(sampleNaiveEstimator(problem, { ...settings, kappa: 0.1, noise, source: randomSource(2) }).values),
    );
    // of 2000 samples each, kurtosis below 2
    assert.ok(Math.abs(a - b) < 4 * Math.sqrt(2) * a * Math.sqrt(1 / 2000), `${a} and ${b}`);
  });

  it("has noise of the covariance D C D in one step", () => {
    // one step from a known state: the variance over samples is that of the start, carried, and κ dt D C D
    const late: TrainingProblem = { points: matrixFromRows([[-1], [1]]), times: [0.19, 0.2] };
    const n = 40_000;
    const [still, moved] = [0, 1].map((kappa) =>
      sampleNaiveEstimator(late, { count: n, steps: 1, kappa, source: randomSource(3) }),
    );
    const [t, dt] = [0.2, 0.2 - 0.19];
    const alpha = Math.exp(-(0.1 * t + 9.95 * t * t));
    const [S, beta] = [1 - alpha ** 2, 0.1 + 19.9 * t];
    const after = Math.exp(-(0.1 * 0.19 + 9.95 * 0.19 ** 2));
    let wanted = 0;
    const source = randomSource(3);
    // the same starts: the differences are noise alone, of which the mean square is the mean of κ dt D² C
    const differences = moved.values.map((value, i) => value - still.values[i]);
    const starts = sampleStarts(n, Math.sqrt(S), source);
    for (const x of starts) wanted += (dt * beta ** 2 * (alpha / S) ** 2 * Math.cosh((alpha * x) / S) ** -2) / n;
    const ratio = differences.reduce((sum, v) => sum + v * v, 0) / n / (wanted * (after / alpha) ** 2);
    assert.ok(Math.abs(ratio - 1) < 4 * Math.sqrt(4 / n), String(ratio));
  });

  it("has a table of samples for each κ", () => {
    const region = { centres: matrixFromRows([[0]]), radius: 0.5 };
    const x = sampleNaiveEstimator(problem, { ...settings, count: 5, kappa: 0, source: randomSource(1) });
    assert.equal(naiveTable(problem, [0, 0.1], [x, x], region).length, 2);
    assert.throws(
      () => naiveTable(problem, [0], [x, x], region),
      /^RangeError: naiveTable: 2 samples for 1 κ, expected one each$/,
    );
  });

  it("says what it cannot do", () =>
    assert.throws(
      () => sampleNaiveEstimator(problem, { ...settings, kappa: -1, source: randomSource(1) }),
      /κ is -1, expected a number of at least 0/,
    ));
});

/** The states x_t that the sampler begins with, N(0, σ_t²). */
function sampleStarts(n: number, deviation: number, source: ReturnType<typeof randomSource>): Float64Array {
  const { values } = normalMatrix(source, n, 1);
  return values.map((z) => deviation * z);
}
