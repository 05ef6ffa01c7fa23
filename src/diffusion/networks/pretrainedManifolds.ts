import type { PretrainedConfig } from "./pretrained.js";

/** The manifolds on which small networks are trained; the points are those of `manifoldPoints`. */
export const trainedManifolds = ["plane", "circle", "sphere"] as const;
/** The name of a manifold on which networks were trained. */
export type TrainedManifold = (typeof trainedManifolds)[number];

/** Seeds of the trainings that are stored. */
export const manifoldSeeds = [1, 2, 3] as const;

/** The name of the stored training of a network on a manifold. */
export function manifoldWeights(manifold: TrainedManifold, tied: boolean, seed: number): string {
  return `${manifold}-${tied ? "tied" : "untied"}-${seed}`;
}

/**
 * One hidden layer, tied (its score is a gradient) or untied, otherwise the same; noise levels low enough to see the
 * manifold.
 */
export function manifoldConfig(manifold: TrainedManifold, tied: boolean, seed: number): PretrainedConfig {
  return {
    data: `manifoldPoints("${manifold}").points`,
    network: { kind: "potential", hidden: 128, tied },
    pMean: -1.8,
    pStd: 1.2,
    learningRate: 2e-3,
    batch: 256,
    steps: 2000,
    seed,
    stored: [2000],
  };
}
