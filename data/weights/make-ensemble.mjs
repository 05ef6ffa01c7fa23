// Makes the ensembles of networks that differ in their noise draws alone: `npm run train:ensemble [-- PATTERN]`, all
// without a pattern. Interrupted, it goes on where it was.
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { trainingProgress } from "scorebook";
import { ensembleConfig, ensembleDigits, ensembleSeeds, ensembleWeights, trainWeights } from "scorebook/diffusion";

const only = new RegExp(process.argv[2] ?? "");
const data = ensembleDigits();
mkdirSync("out/training", { recursive: true });
for (const drawSeed of ensembleSeeds)
  for (const target of ["sample", "posterior mean"]) {
    const name = ensembleWeights(target, drawSeed);
    if (!only.test(name) || (!process.argv[2] && existsSync(`data/weights/${name}.safetensors`))) continue;
    const checkpoint = `out/training/${name}.safetensors`;
    const bar = trainingProgress(name);
    await trainWeights(name, ensembleConfig(target, drawSeed), data, { checkpoint, progress: bar.progress });
    bar.stop();
    rmSync(checkpoint, { force: true });
  }
