/** Diagnostics of scores and denoisers. */
export {
  noisyEvaluationPoints,
  noisyAt,
  quadratureEvaluationPoints,
  type EvaluationPoints,
} from "./evaluationPoints.js";
export {
  unexplainedLevel,
  unexplainedAt,
  unexplainedTable,
  unexplainedVariance,
  type UnexplainedMeasure,
  type UnexplainedVariance,
  type UnexplainedCurve,
} from "./explainedVariance.js";
export { farField, farFieldShares, type FarField, type FarFieldShares } from "./farField.js";
export { farFieldRank, lowRankSampleError, minimalRank, rankNeeded, rankShares } from "./rank.js";
export { posteriorSupport, type PosteriorSupport } from "./memorization.js";
export { denoiserShrinkage } from "./shrinkage.js";
export { denoisingError, denoisingErrors, errorCurves, type ErrorCurve } from "./denoisingError.js";
export {
  finalToMinimumRatio,
  largestIncrease,
  learningCurves,
  pairedDifference,
  storedStages,
  trainedStages,
  type FinalToMinimum,
  type LearningCurve,
  type Increase,
  type Stage,
  type TrainedStage,
} from "./learning.js";
