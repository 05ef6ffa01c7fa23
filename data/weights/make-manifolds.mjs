// Makes the networks trained on manifolds that are stored here: `npm run train:manifolds [-- PATTERN]`, all without a
// pattern. Interrupted, it goes on where it was.
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { trainingProgress } from "scorebook";
import { manifoldPoints } from "scorebook/datasets";
import { manifoldConfig, manifoldSeeds, manifoldWeights, trainWeights, trainedManifolds } from "scorebook/diffusion";

const only = new RegExp(process.argv[2] ?? "");
mkdirSync("out/training", { recursive: true });
for (const seed of manifoldSeeds)
  for (const manifold of trainedManifolds)
    for (const tied of [true, false]) {
      const name = manifoldWeights(manifold, tied, seed);
      if (!only.test(name) || (!process.argv[2] && existsSync(`data/weights/${name}.safetensors`))) continue;
      const checkpoint = `out/training/${name}.safetensors`;
      const bar = trainingProgress(name);
      await trainWeights(name, manifoldConfig(manifold, tied, seed), manifoldPoints(manifold).points, {
        checkpoint,
        progress: bar.progress,
      });
      bar.stop();
      rmSync(checkpoint, { force: true });
    }
