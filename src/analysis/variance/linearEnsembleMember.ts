import { randomSource } from "../../math/random.js";
import { matrix, type Matrix } from "../../math/matrix.js";
import type { FeatureFamily, FeatureSpec } from "./features.js";
import {
  fitLinearModel,
  linearDenoiser,
  sampleFlow,
  type LinearDenoiserOptions,
  type LinearModel,
  type LinearModelOptions,
} from "./linearModel.js";
import { trainingDraws, type TrainingProblem } from "./trainingDraws.js";
import type { Objective } from "./denoisingExamples.js";

/** How the samples of a model are drawn. */
export interface FlowSettings extends LinearDenoiserOptions {
  /** samples a model, 0 for none */
  readonly count: number;
  /** steps of Euler's method */
  readonly steps?: number;
}

/** One model of an ensemble. */
export interface LinearMember extends LinearModelOptions, FlowSettings {
  readonly seed: number;
  readonly problem: TrainingProblem;
  readonly features: FeatureSpec | FeatureFamily;
  readonly P: number;
}

/** Trains a model by both objectives on draws of its seed, and samples both from the same noise. */
export function trainLinearModel(
  member: LinearMember,
): Record<Objective, { readonly weights: Matrix; readonly samples: Matrix }> {
  const { problem, features, P, seed } = member;
  const models = fitLinearModel(problem, features, trainingDraws(problem, P, randomSource(seed)), member);
  const of = (model: LinearModel) => ({
    weights: model.weights,
    samples: sampleLinearModel({ ...member, model }),
  });
  return { J0: of(models.J0), J1: of(models.J1) };
}

/** Samples a model by its flow, from noise of the seed. */
export function sampleLinearModel({
  model,
  seed,
  count,
  steps,
  clamp,
}: FlowSettings & { readonly model: LinearModel; readonly seed: number }): Matrix {
  if (count === 0) return matrix(0, model.problem.points.cols);
  return sampleFlow(model.problem, linearDenoiser(model, { clamp }), { count, steps, source: randomSource(seed, 1) });
}
