/** Diagnostics of scores and denoisers. */
export { noisedProbes, probesAt, quadratureProbes, type Probes } from "./evaluationPoints.js";
export {
  levelOfShare,
  unexplainedAt,
  unexplainedTable,
  unexplainedVariance,
  type Measure,
  type Unexplained,
  type UnexplainedCurve,
} from "./explainedVariance.js";
export { farField, farFieldShares, type FarField, type FarFieldShares } from "./farField.js";
export { farFieldRank, lowRankSampleError, minimalRank, rankNeeded, rankShares } from "./rank.js";
export { effectiveMemories, type Memories } from "./memorization.js";
export { denoiserGain } from "./shrinkage.js";
export { denoisingError, denoisingErrors, errorCurves, type ErrorCurve } from "./denoisingError.js";
export {
  departure,
  greatestRise,
  learningCurves,
  pairedDifference,
  storedStages,
  trainedStages,
  type Departure,
  type LearningCurve,
  type Rise,
  type Stage,
  type TrainedStage,
} from "./learning.js";
