// Makes the weights stored here: `npm run train:weights [-- NAME …]`, all without a name. Interrupted, it goes on where
// it was: what a training has come to lies in out/training until it is done.
import { mkdirSync, rmSync } from "node:fs";
import { digits, fashion, randomSource, trainingProgress } from "scorebook";
import { patches, ring } from "scorebook/datasets";
import { pretrainedConfigs, trainWeights } from "scorebook/diffusion";

const digits7 = () => digits({ pool: 4, count: 10_000 }).images;
const digits14 = () => digits({ pool: 2, count: 10_000 }).images;

const data = {
  "digits-7": digits7,
  "digits-7-2": digits7,
  "digits-7-3": digits7,
  "digits-14": digits14,
  "digits-14-2": digits14,
  "digits-14-3": digits14,
  ring: () => ring(20).points,
  "ring-2": () => ring(20).points,
  "ring-3": () => ring(20).points,
  "ring-5-points": () => ring(5).points,
  "ring-10-points": () => ring(10).points,
  "patches-16": () => patches(40_000, randomSource(1), { side: 16, pool: 2 }).images,
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
