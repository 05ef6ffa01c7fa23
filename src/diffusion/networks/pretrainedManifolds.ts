import { manifoldPoints } from "../../datasets/manifolds.js";
import type { Matrix } from "../../math/matrix.js";
import type { Source } from "../../math/random.js";
import type { TrainedDenoiser } from "./networkDenoiser.js";
import type { PretrainedConfig } from "./pretrained.js";
import { loadDenoiser } from "./weights.js";

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

/** A stored network and its training set. */
export interface ManifoldNetwork {
  readonly manifold: TrainedManifold;
  /** whether its score is a gradient */
  readonly tied: boolean;
  readonly seed: number;
  /** of the manifold */
  readonly dimension: number;
  /** the training set, shape [4000, D] */
  readonly points: Matrix;
  readonly denoiser: TrainedDenoiser;
}

/**
 * Loads the networks of the given seeds on every manifold, the tied ones of each first. With `shuffle` their weights
 * are in random order within each layer: the control that has learned nothing.
 *
 * @throws RangeError if there is no file of a seed
 */
export function loadManifoldNetworks(
  seeds: readonly number[] = manifoldSeeds,
  { shuffle }: { readonly shuffle?: Source } = {},
): ManifoldNetwork[] {
  return trainedManifolds.flatMap((manifold) => {
    const { points, dimension } = manifoldPoints(manifold);
    return [true, false].flatMap((tied) =>
      seeds.map((seed) => {
        const config = manifoldConfig(manifold, tied, seed);
        const denoiser = loadDenoiser(manifoldWeights(manifold, tied, seed), { config, data: points, shuffle });
        return { manifold, tied, seed, dimension, points, denoiser };
      }),
    );
  });
}
