import assert from "node:assert/strict";
import {
  denoisingExamples,
  networkInputs,
  posteriorMeans,
  stackDenoiser,
} from "../../../src/analysis/variance/denoisingExamples.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";
import { variancePreserving } from "../../../src/diffusion/schedule.js";
import { estimateMean } from "../../../src/math/estimate.js";
import { concatRows, matrix, row, scale } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { rowRange } from "../../../src/math/rowBlocks.js";
import { assertClose, assertMatrix } from "../../helpers/close.js";

const schedule = variancePreserving({ betaD: 39.8, betaMin: 0.2 });
const points = normal(randomSource(1), 6, 2);
const settings = { epsilon: 0.01, maxWeight: 25, inputExponent: 1 };
const examples = (objective: "J0" | "J1", n: number) =>
  denoisingExamples(points, schedule, { ...settings, objective })(randomSource(2), n);

describe("Posterior means", () => {
  it("are the denoiser of the points, each row at a noise level of its own", () => {
    const sigmas = Float64Array.of(0.05, 0.3, 1, 5, 2e4);
    const z = normal(randomSource(3), 5, 2);
    const x = concatRows(Array.from(sigmas, (sigma, n) => scale(rowRange(z, n, n + 1), Math.hypot(1, sigma))));
    const { denoiser } = empiricalDistribution(points);
    const exact = Array.from(sigmas, (sigma, n) => denoiser(rowRange(x, n, n + 1), sigma));
    assertMatrix(posteriorMeans(points, x, sigmas), concatRows(exact), 1e-12);
  });

  it("are as exact far from 0, at small noise and of points that are there twice", () => {
    const [h, sigma] = [1e-4, 1e-4];
    const share = 1 / (1 + Math.exp((0.7 ** 2 - 0.3 ** 2) / 2)); // of the farther point at 0.3 h from the nearer one
    for (const far of [0, 100, -1e4]) {
      const pair = matrix(4, 1, Float64Array.of(far, far, far + h, far + h));
      const [m] = posteriorMeans(pair, matrix(1, 1, Float64Array.of(far + 0.3 * h)), Float64Array.of(sigma)).values;
      assertClose([(m - far) / h], [share], 1e-7); // h is not had to more digits there
    }
    const tiny = posteriorMeans(matrix(3, 1, Float64Array.of(1, 1, -1)), matrix(1, 1, Float64Array.of(1)), Float64Array.of(1e-150)); // prettier-ignore
    assertClose(tiny.values, [1], 1e-15);
  });
});

describe("Examples of denoising", () => {
  it("are the same of both objectives but for the targets", () => {
    const [j0, j1] = [examples("J0", 50), examples("J1", 50)];
    assert.deepEqual([j0.inputs, j0.weights], [j1.inputs, j1.weights]);
    assert.notDeepEqual(j0.targets, j1.targets);
    for (let n = 0; n < 50; n++)
      assert.ok(
        Array.from({ length: 6 }, (_, i) => row(points, i)).some((y) => y.every((v, j) => v === row(j1.targets, n)[j])),
      );
  });

  it("have targets of J1 whose mean given the input is that of J0", () => {
    const [j0, j1] = [examples("J0", 20_000), examples("J1", 20_000)];
    for (const f of [(u: number) => u, Math.sin, (u: number) => u ** 2]) {
      const products = Float64Array.from(
        { length: 20_000 },
        (_, n) => (row(j1.targets, n)[0] - row(j0.targets, n)[0]) * f(row(j0.inputs, n)[0]),
      );
      const { value, standardError } = estimateMean(products);
      assert.ok(Math.abs(value) < 4 * standardError, `${value} ± ${standardError}`);
    }
  });

  it("hold x_t, its noise, the time and a constant, and weights of the signal's ratio to the noise", () => {
    const { inputs, targets, weights } = examples("J1", 2000);
    let largest = 0;
    for (let n = 0; n < 2000; n++) {
      const [u, , x, , t, logVariance, one] = row(inputs, n);
      const deviation = Math.sqrt(1 - schedule.alpha(t) ** 2);
      assertClose([u * deviation, Math.exp(logVariance / 2), one], [x, deviation, 1], 1e-9);
      assert.ok(t >= 0.01 && t < 1);
      assertClose([weights.values[n]], [Math.min((schedule.alpha(t) / deviation) ** 2, 25)], 1e-9);
      largest = Math.max(largest, Math.abs(x - schedule.alpha(t) * row(targets, n)[0]) / deviation);
    }
    assert.ok(largest > 2.5 && largest < 5, `the largest of 2000 normal draws is ${largest}`);
  });

  it("make the denoiser of a stack see what it was trained on", () => {
    const { inputs } = examples("J0", 1);
    const [, , x, , t] = inputs.values;
    const seen: number[][] = [];
    const stack = { predict: (given: typeof inputs) => (seen.push([...given.values]), matrix(given.rows, 2)) };
    const alpha = schedule.alpha(t);
    const at = matrix(1, 2, Float64Array.of(x / alpha, inputs.values[3] / alpha));
    stackDenoiser(stack, schedule, settings)(at, schedule.noiseLevel(t));
    assertClose(seen[0], inputs.values, 1e-12);
    assertClose(
      networkInputs(schedule, 0, at, Float64Array.of(t)).values.subarray(0, 2),
      inputs.values.subarray(2, 4),
      1e-12,
    );
  });

  it("are of finite points, at times between 0 and 1, by positive weights", () => {
    const own = { ...settings, objective: "J0" } as const;
    assert.throws(() => denoisingExamples(matrix(0, 1), schedule, own), /: 0 points in 1 dimensions, expected/);
    assert.throws(() => denoisingExamples(matrix(1, 1, Float64Array.of(NaN)), schedule, own), /points holds NaN/);
    for (const wrong of [
      { epsilon: 0 },
      { epsilon: -1 },
      { epsilon: 1 },
      { maxWeight: 0 },
      { maxWeight: -1 },
      { maxWeight: NaN },
      { inputExponent: NaN },
    ])
      assert.throws(
        () => denoisingExamples(points, schedule, { ...own, ...wrong }),
        /^RangeError: denoisingExamples: the (least time|largest weight|exponent of the input) is .*, expected/,
      );
  });
});
