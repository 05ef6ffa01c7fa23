import type { Matrix } from "../../math/matrix.js";
import { Checkpoint } from "./checkpoint.js";
import { fitGaussian } from "../distributions/gaussian.js";
import { networkDenoiser, type DenoiserModel, type NetworkDenoiser } from "./networkDenoiser.js";
import { Meter, type TrainingProgress } from "./meter.js";
import type { NetworkSpec } from "./network.js";
import { requirePoints } from "../score.js";
import { coordinateDeviation, Trainer, type TrainingSettings } from "./trainer.js";
import { classesOf, trainingPoints, type TrainingData } from "./trainingData.js";

/**
 * Everything besides the data that determines a trained denoiser, bit for bit on one machine. Plain data; defaults in
 * `withDefaults`.
 */
export interface TrainingConfig extends Partial<TrainingSettings> {
  readonly network: NetworkSpec;
  readonly batch: number;
  readonly steps: number;
  readonly seed: number;
  /** σ_data of the preconditioning; without it √ of the mean variance of a coordinate of the data */
  readonly sigmaData?: number;
  /**
   * builds the denoiser of the Gaussian with the data's mean and covariance in, so that the network learns what that
   * one lacks
   */
  readonly gaussian?: boolean;
}

/** Karras et al.'s noise levels and this project's rates. */
export function withDefaults(config: TrainingConfig): TrainingConfig & TrainingSettings {
  const full = {
    ...{ pMean: -1.2, pStd: 1.2, learningRate: 1e-3, warmup: 200, ema: 0.999 },
    ...(classesOf(config.network) > 0 && { labelDropout: 0.1 }),
    ...config,
  };
  for (const name of ["batch", "steps"] as const)
    if (!(Number.isSafeInteger(full[name]) && full[name] > 0))
      throw new RangeError(`trainDenoiser: ${name} is ${full[name]}, expected a positive integer`);
  for (const name of ["pStd", "learningRate"] as const)
    if (!(full[name] > 0 && full[name] < Infinity))
      throw new RangeError(`trainDenoiser: ${name} is ${full[name]}, expected a positive number`);
  if (full.maxNorm !== undefined && !(full.maxNorm > 0))
    throw new RangeError(`trainDenoiser: maxNorm is ${full.maxNorm}, expected a positive number`);
  if (!(full.ema >= 0 && full.ema < 1))
    throw new RangeError(`trainDenoiser: ema is ${full.ema}, expected a decay from 0 to below 1`);
  if (full.labelDropout !== undefined && !(full.labelDropout >= 0 && full.labelDropout <= 1))
    throw new RangeError(`trainDenoiser: labelDropout is ${full.labelDropout}, expected a share from 0 to 1`);
  if (!["sample", "posterior mean", undefined].includes(full.target))
    throw new RangeError(
      `trainDenoiser: the target is ${JSON.stringify(full.target)}, expected "sample" or "posterior mean"`,
    );
  if (full.draws !== undefined && !(Number.isSafeInteger(full.draws) && full.draws > 0))
    throw new RangeError(`trainDenoiser: draws is ${full.draws}, expected a positive integer`);
  if (full.drawSeed !== undefined && full.draws === undefined)
    throw new RangeError(
      `trainDenoiser: drawSeed is ${full.drawSeed} without draws; give their number, or leave it out: draws that are new in every step are of the seed`,
    );
  return full;
}

/** A denoiser on the way of its training. */
export interface TrainingState {
  readonly step: number;
  /** mean loss per coordinate since the state before, NaN if read from a checkpoint */
  readonly loss: number;
  /** averaged parameters */
  readonly parameters: Float32Array;
  /** processor time that the process has used since the training began, what was lost in a break left out */
  readonly cpuSeconds: number;
  /** the denoiser as it is now; to be disposed of by who asks for it */
  denoiser(): NetworkDenoiser;
}

/** Settings of a training that do not change its result. */
export interface TrainingOptions {
  /** called about twice a second */
  readonly progress?: (progress: TrainingProgress) => void;
  /** stops the training between two steps: the call then throws the signal's reason */
  readonly signal?: AbortSignal;
  /**
   * A file from which training goes on, if it is there, and which it keeps up to date. The result is that of training
   * without a break.
   */
  readonly checkpoint?: string;
  /** seconds between two writings of the checkpoint; default 60 */
  readonly checkpointEvery?: number;
}

/**
 * Trains a denoiser D(x, σ) by denoising score matching: Adam on the mean of ‖F - (x_0 - c_skip x_σ) / c_out‖² over the
 * data x_0, shape [n, d], ln σ ~ N(P_mean, P_std²) and noise, the weight of Karras et al. (arXiv 2206.00364) in terms
 * of D. A network with classes is shown the points' labels, but for a share of them (`labelDropout`), and so learns the
 * denoiser of each class and that of all together. Gives the denoiser with averaged parameters. The same config and
 * data give the same parameters; it lets other work run some twenty times a second.
 *
 * @example
 * const config = { network: { kind: "mlp", hidden: [64, 64] }, batch: 512, steps: 4000, seed: 1 } as const;
 * const net = await trainDenoiser(ring(20).points, config);
 *
 * @throws RangeError if the data are not finite or lack labels that the network reads, the config does not fit them, the loss is no longer finite, or the
 * checkpoint is of another config or other data
 */
export async function trainDenoiser(
  data: TrainingData,
  config: TrainingConfig,
  options: TrainingOptions = {},
): Promise<NetworkDenoiser> {
  let denoiser: NetworkDenoiser | undefined;
  for await (const state of trainingStates(data, config, [config.steps], options)) denoiser = state.denoiser();
  return denoiser!;
}

/**
 * The same with the states after the given numbers of steps, in increasing order, 0 being the initialization: how a
 * denoiser comes to be.
 *
 * @throws RangeError as trainDenoiser does, or if the steps do not increase up to the config's at most
 */
export async function* trainingStates(
  data: TrainingData,
  config: TrainingConfig,
  at: readonly number[],
  { progress, signal, checkpoint, checkpointEvery = 60 }: TrainingOptions = {},
): AsyncGenerator<TrainingState, void, undefined> {
  const full = withDefaults(config);
  signal?.throwIfAborted();
  at.forEach((step, i) => {
    if (!(Number.isSafeInteger(step) && step >= 0 && step > (at[i - 1] ?? -1) && step <= config.steps))
      throw new RangeError(
        `trainingStates: step ${step} after ${at[i - 1] ?? "none"}, expected integers that increase from 0 to ${config.steps} at most`,
      );
  });
  const own = trainingPoints(data, config.network);
  const model = denoiserModel(own.points, config);
  const file = checkpoint === undefined ? undefined : new Checkpoint(checkpoint, full, own);
  const before = file?.read();
  const states = new Map(before?.states);
  const trainer = new Trainer(model, full, own, before?.state);
  const cpu = process.cpuUsage();
  const cpuSeconds = () => {
    const { user, system } = process.cpuUsage(cpu);
    return (before?.cpuSeconds ?? 0) + (user + system) / 1e6;
  };
  const save = () => file?.write({ state: trainer.state(), states, cpuSeconds: cpuSeconds() });
  const stateOf = (step: number, loss: number, parameters: Float32Array): TrainingState => ({
    step,
    loss,
    parameters,
    cpuSeconds: cpuSeconds(),
    denoiser: () => networkDenoiser(model, parameters),
  });
  try {
    const meter = new Meter(full.steps, progress);
    let [saved, paused] = [performance.now(), performance.now()];
    for (const target of at) {
      while (trainer.step < target) {
        meter.add(trainer.advance(), trainer.step);
        const now = performance.now();
        if (now - paused > 50) {
          await new Promise((resolve) => setImmediate(resolve));
          if (signal?.aborted) {
            save();
            throw signal.reason;
          }
          paused = performance.now();
        }
        if (file && now - saved > 1000 * checkpointEvery) {
          save();
          saved = performance.now();
        }
      }
      const known = states.get(target);
      if (!known && trainer.step > target)
        throw new RangeError(
          `trainingStates: the checkpoint ${checkpoint} is at step ${trainer.step} and does not hold step ${target}; ask for the same steps as before, or remove it`,
        );
      const parameters = known ?? trainer.average();
      states.set(target, parameters);
      meter.end();
      yield stateOf(target, known ? NaN : meter.takeLoss(), parameters);
    }
    save();
  } finally {
    trainer.dispose();
  }
}

/** Returns the network and preconditioning that a config means for given data. */
export function denoiserModel(data: Matrix, { network, sigmaData, gaussian }: TrainingConfig): DenoiserModel {
  if (data.rows === 0 || data.cols === 0)
    throw new RangeError(
      `trainDenoiser: ${data.rows} points in ${data.cols} dimensions, expected at least one of each`,
    );
  requirePoints("trainDenoiser", "the data", data, data.cols);
  const deviation = sigmaData ?? coordinateDeviation(data);
  if (!(deviation > 0 && deviation < Infinity))
    throw new RangeError(
      `trainDenoiser: σ_data is ${deviation}, expected a positive number; points that are all the same have none of their own`,
    );
  return { network, dimension: data.cols, sigmaData: deviation, ...(gaussian && { gaussian: fitGaussian(data) }) };
}
