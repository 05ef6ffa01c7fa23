// Makes the weights stored here: `npm run train:weights [-- NAME …]`, all without a name. Interrupted, it goes on where
// it was: what a training has come to lies in out/training until it is done.
import { mkdirSync, rmSync } from "node:fs";
import { trainingProgress } from "scorebook";
import { ring } from "scorebook/datasets";
import { pretrainedConfigs, pretrainedImages, trainWeights } from "scorebook/diffusion";

const points = { ring: 20, "ring-2": 20, "ring-3": 20, "ring-10-points": 10, "ring-5-points": 5 };

/** What a network is trained on: images with their labels where it reads them. */
function data(name) {
  if (name in points) return ring(points[name]).points;
  const { train } = pretrainedImages(name);
  return pretrainedConfigs[name].network.classes ? train : train.images;
}

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(pretrainedConfigs);
for (const name of names)
  if (!pretrainedConfigs[name])
    throw new RangeError(`no config is called ${name}; there are ${Object.keys(pretrainedConfigs).join(", ")}`);
mkdirSync("out/training", { recursive: true });
for (const name of names) {
  const checkpoint = `out/training/${name}.safetensors`;
  const bar = trainingProgress(name);
  await trainWeights(name, pretrainedConfigs[name], data(name), { checkpoint, progress: bar.progress });
  bar.stop();
  rmSync(checkpoint, { force: true });
}
