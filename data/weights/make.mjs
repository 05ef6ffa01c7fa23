// Makes the weights stored here: `npm run train:weights [-- NAME …]`, all without a name. Interrupted, it goes on where
// it was: what a training has come to lies in out/training until it is done.
import { mkdirSync, rmSync } from "node:fs";
import { digits, fashion, trainingProgress } from "scorebook";
import { ring } from "scorebook/datasets";
import { pretrainedConfigs, trainWeights } from "scorebook/diffusion";

const data = {
  "digits-7": () => digits({ pool: 4, count: 10_000 }).images,
  "digits-14": () => digits({ pool: 2, count: 10_000 }).images,
  ring: () => ring(20).points,
  "ring-2": () => ring(20).points,
  "ring-3": () => ring(20).points,
  "ring-5-points": () => ring(5).points,
  "ring-10-points": () => ring(10).points,
  "digits-28-1": digits,
  "fashion-28-1": fashion,
  "digits-28-2": digits,
  "fashion-28-2": fashion,
};

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(pretrainedConfigs);
for (const name of names)
  if (!pretrainedConfigs[name])
    throw new RangeError(`no config is called ${name}; there are ${Object.keys(pretrainedConfigs).join(", ")}`);
mkdirSync("out/training", { recursive: true });
for (const name of names) {
  const checkpoint = `out/training/${name}.safetensors`;
  const bar = trainingProgress(name);
  await trainWeights(name, pretrainedConfigs[name], data[name](), { checkpoint, progress: bar.progress });
  bar.stop();
  rmSync(checkpoint, { force: true });
}
