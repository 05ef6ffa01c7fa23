import { matrix, row, type Matrix } from "../../math/matrix.js";
import { randomSource } from "../../math/random.js";
import type { FeatureFamily } from "./features.js";
import { fitLinearModel } from "./linearModel.js";
import { exactDenoiser, trainingDraws, type TrainingProblem } from "./trainingDraws.js";

/**
 * The one feature for each coordinate that a perfect model needs, E[x_0 | x_t] itself: for one coordinate, of
 * coordinate j.
 */
export function posteriorMeanFeature(problem: TrainingProblem, j = 0): FeatureFamily {
  const denoise = exactDenoiser(problem);
  return {
    count: 1,
    dimension: problem.points.cols,
    evaluate(x, t) {
      const all = matrix(x.rows, 1);
      for (let n = 0; n < x.rows; n++) all.values[n] = denoise(matrix(1, x.cols, row(x, n).slice()), t[n]).values[j];
      return all;
    },
  };
}

/** A case in which a model has no variance at all. */
export interface ExactCase {
  readonly case: string;
  /** the largest deviation of J1's model from the exact denoiser's weights over the seeds */
  readonly J1: number;
  /** and of J0's */
  readonly J0: number;
}

/**
 * Fits models that leave nothing to generalise, on few draws of several seeds: one training point, whose target has no
 * noise; and a feature that is the posterior mean, for which J0 has none either while J1 keeps it.
 *
 * @throws RangeError if P or seeds is not a positive integer
 */
export function exactCases(problem: TrainingProblem, { P = 20, seeds = 20 } = {}): ExactCase[] {
  if (!(Number.isSafeInteger(seeds) && seeds > 0))
    throw new RangeError(`exactCases: ${seeds} seeds, expected a positive integer`);
  const constant: FeatureFamily = {
    count: 1,
    dimension: problem.points.cols,
    evaluate: (x) => matrix(x.rows, 1, new Float64Array(x.rows).fill(1)),
  };
  const alone: TrainingProblem = { ...problem, points: matrix(1, problem.points.cols, row(problem.points, 0).slice()) };
  const deviations = (own: TrainingProblem, features: FeatureFamily, exact: Matrix) => {
    const fits = Array.from({ length: seeds }, (_, seed) =>
      fitLinearModel(own, features, trainingDraws(own, P, randomSource(seed + 1)), { regularisation: { ridge: 0 } }),
    );
    const largest = (objective: "J0" | "J1") =>
      Math.max(...fits.map((fit) => Math.abs(fit[objective].weights.values[0] - exact.values[0])));
    return { J1: largest("J1"), J0: largest("J0") };
  };
  return [
    { case: "one training point, a constant feature", ...deviations(alone, constant, alone.points) },
    {
      case: "the posterior mean as the feature",
      ...deviations(problem, posteriorMeanFeature(problem), matrix(1, 1, Float64Array.of(1))),
    },
  ];
}
