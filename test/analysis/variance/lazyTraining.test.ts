import assert from "node:assert/strict";
import { featureFamily } from "../../../src/analysis/variance/features.js";
import { fitLinearModel, linearDenoiser } from "../../../src/analysis/variance/linearModel.js";
import { scheduleOf, trainingDraws, type TrainingProblem } from "../../../src/analysis/variance/trainingDraws.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { fillNormal, randomSource } from "../../../src/math/random.js";

const pair: TrainingProblem = { points: matrixFromRows([[-1], [1]]), times: [0, 0] };
const t = scheduleOf(pair).time(0.8);
const problem: TrainingProblem = { ...pair, times: [t, t] };

/** Gradient descent on a perceptron whose tangent features at initialisation are those of the seed; its outputs at x. */
function trained(hidden: number, seed: number, stop: number, steps: number, x: readonly number[]): number[] {
  const draws = new Float64Array(hidden * 4);
  fillNormal(randomSource(seed), draws);
  const [a, w] = [draws.slice(0, hidden), draws.slice(hidden)];
  const [a0, w0] = [a.slice(), w.slice()];
  const { x: inputs, t: times, sample, weights } = trainingDraws(problem, 60, randomSource(7));
  const output = (x: number, time: number, a: Float64Array, w: Float64Array) => {
    let sum = 0;
    for (let h = 0; h < hidden; h++) sum += a[h] * Math.tanh(w[3 * h] * x + w[3 * h + 1] * time + w[3 * h + 2]);
    return sum / Math.sqrt(hidden);
  };
  const start = inputs.values.map((value, p) => output(value, times[p], a0, w0));
  for (let k = 0; k < steps; k++) {
    const [da, dw] = [new Float64Array(hidden), new Float64Array(3 * hidden)];
    for (let p = 0; p < 60; p++) {
      // what was there at initialisation is taken off, so that training begins at 0
      const miss = sample.values[p] - (output(inputs.values[p], times[p], a, w) - start[p]);
      const pull = (weights[p] * miss) / 60 / Math.sqrt(hidden);
      for (let h = 0; h < hidden; h++) {
        const y = Math.tanh(w[3 * h] * inputs.values[p] + w[3 * h + 1] * times[p] + w[3 * h + 2]);
        da[h] += pull * y;
        const slope = pull * a[h] * (1 - y * y);
        dw[3 * h] += slope * inputs.values[p];
        dw[3 * h + 1] += slope * times[p];
        dw[3 * h + 2] += slope;
      }
    }
    da.forEach((change, h) => (a[h] += (stop / steps) * change));
    dw.forEach((change, i) => (w[i] += (stop / steps) * change));
  }
  return x.map((value) => output(value, t, a, w) - output(value, t, a0, w0));
}

describe("Lazy training", () => {
  it("of a wide perceptron is that of its tangent features stopped at the same time, the nearer the wider it is", () => {
    const x = [-1.2, -0.4, 0.1, 0.9];
    const errors = [64, 4096].map((hidden) => {
      const features = { hidden, dimension: 1, seed: 5 };
      assert.equal(featureFamily(features).count, 4 * hidden);
      const draws = trainingDraws(problem, 60, randomSource(7));
      const fit = fitLinearModel(problem, features, draws, { regularisation: { stop: 0.5 } }).J1;
      const linear = linearDenoiser(fit)(matrixFromRows(x.map((value) => [value])), t).values;
      const network = trained(hidden, 5, 0.5, 60, x);
      return Math.hypot(...network.map((value, i) => value - linear[i])) / Math.hypot(...linear);
    });
    assert.ok(errors[1] < 0.02 && errors[1] < errors[0] / 3, errors.join());
  });
});
