import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { fitGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import {
  denoiserModel,
  trainDenoiser,
  trainingStates,
  withDefaults,
  type TrainingConfig,
  type TrainingOptions,
} from "../../../src/diffusion/networks/training.js";
import type { TrainingProgress } from "../../../src/diffusion/networks/meter.js";
import { Trainer } from "../../../src/diffusion/networks/trainer.js";
import { ring } from "../../../src/datasets/sphere.js";
import { addScaled, matrix, matrixFromRows, relativeError, row, takeRows } from "../../../src/math/matrix.js";
import { multiply } from "../../../src/math/multiply.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { readTensors } from "../../../src/math/safetensors.js";
import { assertMatrix } from "../../helpers/close.js";

const folder = mkdtempSync(path.join(tmpdir(), "scorebook-training-"));
after(() => rmSync(folder, { recursive: true }));

const data = ring(20).points;
const config: TrainingConfig = { network: { kind: "mlp", hidden: [16, 16] }, batch: 64, steps: 60, seed: 3 };

async function states(options: TrainingOptions = {}, changes: Partial<TrainingConfig> = {}) {
  const found: [number, Float32Array][] = [];
  for await (const { step, parameters } of trainingStates(data, { ...config, ...changes }, [0, 20, 60], options))
    found.push([step, parameters]);
  return found;
}

describe("Training", () => {
  it("gives the same parameters for the same seed, and others for another", async () => {
    const first = await states();
    assert.deepEqual(
      first.map(([step]) => step),
      [0, 20, 60],
    );
    assert.deepEqual(await states(), first);
    assert.notDeepEqual(await states({}, { seed: 4 }), first);
  });

  it("on a finite number of draws, towards posterior means, gives the same parameters again and from its checkpoint", async () => {
    const checkpoint = path.join(folder, "draws.safetensors");
    const changes = { target: "posterior mean", draws: 100, drawSeed: 5 } as const;
    const stop = new AbortController();
    const whole = await states({}, changes);
    assert.deepEqual(await states({}, changes), whole);
    for (const other of [
      { ...changes, drawSeed: 6 },
      { ...changes, draws: 120 },
      { ...changes, target: "sample" },
    ] as const)
      assert.notDeepEqual((await states({}, other)).slice(1), whole.slice(1));
    for await (const { step } of trainingStates(data, { ...config, ...changes }, [0, 20, 60], {
      checkpoint,
      signal: stop.signal,
      checkpointEvery: 0,
    }))
      if (step === 20) break;
    assert.deepEqual(await states({ checkpoint }, changes), whole);
  });

  it("shortens a gradient that is longer than asked for, and leaves others as they are", () => {
    const meanGradient = (maxNorm?: number) => {
      const full = withDefaults({ ...config, ...(maxNorm && { maxNorm }) });
      const trainer = new Trainer(denoiserModel(data, full), full, { points: data });
      trainer.advance();
      const { first } = trainer.state(); // Adam's mean of one gradient: 0.1 of it
      trainer.dispose();
      return first;
    };
    const free = meanGradient();
    const norm = 10 * Math.hypot(...free);
    assert.deepEqual(meanGradient(1.01 * norm), free);
    const short = meanGradient(norm / 4);
    assert.ok(Math.hypot(...short.map((g, i) => g - free[i] / 4)) < 1e-6 * norm);
  });

  it("records no setting that a config leaves out, so that stored ones stay what they are", () =>
    assert.deepEqual(Object.keys(withDefaults(config)).toSorted(), [
      "batch",
      "ema",
      "learningRate",
      "network",
      "pMean",
      "pStd",
      "seed",
      "steps",
      "warmup",
    ]));

  it("goes on after a kill as if there had been none", async () => {
    const checkpoint = path.join(folder, "killed.safetensors");
    const long = { ...config, steps: 1500 };
    const urls = ["diffusion/networks/training.js", "datasets/sphere.js"].map(
      (file) => new URL(`../../../src/${file}`, import.meta.url).href,
    );
    const code = `import { trainDenoiser } from "${urls[0]}"; import { ring } from "${urls[1]}"; await trainDenoiser(ring(20).points, ${JSON.stringify(long)}, { checkpoint: ${JSON.stringify(checkpoint)}, checkpointEvery: 0.05 })`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: "inherit" });
    const ended = once(child, "exit");
    while (!existsSync(checkpoint) && child.exitCode === null) await setTimeout(5);
    child.kill("SIGKILL");
    assert.deepEqual(await ended, [null, "SIGKILL"]);
    const step = Number(readTensors(checkpoint).metadata.step);
    assert.ok(step > 0 && step < 1500, `killed after step ${step}`);

    const last = async (options: TrainingOptions) => {
      for await (const { parameters } of trainingStates(data, long, [1500], options)) return parameters;
    };
    assert.deepEqual(await last({ checkpoint }), await last({}));
  }).timeout(60_000);

  it("read again from its checkpoint, has the states it had", async () => {
    const checkpoint = path.join(folder, "done.safetensors");
    const whole = await states({ checkpoint });
    assert.deepEqual(await states({ checkpoint }), whole);
    await assert.rejects(async () => {
      for await (const _ of trainingStates(data, config, [10], { checkpoint })) void _;
    }, /^RangeError: trainingStates: the checkpoint .*done\.safetensors is at step 60 and does not hold step 10; ask for the same steps as before, or remove it$/);
  });

  it("learns the denoiser of a Gaussian, with a linear network built in or not", async () => {
    const A = matrixFromRows([
      [1, 0.5],
      [0, 0.4],
    ]);
    const points = multiply(normal(randomSource(1), 4000, 2), A);
    const exact = fitGaussian(points).denoiser;
    const x = multiply(normal(randomSource(2), 500, 2), A);
    for (const [gaussian, bound] of [
      [false, 0.05],
      [true, 0.02],
    ] as const) {
      const net = await trainDenoiser(points, {
        network: { kind: "mlp", hidden: [32, 32] },
        batch: 256,
        steps: 1500,
        learningRate: 3e-3,
        seed: 1,
        gaussian,
      });
      for (const sigma of [0.2, 1]) {
        const error = relativeError(net.denoiser(x, sigma), exact(x, sigma));
        assert.ok(error < bound, `σ = ${sigma}, Gaussian built in: ${gaussian}: relative error ${error}`);
      }
    }
  }).timeout(60_000);

  describe("with labels", () => {
    const points = matrixFromRows([
      [-1, -1, -1, -1],
      [1, 1, 1, 1],
    ]);
    const labelled = { images: points, labels: [0, 1] };
    const classes: TrainingConfig = {
      network: { kind: "unet", side: 2, channels: [16], classes: 2 },
      sigmaData: 1,
      pMean: 0.7,
      pStd: 0.5,
      batch: 256,
      steps: 400,
      learningRate: 1e-2,
      warmup: 50,
      ema: 0.98,
      labelDropout: 0.3,
      seed: 1,
    };

    it("learns the denoiser of every class and, from the points shown without theirs, that of all", async () => {
      const net = await trainDenoiser(labelled, classes);
      const sigma = 2;
      const source = randomSource(1);
      for (const label of [0, 1]) {
        const own = takeRows(points, new Array<number>(50).fill(label));
        const x = addScaled(own, sigma, normal(source, 50, 4));
        // the posterior mean of two points a and -a is a tanh(a · x / σ²)
        const posterior = matrix(50, 4);
        for (let n = 0; n < 50; n++)
          row(posterior, n).fill(Math.tanh(row(x, n).reduce((sum, value) => sum + value, 0) / sigma ** 2));
        for (const [found, expected] of [
          [net.conditional(label).denoiser(x, sigma), own],
          [net.denoiser(x, sigma), posterior],
        ] as const) {
          const error = relativeError(found, expected);
          assert.ok(error < 0.15, `label ${label}: relative error ${error}`);
        }
      }
      net.dispose();
    }).timeout(60_000);

    it("leaves the weights of labels alone that it is never shown", async () => {
      const [[, before], [, later]] = await (async () => {
        const found: [number, Float32Array][] = [];
        for await (const { step, parameters } of trainingStates(
          labelled,
          { ...classes, ema: 0, steps: 20, labelDropout: 1 },
          [0, 20],
        ))
          found.push([step, parameters]);
        return found;
      })();
      const [own, end] = [9 * 64, 11 * 64]; // 9 noise features and 2 labels, each of 64 weights
      assert.deepEqual(later.subarray(own, end), before.subarray(own, end));
      assert.notDeepEqual(later.subarray(0, own), before.subarray(0, own));
    });

    it("goes on after a break as if there had been none, and tells what both parts cost", async () => {
      const checkpoint = path.join(folder, "labelled.safetensors");
      const last = async (options: TrainingOptions) => {
        for await (const { parameters, cpuSeconds } of trainingStates(
          labelled,
          { ...classes, batch: 16, steps: 1000 },
          [1000],
          options,
        ))
          return { parameters, cpuSeconds };
      };
      const stop = new AbortController();
      await assert.rejects(
        last({ checkpoint, signal: stop.signal, progress: () => stop.abort(new Error("break")) }),
        /^Error: break$/,
      );
      const { step, cpuSeconds } = readTensors(checkpoint).metadata;
      assert.ok(Number(step) > 0 && Number(step) < 1000, `stopped after step ${step}`);
      const [whole, resumed] = [await last({}), await last({ checkpoint })];
      assert.deepEqual(resumed!.parameters, whole!.parameters);
      assert.ok(Number(cpuSeconds) > 0 && resumed!.cpuSeconds > Number(cpuSeconds));
    }).timeout(60_000);

    it("refuses points without labels, or with labels that do not fit", async () => {
      await assert.rejects(
        trainDenoiser(points, classes),
        /^RangeError: trainDenoiser: points without labels for a network of 2 classes, expected \{ images, labels \}$/,
      );
      await assert.rejects(
        trainDenoiser({ images: points, labels: [0] }, classes),
        /^RangeError: trainDenoiser: 1 labels, expected 2, one for each point$/,
      );
      await assert.rejects(
        trainDenoiser({ images: points, labels: [0, 2] }, classes),
        /^RangeError: trainDenoiser: label 1 is 2, expected an integer from 0 to 1$/,
      );
      await assert.rejects(
        trainDenoiser(labelled, { ...classes, labelDropout: 2 }),
        /^RangeError: trainDenoiser: labelDropout is 2, expected a share from 0 to 1$/,
      );
    });
  });

  it("tells its progress and stops at a signal, and then at the checkpoint", async () => {
    const seen: TrainingProgress[] = [];
    const stop = new AbortController();
    const checkpoint = path.join(folder, "stopped.safetensors");
    const long: TrainingConfig = { ...config, steps: 1_000_000 };
    const promise = trainDenoiser(data, long, {
      checkpoint,
      signal: stop.signal,
      progress(p) {
        seen.push(p);
        stop.abort(new Error("enough"));
      },
    });
    await assert.rejects(promise, /^Error: enough$/);
    assert.ok(
      existsSync(checkpoint) && seen[0].step > 0 && seen[0].steps === 1_000_000 && seen[0].loss > 0 && seen[0].rate > 0,
    );
  });

  it("has a loss of 1 per coordinate at initialization", async () => {
    const points = normal(randomSource(1), 2000, 4);
    const losses: number[] = [];
    for await (const { loss } of trainingStates(points, { ...config, batch: 4000, warmup: 1e6, steps: 5 }, [5]))
      losses.push(loss);
    assert.ok(Math.abs(losses[0] - 1) < 0.05, `loss ${losses[0]}`);
  });

  it("refuses a checkpoint of another config or other data, and configs that are none", async () => {
    const checkpoint = path.join(folder, "stale.safetensors");
    await states({ checkpoint });
    await assert.rejects(
      states({ checkpoint }, { seed: 4 }),
      /^RangeError: trainDenoiser: the checkpoint .*stale\.safetensors is of another config, \{.*"seed":3.*\}; remove it or name another file$/,
    );
    await assert.rejects(
      trainDenoiser(
        matrix(
          20,
          2,
          data.values.map((v) => 2 * v),
        ),
        config,
        { checkpoint },
      ),
      /is of another data set; remove it or name another file$/,
    );
    await assert.rejects(
      trainDenoiser(data, { ...config, steps: 0 }),
      /^RangeError: trainDenoiser: steps is 0, expected a positive integer$/,
    );
    for (const [changes, message] of [
      [
        { target: "mean" as "sample" },
        /^RangeError: trainDenoiser: the target is "mean", expected "sample" or "posterior mean"$/,
      ],
      [{ draws: 0 }, /^RangeError: trainDenoiser: draws is 0, expected a positive integer$/],
      [{ drawSeed: 4 }, /^RangeError: trainDenoiser: drawSeed is 4 without draws; give their number, or leave it out/],
    ] as const)
      await assert.rejects(trainDenoiser(data, { ...config, ...changes }), message);
    await assert.rejects(
      trainDenoiser(matrix(3, 2, new Float64Array(6).fill(1)), config),
      /^RangeError: trainDenoiser: σ_data is 0, expected a positive number; points that are all the same have none of their own$/,
    );
    await assert.rejects(async () => {
      for await (const _ of trainingStates(data, config, [20, 10])) void _;
    }, /^RangeError: trainingStates: step 10 after 20, expected integers that increase from 0 to 60 at most$/);
  });

  it("can be left in the middle, and by differing batches comes to the same states", async () => {
    for await (const { denoiser } of trainingStates(data, config, [0, 60])) {
      const net = denoiser();
      assertMatrix(net.denoiser(data, 0), data, 0);
      net.dispose();
      break;
    }
  });
});
