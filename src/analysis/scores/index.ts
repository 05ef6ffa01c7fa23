/** What models explain of a learned score, and when it is learned (Wang and Vastola, arXiv 2311.10892, 2412.09726). */
export {
  noisyAt,
  noisyEvaluationPoints,
  quadratureEvaluationPoints,
  type EvaluationPoints,
} from "./evaluationPoints.js";
export {
  unexplainedAt,
  unexplainedLevel,
  unexplainedTable,
  unexplainedVariance,
  type UnexplainedCurve,
  type UnexplainedMeasure,
  type UnexplainedVariance,
} from "./explainedVariance.js";
export { farField, farFieldShares, type FarField, type FarFieldShares } from "./farField.js";
export { farFieldStudy, type FarFieldFit, type FarFieldOptions, type FarFieldStudy } from "./farFieldStudy.js";
export { gaussianModels } from "./gaussianModels.js";
export { leastUnexplainedRatio, unexplainedMargin } from "./modelMargin.js";
export { farFieldRank, minimalRank, rankNeeded, rankShares } from "./rank.js";
export { largestRankIncrease, rankStudy, type RankOptions, type RankStudy } from "./rankStudy.js";
export { mixtureRanks, type MixtureRanks } from "./mixtureRanks.js";
export { medianSupport, posteriorSupport, type MedianSupport, type PosteriorSupport } from "./memorization.js";
export {
  denoisingError,
  denoisingErrorRatios,
  denoisingErrors,
  errorCurves,
  type ErrorCurve,
} from "./denoisingError.js";
export {
  finalRatios,
  finalToMinimumRatio,
  largestIncrease,
  largestIncreaseOf,
  learningCurves,
  type FinalToMinimum,
  type Increase,
  type LearningCurve,
} from "./learning.js";
export { learningStudy, type LearningStudy, type LearningStudyOptions } from "./learningStudy.js";
export { learningAt, marginOverOthers } from "./modelComparison.js";
export { planeSlice, slicePanels, type PlaneSlice, type SliceOptions, type SlicePanel } from "./planeSlice.js";
export { ringStudy, type RingStudy, type RingStudyOptions } from "./ringStudy.js";
export { stageAt, storedStages, trainedStages, trainSeeds, type Stage, type TrainedStage } from "./stages.js";
