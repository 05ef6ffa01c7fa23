import type { Matrix } from "../../math/matrix.js";
import type { VectorField } from "../../diffusion/distribution.js";
import type { TrainedDenoiser } from "../../diffusion/networks/networkDenoiser.js";
import { trainingStates, type TrainingConfig, type TrainingOptions } from "../../diffusion/networks/training.js";
import { loadDenoisers, type LoadOptions } from "../../diffusion/networks/weights.js";

/** A network after so many steps of training. */
export interface Stage extends Pick<VectorField, "score"> {
  readonly step: number;
}

/** A stage with all of its denoiser's functions. */
export type TrainedStage = Stage & TrainedDenoiser;

/**
 * The stored stages of a training, from the initialization on; of that from another seed where it has the same.
 *
 * @throws RangeError as loadDenoisers does
 */
export function storedStages(name: string, options: Pick<LoadOptions, "seed"> = {}): TrainedStage[] {
  return loadDenoisers(name, options).map(({ step, denoiser }) => ({ step, ...denoiser }));
}

/** The stages of a training done now, after the given numbers of steps. @throws RangeError as trainingStates does */
export async function trainedStages(
  data: Matrix,
  config: TrainingConfig,
  steps: readonly number[],
  options: TrainingOptions = {},
): Promise<TrainedStage[]> {
  const stages: TrainedStage[] = [];
  for await (const state of trainingStates(data, config, steps, options))
    stages.push({ step: state.step, ...state.denoiser() });
  return stages;
}

/**
 * Trains the same network from each of several seeds, which decide its initial weights, the batches and the noise, and
 * gives the stages of every training.
 *
 * @throws RangeError as trainingStates does
 */
export async function trainSeeds(
  data: Matrix,
  config: Omit<TrainingConfig, "seed">,
  seeds: readonly number[],
  steps: readonly number[],
): Promise<TrainedStage[][]> {
  const trainings: TrainedStage[][] = [];
  for (const seed of seeds) trainings.push(await trainedStages(data, { ...config, seed }, steps));
  return trainings;
}

/**
 * Finds the stage after a number of steps.
 *
 * @throws RangeError if there is none
 */
export function stageAt<S extends { readonly step: number }>(stages: readonly S[], step: number): S {
  const found = stages.find((stage) => stage.step === step);
  if (!found)
    throw new RangeError(
      `stageAt: no stage after ${step} steps, expected one of ${stages.map((stage) => stage.step).join(", ")}`,
    );
  return found;
}
