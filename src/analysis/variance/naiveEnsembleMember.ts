import type { Matrix } from "../../math/matrix.js";
import { randomSource } from "../../math/random.js";
import { sampleNaiveEstimator, type NaiveEstimatorOptions } from "./naiveEstimator.js";
import type { TrainingProblem } from "./trainingDraws.js";

/** The naive estimator with one κ. */
export interface NaiveMember extends Omit<NaiveEstimatorOptions, "source"> {
  readonly problem: TrainingProblem;
  readonly seed: number;
}

/** Samples the naive estimator with noise of the member's seed. */
export function naiveSamples({ problem, seed, ...options }: NaiveMember): Matrix {
  return sampleNaiveEstimator(problem, { ...options, source: randomSource(seed) });
}
