import { ensemble, type EnsembleOptions } from "../../math/ensemble.js";
import type { Matrix } from "../../math/matrix.js";
import { naiveSamples } from "./naiveEnsembleMember.js";
import type { NaiveEstimatorOptions } from "./naiveEstimator.js";
import type { TrainingProblem } from "./trainingDraws.js";

/** Settings of naiveEnsemble. */
export interface NaiveEnsembleOptions extends EnsembleOptions, Omit<NaiveEstimatorOptions, "kappa" | "source"> {
  readonly seed?: number;
}

/**
 * Samples the naive estimator for several κ, the same noise for each, in worker threads: one matrix of shape [count, d]
 * for each κ.
 *
 * @throws Error as `ensemble` does
 */
export function naiveEnsemble(
  problem: TrainingProblem,
  kappas: readonly number[],
  { count, steps, noise, seed = 1, ...options }: NaiveEnsembleOptions,
): Promise<Matrix[]> {
  const members = kappas.map((kappa) => ({ problem, kappa, count, steps, noise, seed }));
  return ensemble(naiveSamples, new URL("./naiveEnsembleMember.js", import.meta.url), members, options);
}
