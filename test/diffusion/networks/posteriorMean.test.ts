import assert from "node:assert/strict";
import { ring } from "../../../src/datasets/sphere.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";
import { drawing } from "../../../src/diffusion/networks/draws.js";
import { posteriorMeanTensors } from "../../../src/diffusion/networks/posteriorMeanTensors.js";
import { Trainer } from "../../../src/diffusion/networks/trainer.js";
import { denoiserModel, withDefaults, type TrainingConfig } from "../../../src/diffusion/networks/training.js";
import { download, tidy, upload } from "../../../src/math/backend/tensors.js";
import { addScaled, matrix, row, scale, takeRows, type Matrix } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { mean, standardError } from "../../../src/math/stats.js";
import { assertMatrix } from "../../helpers/close.js";

const data = ring(20).points;
const config: TrainingConfig = { network: { kind: "mlp", hidden: [8] }, batch: 256, steps: 10, seed: 3 };

/** (1 - β₁) · the gradient of a first step: Adam's mean of it. */
function firstGradient(points: Matrix, changes: Partial<TrainingConfig>, seed: number): Float32Array {
  const full = withDefaults({ ...config, ...changes, seed: 3 });
  const trainer = new Trainer(denoiserModel(points, full), full, { points });
  const { rows, sigmas, noise } = drawing({ ...full, seed }, points.rows, points.cols).at(0);
  trainer.advance({ rows, sigmas, noise });
  const { first } = trainer.state();
  trainer.dispose();
  return first;
}

describe("The posterior mean as a target", () => {
  it("is the denoiser of the data's empirical distribution, at small σ too", () => {
    const exact = empiricalDistribution(data).denoiser;
    const { excess, dispose } = posteriorMeanTensors(data, undefined);
    for (const sigma of [1e-3, 0.05, 0.3, 2, 50]) {
      const rows = Int32Array.from({ length: 30 }, (_, i) => i % 20);
      const clean = takeRows(data, rows);
      const x = addScaled(clean, sigma, normal(randomSource(1), 30, 2));
      const single = new Float32Array(x.values);
      const seen = tidy(() =>
        download(
          excess(upload(single, [30, 2], "float32"), {
            rows,
            sigmas: new Float64Array(30).fill(sigma),
            noise: x,
          }),
        ),
      );
      const expected = addScaled(exact(matrix(30, 2, Float64Array.from(single)), sigma), -1, clean);
      const absolute = addScaled(matrix(30, 2, Float64Array.from(seen)), -1, expected);
      assertMatrix(absolute, scale(clean, 0), 1e-6, `σ = ${sigma}`);
    }
    dispose();
  });

  it("has the gradient of the samples in the mean over draws, and a less noisy one", () => {
    const seeds = Array.from({ length: 60 }, (_, k) => k);
    const [J1, J0] = (["sample", "posterior mean"] as const).map((target) =>
      seeds.map((seed) => firstGradient(data, { target }, seed)),
    );
    const some = J1[0].map((_, i) => i).filter((i) => J1[0][i] !== 0); // at initialization the last layer's alone
    assert.equal(some.length, 18);
    for (const i of some) {
      const apart = J1.map((gradient, k) => gradient[i] - J0[k][i]);
      const z = mean(apart) / standardError(apart);
      assert.ok(Math.abs(z) < 4, `parameter ${i}: z = ${z}`);
    }
    const spread = (gradients: readonly Float32Array[]) =>
      some.reduce((sum, i) => sum + standardError(gradients.map((gradient) => gradient[i])) ** 2, 0);
    assert.ok(spread(J0) < spread(J1), `${spread(J0)} of posterior means, ${spread(J1)} of samples`);
  });

  it("is the sample where there is only one, to the last bit", () => {
    const one = matrix(1, 2, Float64Array.of(0.3, -0.7));
    assert.deepEqual(
      firstGradient(one, { target: "posterior mean", sigmaData: 0.5 }, 1),
      firstGradient(one, { target: "sample", sigmaData: 0.5 }, 1),
    );
  });

  it("of a finite number of draws is the one computed anew, with a Gaussian built in too", () => {
    for (const gaussian of [false, true]) {
      const full = withDefaults({ ...config, target: "posterior mean", draws: 1500, batch: 1500, gaussian });
      const gradients = [true, false].map((keepPlaces) => {
        const trainer = new Trainer(denoiserModel(data, full), full, { points: data });
        const { places, ...draws } = drawing(full, data.rows, data.cols).at(0);
        trainer.advance(keepPlaces ? { ...draws, places } : draws);
        const { first } = trainer.state();
        trainer.dispose();
        return matrix(1, first.length, Float64Array.from(first));
      });
      assertMatrix(gradients[0], gradients[1], 1e-5, `Gaussian built in: ${gaussian}`);
      assert.ok(row(gradients[0], 0).some((value) => value !== 0));
    }
  });
});
