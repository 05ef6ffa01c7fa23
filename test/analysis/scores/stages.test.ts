import assert from "node:assert/strict";
import { stageAt, storedStages, trainedStages, trainSeeds } from "../../../src/analysis/scores/stages.js";
import { ring } from "../../../src/datasets/sphere.js";
import { pretrainedConfigs } from "../../../src/diffusion/networks/pretrained.js";
import { normal, randomSource } from "../../../src/math/random.js";

const data = ring(20).points;
const config = { network: { kind: "mlp", hidden: [8] }, batch: 16, steps: 20 } as const;
const x = normal(randomSource(1), 5, 2);

describe("The stages of a training", () => {
  it("are the same whichever seeds were trained before, and differ between seeds", async () => {
    const [first, second] = await trainSeeds(data, config, [1, 2], [0, 20]);
    const [again] = await trainSeeds(data, config, [2], [0, 20]);
    for (const step of [0, 20])
      assert.deepEqual(stageAt(again, step).denoiser(x, 1), stageAt(second, step).denoiser(x, 1));
    assert.notDeepEqual(stageAt(first, 20).denoiser(x, 1), stageAt(second, 20).denoiser(x, 1));
  });

  it("do not depend on which others are asked for", async () => {
    const [every, last] = [[0, 10, 20], [20]].map((steps) => trainedStages(data, { ...config, seed: 3 }, steps));
    assert.deepEqual(stageAt(await every, 20).denoiser(x, 1), stageAt(await last, 20).denoiser(x, 1));
  });

  it("are stored from the initialization to the end", () =>
    assert.deepEqual(
      storedStages("ring").map(({ step }) => step),
      pretrainedConfigs.ring.stored,
    ));

  it("are found by their step only", () => {
    assert.throws(
      () => stageAt([{ step: 0 }, { step: 20 }], 10),
      /^RangeError: stageAt: no stage after 10 steps, expected one of 0, 20$/,
    );
  });
});
