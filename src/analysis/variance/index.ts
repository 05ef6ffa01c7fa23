/** Generalization through variance (Vastola, arXiv 2504.12532): the noise of the target, and what it does to models. */
export { boundaryShares, byTime, type BoundaryShare } from "./boundaries.js";
export {
  proxyCovariance,
  proxyShareMap,
  proxyVariance,
  type ProxyShareMap,
  type ProxyShareOptions,
  type ProxyVariance,
} from "./proxyScore.js";
export {
  featureFamily,
  fourierProducts,
  gaussianProducts,
  type AxisFeatures,
  type FeatureFamily,
  type FeatureSpec,
  type ProductFeatures,
  type RadialFeatures,
  type TangentFeatures,
} from "./features.js";
export {
  exactDenoiser,
  paperSchedule,
  scheduleOf,
  trainingDraws,
  type TrainingDraws,
  type TrainingProblem,
} from "./trainingDraws.js";
export {
  fitLinearModel,
  linearDenoiser,
  sampleFlow,
  type FlowSamplingOptions,
  type LinearDenoiserOptions,
  type LinearModel,
  type LinearModelOptions,
  type ModelForm,
} from "./linearModel.js";
export type { Regularisation } from "./spectralFilter.js";
export { inputQuadrature, type InputNodes, type InputSlice } from "./inputQuadrature.js";
export {
  asymptoticModel,
  drawWeights,
  limitModels,
  type AsymptoticModel,
  type AsymptoticOptions,
} from "./asymptoticModel.js";
export { vKernel, type Inputs, type ModelCovariance } from "./vKernel.js";
export { sampleNaiveEstimator, type NaiveEstimatorOptions } from "./naiveEstimator.js";
export { naiveEnsemble, type NaiveEnsembleOptions } from "./naiveEnsemble.js";
export {
  effectiveEnsemble,
  linearEnsembles,
  type LinearEnsemble,
  type LinearEnsembleOptions,
  type LinearMembers,
  type LinearSetting,
} from "./linearEnsemble.js";
export type { FlowSettings } from "./linearEnsembleMember.js";
export {
  gapFilling,
  gapMasses,
  histogram,
  histogramBands,
  noisedHistogram,
  noisedRegionMass,
  regionMass,
  squareRegions,
  totalVariation,
  type GapFilling,
  type HistogramBands,
  type Region,
} from "./gapFilling.js";
export { gapDecomposition, type GapDecompositionOptions, type GapParts } from "./gapDecomposition.js";
export { gapHistograms, type GapHistogramOptions, type GapHistograms } from "./gapHistograms.js";
export {
  compareEnsembles,
  meanVarianceRatio,
  varianceRatios,
  type ComparedInputs,
  type EnsembleComparison,
  type VarianceRatio,
} from "./modelVariance.js";
export { planeHistogram, squareShape, type PlaneHistogram, type SquareShape } from "./squareShapes.js";
export {
  squareStudy,
  type SquareDensity,
  type SquareRow,
  type SquareStudy,
  type SquareStudyOptions,
} from "./squareStudy.js";
export { exactCases, posteriorMeanFeature, type ExactCase } from "./exactCases.js";
export { naiveTable, stoppingTable, variancePanels, type NaiveRow, type StoppingRow } from "./theoryTables.js";
export {
  denoisingExamples,
  posteriorMeans,
  stackDenoiser,
  type ExampleOptions,
  type Objective,
} from "./denoisingExamples.js";
export {
  byNoiseLevel,
  dimensionDependence,
  type DimensionDependenceOptions,
  type PosteriorDecision,
} from "./dimensionDependence.js";
export { flowGapMasses, type GapOptions } from "./gapMass.js";
export {
  smallNetworkStudy,
  type ObjectiveComparison,
  type SmallNetworkOptions,
  type SmallNetworks,
  type SmallNetworkStudy,
} from "./smallNetworks.js";
export {
  alignment,
  alignmentShares,
  comparedDirections,
  type Alignment,
  type AlignmentOptions,
  type AlignmentShares,
  type ComparedDirections,
} from "./alignment.js";
export {
  compareDepartures,
  departure,
  departureStatistics,
  trajectoryDepartures,
  withDirections,
  type Departure,
  type DepartureOptions,
  type DepartureStatistics,
} from "./departure.js";
export { ensembleStudy, type EnsembleLevel, type EnsembleStudyOptions, type TargetEnsembles } from "./ensembleStudy.js";
export { linearModelVariance, type LinearModelVariance } from "./linearModelVariance.js";
export {
  compareSpread,
  departureParts,
  ensembleSpread,
  spreadTraces,
  spreadRatio,
  type DepartureParts,
  type EnsembleSpread,
  type SpreadComparison,
} from "./networkEnsemble.js";
export { posteriorCovariances } from "./posteriorCovariance.js";
export { leadingDirections, projectedSquares, randomDirections } from "./subspaceShare.js";
export { noisedDraws, type DrawOptions, type NoisedDraws } from "./noisedDraws.js";
export {
  comparisonRows,
  departureColumns,
  gapRows,
  networkRows,
  spreadRows,
  type GapRow,
  type NetworkRow,
  type SpreadRow,
} from "./tables.js";
