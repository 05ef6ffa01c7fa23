/** What noise corrects in sampling: the reverse equations against the probability flow, exactly and with networks. */
export {
  bestChurns,
  churnedSamples,
  churnGrid,
  predictedGrid,
  type BestChurn,
  type ChurnCell,
  type ChurnGridOptions,
  type ChurnOptions,
  type PredictedCell,
} from "./churnGrid.js";
export {
  changeAt,
  churnPanels,
  churnStudy,
  phaseDiagram,
  velocityErrorSeries,
  type ChurnPanel,
  type ChurnStudyOptions,
  type PhaseDiagram,
  type PhaseMap,
  type StudiedCell,
  type StudiedModel,
} from "./churnStudy.js";
export { churnRows, type ChurnRow, type ChurnRowsOptions } from "./churnRows.js";
export {
  divergencePanels,
  divergenceStudy,
  rateSeries,
  type DivergenceProblem,
  type DivergenceStudyOptions,
} from "./divergenceStudy.js";
export { basinMasses, basinRows, type BasinMasses, type BasinRow } from "./basinMasses.js";
export { errorsApart, varianceRatioPanels, type CurvePanel, type ErrorsApart } from "./gaussianErrors.js";
export { divergenceAlong, type DivergenceCurve, type DivergenceOptions } from "./divergence.js";
export {
  gaussianKLRate,
  reverseVarianceRatio,
  varianceRatioKL,
  type KLRate,
  type ScaledReverse,
} from "./gaussianReverse.js";
export { reverseVelocities, velocityPanels, type ReverseVelocities, type VelocityPanel } from "./langevinParts.js";
export {
  linearResponse,
  predictedFrechet,
  scaledResponse,
  velocityErrors,
  type LinearResponse,
  type ResponseOptions,
} from "./linearResponse.js";
export {
  reverseMoments,
  sampledMoments,
  scaledGaussianDenoiser,
  type ChurnAmounts,
  type LinearDenoiser,
  type LineMoments,
  type LinearSamplerOptions,
} from "./linearSampler.js";
export { lineMasses } from "./lineMasses.js";
export { carryMass, massKL, type CarriedMass, type CarryOptions } from "./movingGrid.js";
export { predictionQuality, qualityRows, type PredictionQuality, type QualityRow } from "./predictionQuality.js";
export { scaledScore, type ScaledField } from "./scaledScore.js";
