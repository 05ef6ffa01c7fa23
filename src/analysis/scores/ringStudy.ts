import { empiricalDistribution } from "../../diffusion/distributions/empirical.js";
import { fitGaussian } from "../../diffusion/distributions/gaussian.js";
import { circle } from "../../diffusion/distributions/sphere.js";
import type { Distribution } from "../../diffusion/distribution.js";
import { estimateDifference, type Estimate } from "../../math/estimate.js";
import { takeRows, type Matrix } from "../../math/matrix.js";
import { choice, randomSource } from "../../math/random.js";
import { noisyEvaluationPoints } from "./evaluationPoints.js";
import { learningCurves, type LearningCurve } from "./learning.js";
import { learningAt } from "./modelComparison.js";
import { storedStages, type TrainedStage } from "./stages.js";

/** A network trained on a few points of the unit circle, and the scores that it can have learned. */
export interface RingStudy {
  readonly points: Matrix;
  readonly stages: readonly TrainedStage[];
  readonly models: Readonly<Record<"Gaussian" | "continuous ring" | "delta", Distribution>>;
  readonly curves: readonly LearningCurve[];
  /** what the points leave unexplained of the score at the lowest level, at the end, less what the ring leaves */
  readonly toRing: Estimate;
}

/** Settings of ringStudy. */
export interface RingStudyOptions {
  readonly sigmas: readonly number[];
  /** number of evaluation points: training points plus noise */
  readonly count: number;
  readonly seed: number;
}

/**
 * Compares the stored stages of a network that was trained on equally spaced points of the unit circle with the scores
 * of their Gaussian, of the continuous ring and of the points themselves (delta).
 *
 * @param name of the stored weights
 * @param points what it was trained on, shape [n, 2]
 * @throws RangeError as storedStages and learningCurves do
 */
export function ringStudy(name: string, points: Matrix, { sigmas, count, seed }: RingStudyOptions): RingStudy {
  const gaussian = fitGaussian(points);
  const models = { Gaussian: gaussian, "continuous ring": circle(), delta: empiricalDistribution(points) };
  const centres = takeRows(points, choice(randomSource(seed, 3), count, new Float64Array(points.rows).fill(1)));
  const around = noisyEvaluationPoints(centres, randomSource(seed, 4));
  const stages = storedStages(name);
  const curves = learningCurves(stages, models, around, sigmas, gaussian.mean);
  const [toPoints, toRing] = ["delta", "continuous ring"].map(
    (model) => learningAt(curves, model, Math.min(...sigmas), stages[stages.length - 1].step).scoreRatioOfMeans,
  );
  return { points, stages, models, curves, toRing: estimateDifference(toPoints, toRing) };
}
