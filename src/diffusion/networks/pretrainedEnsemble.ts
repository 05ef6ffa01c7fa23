import { digits } from "../../datasets/digits.js";
import type { Matrix } from "../../math/matrix.js";
import { randomSource } from "../../math/random.js";
import { hiddenFeatures, type Features } from "./hiddenFeatures.js";
import { networkDenoiser, type TrainedDenoiser } from "./networkDenoiser.js";
import type { PretrainedConfig } from "./pretrained.js";
import type { TrainingSettings } from "./trainer.js";
import { loadModel } from "./weights.js";

/** What a network is trained towards: "sample", denoising score matching, or "posterior mean", the same without noise. */
export type TrainingTarget = NonNullable<TrainingSettings["target"]>;

/** The seeds of the draws of the ensembles' networks that are stored. */
export const ensembleSeeds = [1, 2, 3, 4, 5, 6, 7, 8] as const;

/**
 * Returns the training set of the ensembles, shape [1000, 49]: a random choice of the digits, since the file has them
 * writer by writer. So few that the noise of one in twenty thousand draws is seen in the network, and enough to make
 * digits of.
 */
export function ensembleDigits(): Matrix {
  return digits({ pool: 4, count: 1000, source: randomSource(0) }).images;
}

/** The name of the stored training of one network of an ensemble. */
export function ensembleWeights(target: TrainingTarget, drawSeed: number): string {
  return `draws-${target.replace(" ", "-")}-${drawSeed}`;
}

/**
 * Twenty draws of (σ, z) for each digit, of a seed of their own; initialization and order of the data are those of all
 * networks of both ensembles.
 */
export function ensembleConfig(
  target: TrainingTarget,
  drawSeed: number,
): PretrainedConfig & Required<Pick<PretrainedConfig, "pMean" | "pStd">> {
  return {
    data: "ensembleDigits()",
    network: { kind: "mlp", hidden: [128, 128] },
    pMean: -0.4,
    pStd: 1.2,
    batch: 128,
    steps: 10_000,
    seed: 1,
    target,
    draws: 20_000,
    drawSeed,
    stored: [10_000],
  };
}

/** One stored network of an ensemble. */
export interface EnsembleMember {
  readonly target: TrainingTarget;
  readonly drawSeed: number;
  readonly denoiser: TrainedDenoiser;
  /** σ_data of its preconditioning */
  readonly sigmaData: number;
  /** its last hidden layer */
  readonly features: Features;
}

/**
 * Loads the networks that were trained on the same digits towards the same target and differ in their noise draws alone.
 *
 * @throws RangeError if there is no file of a seed
 */
export function loadEnsemble(target: TrainingTarget, drawSeeds: readonly number[] = ensembleSeeds): EnsembleMember[] {
  const data = ensembleDigits();
  return drawSeeds.map((drawSeed) => {
    const config = ensembleConfig(target, drawSeed);
    const { model, parameters } = loadModel(ensembleWeights(target, drawSeed), { config, data });
    return {
      target,
      drawSeed,
      denoiser: networkDenoiser(model, parameters),
      sigmaData: model.sigmaData,
      features: hiddenFeatures(model, parameters),
    };
  });
}
