import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../files/packageRoot.js";
import type { Source } from "../../math/random.js";
import { readTensors, writeTensors } from "../../math/safetensors.js";
import { tensorflowPackage } from "../../math/backend/tensorflow.js";
import type { Precision } from "../../math/backend/tensors.js";
import { canonical, fingerprint } from "./checkpoint.js";
import { fitGaussian } from "../distributions/gaussian.js";
import { networkDenoiser, type DenoiserModel, type NetworkDenoiser } from "./networkDenoiser.js";
import { pretrainedConfigs, type PretrainedConfig } from "./pretrained.js";
import { pointsOf, type TrainingData } from "./trainingData.js";
import { shuffledParameters } from "./shuffled.js";
import { denoiserModel, withDefaults, trainingStates, type TrainingOptions } from "./training.js";

const folder = join(packageRoot, "data", "weights");
const fileOf = (name: string) => join(folder, `${name}.safetensors`);

/** Settings of loadDenoiser. */
export interface LoadOptions {
  /** the number of training steps, one of those stored; without it the last */
  readonly step?: number;
  /** the network that another seed gives by the same training, if it is stored at the steps asked for; else the named one */
  readonly seed?: number;
  /** the config that the file must be of, if not the one that `pretrainedConfigs` has under the name */
  readonly config?: PretrainedConfig;
  /** the data, to make sure that they are the ones trained on; needed where the config builds their Gaussian in */
  readonly data?: TrainingData;
  readonly precision?: Precision;
  /** puts the weights within each layer in random order: the control that has learned nothing */
  readonly shuffle?: Source;
}

/**
 * A denoiser trained before: `data/weights/<name>.safetensors`, if it was made by the config of this name.
 *
 * @throws RangeError if there is no such config or file, the file is of another config or other data, or does not hold
 * the step
 */
export function loadDenoiser(name: string, options: LoadOptions = {}): NetworkDenoiser {
  const { model, parameters } = storedAt("loadDenoiser", name, options);
  return networkDenoiser(model, parameters, options);
}

/**
 * The network of a denoiser trained before and its averaged parameters.
 *
 * @throws RangeError as loadDenoiser does
 */
export function loadModel(
  name: string,
  options: Omit<LoadOptions, "precision"> = {},
): { readonly model: DenoiserModel; readonly parameters: Float32Array } {
  return storedAt("loadModel", name, options);
}

/**
 * The denoisers of all steps that are stored of a training, by increasing step, of one reading of the file. @throws
 * RangeError as loadDenoiser does
 */
export function loadDenoisers(
  name: string,
  options: Omit<LoadOptions, "step"> = {},
): { readonly step: number; readonly denoiser: NetworkDenoiser }[] {
  const { model, tensors } = stored("loadDenoisers", ofSeed(name, options, pretrainedConfigs[name]?.stored), options);
  return Object.keys(tensors).map((step) => ({
    step: Number(step),
    denoiser: networkDenoiser(model, tensors[step], options),
  }));
}

function storedAt(where: string, name: string, { step, ...options }: LoadOptions) {
  const wanted = step ?? pretrainedConfigs[name]?.stored.at(-1);
  const { model, tensors } = stored(where, ofSeed(name, options, [wanted]), options);
  const steps = Object.keys(tensors).map(Number);
  if (step !== undefined && !steps.includes(step))
    throw new RangeError(`${where}: ${name} has no step ${step}; stored are ${steps.join(", ")}`);
  return { model, parameters: tensors[step ?? Math.max(...steps)] };
}

/** The name of the same training from the seed asked for, if its file holds the steps; else the name itself. */
function ofSeed(name: string, { seed, config }: LoadOptions, steps: readonly (number | undefined)[] = []): string {
  if (seed === undefined || config || !(name in pretrainedConfigs)) return name;
  const recipe = ({ stored: _, seed: __, ...own }: PretrainedConfig) => canonical(own);
  const found = Object.entries(pretrainedConfigs).find(
    ([, other]) =>
      other.seed === seed &&
      recipe(other) === recipe(pretrainedConfigs[name]) &&
      steps.every((step) => other.stored.some((own) => own === step)),
  );
  return found?.[0] ?? name;
}

function stored(where: string, name: string, { data: given, shuffle, config = pretrainedConfigs[name] }: LoadOptions) {
  const data = given && pointsOf(given);
  if (!config)
    throw new RangeError(
      `${where}: no config is called ${JSON.stringify(name)}; there are ${Object.keys(pretrainedConfigs).join(", ")}`,
    );
  const { tensors, metadata } = readStored(where, name, config);
  if (data && fingerprint(data) !== metadata.data)
    throw new RangeError(`${where}: ${name} was trained on other data than these; take ${config.data}`);
  if (config.gaussian && !data)
    throw new RangeError(`${where}: ${name} has the data's Gaussian built in; give the data, ${config.data}`);
  const model: DenoiserModel = {
    network: config.network,
    dimension: Number(metadata.dimension),
    sigmaData: Number(metadata.sigmaData),
    ...(config.gaussian && { gaussian: fitGaussian(data!) }),
  };
  if (!shuffle) return { model, tensors };
  const shuffled = Object.entries(tensors).map(
    ([step, values]) => [step, shuffledParameters(model.network, model.dimension, values, shuffle)] as const,
  );
  return { model, tensors: Object.fromEntries(shuffled) };
}

/** What makes the file: the script knows the configs of `pretrainedConfigs` alone. */
const maker = (name: string) => (name in pretrainedConfigs ? `\`npm run train:weights -- ${name}\`` : "trainWeights");

function readStored(where: string, name: string, config: PretrainedConfig) {
  const file = fileOf(name);
  if (!existsSync(file))
    throw new RangeError(
      `${where}: there is no ${file}; take it from data/weights of the repository, or make it with ${maker(name)}`,
    );
  const stored = readTensors(file);
  if (stored.metadata.recipe !== recorded(config))
    throw new RangeError(
      `${where}: ${file} was made by another config, ${stored.metadata.recipe}, than the one asked for, ${recorded(config)}; make it again with ${maker(name)}`,
    );
  return stored;
}

/**
 * Trains by the config and stores the averaged parameters of its steps in float16, half the bytes of float32, with the
 * processor time that it took; the rounding changes D by about 1e-4 of its size and the loss in the fifth digit.
 *
 * @throws as trainDenoiser does
 */
export async function trainWeights(
  name: string,
  config: PretrainedConfig,
  data: TrainingData,
  options: TrainingOptions = {},
): Promise<void> {
  const tensors: Record<string, Float32Array> = {};
  let cpu = NaN;
  for await (const { step, parameters, cpuSeconds } of trainingStates(data, config, config.stored, options)) {
    tensors[step] = parameters;
    cpu = cpuSeconds;
  }
  const { dimension, sigmaData } = denoiserModel(pointsOf(data), config);
  writeTensors(
    fileOf(name),
    {
      tensors,
      metadata: {
        recipe: recorded(config),
        data: fingerprint(pointsOf(data)),
        dimension: String(dimension),
        sigmaData: String(sigmaData),
        cpuSeconds: String(Math.round(cpu)),
        versions: canonical({ tensorflow: tensorflowPackage().version, node: process.versions.node }),
      },
    },
    { half: true },
  );
}

const recorded = (config: PretrainedConfig): string => canonical(withDefaults(config));
