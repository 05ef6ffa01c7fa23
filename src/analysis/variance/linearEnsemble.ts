import { ensemble, type EnsembleOptions } from "../../math/ensemble.js";
import type { Matrix } from "../../math/matrix.js";
import { drawWeights, type AsymptoticModel } from "./asymptoticModel.js";
import type { FeatureFamily, FeatureSpec } from "./features.js";
import { sampleLinearModel, trainLinearModel, type FlowSettings } from "./linearEnsembleMember.js";
import type { LinearModelOptions } from "./linearModel.js";
import type { TrainingProblem } from "./trainingDraws.js";
import { randomSource } from "../../math/random.js";
import type { Objective } from "./denoisingExamples.js";

/** Models of one setting, trained on draws of their own, and what their flows make of noise. */
export interface LinearMembers {
  /** W of each model, shape [d, F] */
  readonly weights: readonly Matrix[];
  /** samples of each model, shape [count, d] */
  readonly samples: readonly Matrix[];
}

/** A setting of linearEnsembles: a problem, features and a number of draws. */
export interface LinearSetting extends LinearModelOptions {
  readonly problem: TrainingProblem;
  /** a family of one's own is a function, which threads cannot be given: it is computed in the calling thread */
  readonly features: FeatureSpec | FeatureFamily;
  /** the number of draws that each model is trained on */
  readonly P: number;
}

/** An ensemble of linear models: by both objectives from the same draws, sampled from the same noise. */
export interface LinearEnsemble extends LinearSetting, Readonly<Record<Objective, LinearMembers>> {}

/** Settings of ensembles of linear models. */
export interface LinearEnsembleOptions extends FlowSettings, EnsembleOptions {
  readonly models: number;
  /** model m of every setting has seed + m: the first draws of two settings with one problem are the same */
  readonly seed?: number;
}

/**
 * Trains ensembles of linear models on P fresh draws each and samples them, in worker threads. Model m of all settings
 * has the same seed, for its draws and for the noise that its flow begins with, so that settings can be compared in
 * pairs.
 *
 * @throws RangeError if models is not a positive integer
 * @throws Error as `ensemble` does
 */
export async function linearEnsembles(
  settings: readonly LinearSetting[],
  { models, seed = 1, count, steps, clamp, workers, ...options }: LinearEnsembleOptions,
): Promise<LinearEnsemble[]> {
  requireModels("linearEnsembles", models);
  const members = settings.flatMap((setting) =>
    Array.from({ length: models }, (_, m) => ({ ...setting, seed: seed + m, count, steps, clamp })),
  );
  const own = settings.some(({ features }) => "evaluate" in features);
  const results = own
    ? await inTurn(trainLinearModel, members, options)
    : await ensemble(trainLinearModel, memberModule, members, { workers, ...options });
  return settings.map((setting, k) => {
    const of = (objective: Objective): LinearMembers => {
      const mine = results.slice(k * models, (k + 1) * models).map((result) => result[objective]);
      return { weights: mine.map(({ weights }) => weights), samples: mine.map(({ samples }) => samples) };
    };
    return { ...setting, J0: of("J0"), J1: of("J1") };
  });
}

/**
 * Samples models that were not trained: their weights are drawn from the law of P draws, as the theory has it, and the
 * flow is that of `linearEnsembles`, from the same noise for the same seed.
 *
 * @throws RangeError if models is not a positive integer, or P is not positive
 * @throws Error as `ensemble` does
 */
export async function effectiveEnsemble(
  model: AsymptoticModel,
  P: number,
  { models, seed = 1, count, steps, clamp, workers, ...options }: LinearEnsembleOptions,
  objective: Objective = "J1",
): Promise<LinearMembers> {
  requireModels("effectiveEnsemble", models);
  const weights = drawWeights(model, P, models, randomSource(seed, P), objective);
  const { problem, features, form } = model;
  const members = weights.map((own, m) => ({
    model: { problem, features, form, weights: own },
    seed: seed + m,
    count,
    steps,
    clamp,
  }));
  const samples =
    "evaluate" in features
      ? await inTurn(sampleLinearModel, members, options)
      : await ensemble(sampleLinearModel, memberModule, members, { workers, ...options });
  return { weights, samples };
}

function requireModels(where: string, models: number): void {
  if (!(Number.isSafeInteger(models) && models > 0))
    throw new RangeError(`${where}: ${models} models, expected a positive integer`);
}

const memberModule = new URL("./linearEnsembleMember.js", import.meta.url);

/** Computes members one after the other in the calling thread: what holds functions cannot be copied to others. */
async function inTurn<M, R>(
  task: (member: M) => R,
  members: readonly M[],
  { progress, signal }: EnsembleOptions,
): Promise<R[]> {
  const results: R[] = [];
  for (const member of members) {
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    results.push(task(member));
    progress?.({ done: results.length, total: members.length });
  }
  return results;
}
