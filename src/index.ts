// math: matrices, decompositions, draws, differential equations, statistics
export {
  addScaled,
  addToRows,
  column,
  diagonal,
  distance,
  identity,
  matrix,
  matrixFromRows,
  norm,
  relativeError,
  row,
  rowDots,
  scale,
  scaleColumns,
  squaredDistances,
  squaredErrors,
  squaredLengths,
  takeColumns,
  takeRows,
  trace,
  transpose,
  type Matrix,
} from "./math/matrix.js";
export {
  estimateMean,
  meanWithInfluence,
  bootstrapEstimate,
  type BootstrapOptions,
  type Estimate,
  type InfluenceEstimate,
} from "./math/estimate.js";
export { multiply } from "./math/multiply.js";
export { eigen, eigenvalues, type Eigen } from "./math/eigen.js";
export { stackedEigenvalues, stackedSingularValues, stackedSquaredSingularValues } from "./math/batchedSpectra.js";
export { svd, type Svd } from "./math/svd.js";
export { qr, randomOrthogonal, type Qr } from "./math/qr.js";
export { randomAntisymmetric, rotationGenerator } from "./math/antisymmetric.js";
export { cholesky, solve, squareRoot } from "./math/solve.js";
export { logSumExp, logSumExpRows, softmaxRows } from "./math/logSumExp.js";
export { besselRatio, logBesselI, scaledBesselI } from "./math/bessel.js";
export { kMeans, type ClusterOptions, type Clusters } from "./math/kMeans.js";
export { chiSquareTail, erf, erfc, logGamma, normalCdf, normalQuantile } from "./math/special.js";
export { gaussHermite, gaussLegendre, type Quadrature } from "./math/quadrature.js";
export { choice, normal, permutation, randomSource, signs, uniform, type Source } from "./math/random.js";
export {
  convergence,
  euler,
  heun,
  integrate,
  last,
  linspace,
  observedOrder,
  rk4,
  type Convergence,
  type Field,
  type ButcherTableau,
} from "./math/ode.js";
export {
  dormandPrince,
  integrateAdaptive,
  integrateAdaptiveAt,
  type AdaptiveOptions,
  type AdaptiveStep,
} from "./math/adaptive.js";
export { eulerMaruyama, integrateSde, stochasticHeun, type DiffusionCoefficient, type SdeMethod } from "./math/sde.js";
export {
  conjugateGradient,
  type ConjugateGradientOptions,
  type ConjugateGradientStep,
  type LinearMap,
} from "./math/conjugateGradient.js";
export { minimize, type MinimizeOptions, type MinimizeStep, type Objective } from "./math/lbfgs.js";
export { nearestNeighbours, type Neighbours } from "./math/neighbours.js";
export { columnMeans, covariance, mean, quantiles, standardError, variance } from "./math/stats.js";

// datasets
export { digits, type Digits } from "./datasets/digits.js";
export { fashion, fashionClasses } from "./datasets/fashion.js";
export type { ImageOptions, LabelledImages } from "./datasets/images.js";
export { patches, type Patches } from "./datasets/patches.js";
export { ring, sphere } from "./datasets/sphere.js";
export { spiral, swissRoll, swissRollGrid, type SpiralRange } from "./datasets/spiral.js";
export { lollipop, lollipopGrid, type Lollipop, type LollipopGrid } from "./datasets/lollipop.js";
export { translatedBlobGrid, translatedBlobs, type BlobOptions, type Blobs } from "./datasets/blobs.js";
export { gaussianWithSpectrum, type SpectrumSet } from "./datasets/spectrum.js";
export { manifoldPoints } from "./datasets/manifolds.js";
export { embed, type PointSet } from "./datasets/points.js";

// diffusion: the convention is in diffusion/score.ts
export { denoiserFromScore, scoreFromDenoiser, type Denoiser, type LogDensity, type Score } from "./diffusion/score.js";
export {
  differenceProduct,
  exactDivergence,
  hutchinsonDivergence,
  jacobianDiagonals,
  jacobians,
  type Divergence,
  type HutchinsonOptions,
  type JacobianProduct,
  type ScoreAndDivergence,
} from "./diffusion/jacobian.js";
export {
  emergedFraction,
  principalComponents,
  fitGaussian,
  gaussian,
  gaussianDenoiser,
  gaussianDivergence,
  gaussianFlow,
  gaussianJacobianProduct,
  gaussianLogDensity,
  gaussianScore,
  isotropicGaussian,
  type FitOptions,
  type Gaussian,
} from "./diffusion/distributions/gaussian.js";
export {
  gaussianMixture,
  mixtureDenoiser,
  mixtureDivergence,
  mixtureJacobianProduct,
  mixtureLogDensity,
  mixtureResponsibilities,
  mixtureScore,
  mixtureScoreAndDivergence,
  type GaussianMixture,
} from "./diffusion/distributions/mixture.js";
export { mixtureSamples } from "./diffusion/distributions/mixtureSamples.js";
export { fitMixture, fitMixtureByLikelihood, type MixtureFitOptions } from "./diffusion/distributions/mixtureFit.js";
export {
  deltaDenoiser,
  deltaDivergence,
  deltaJacobianProduct,
  deltaLogDensity,
  deltaResponsibilities,
  deltaScore,
  deltaScoreAndDivergence,
} from "./diffusion/distributions/delta.js";
export type { DeltaOptions } from "./diffusion/distributions/attention.js";
export {
  circle,
  sphereDenoiser,
  sphereDivergence,
  sphereJacobianProduct,
  sphereLogDensity,
  sphereScore,
  type Sphere,
} from "./diffusion/distributions/sphere.js";
export { geometricSigmas, karrasSigmas } from "./diffusion/sampling/noiseLevels.js";
export {
  ddpmSchedule,
  fromSchedule,
  noiseLevels,
  scheduledDenoiser,
  scheduledFlow,
  scheduledScore,
  toSchedule,
  varianceExploding,
  variancePreserving,
  type Schedule,
} from "./diffusion/schedule.js";
export { inLogSigma, probabilityFlow } from "./diffusion/flow.js";
export { slerp } from "./diffusion/interpolate.js";
export { flowLogDensity, type LikelihoodOptions } from "./diffusion/likelihood.js";
export { reverseEquation, sampleReverse, type ReverseOptions } from "./diffusion/sampling/reverse.js";
export { sample, type Churn } from "./diffusion/sampling/sampler.js";
export { dpmSolver, rungeKutta, uniPC, type Solver } from "./diffusion/sampling/solver.js";
export { dpmSolverV3, type DpmSolverV3Options } from "./diffusion/sampling/dpmSolverV3.js";
export { modelStatistics, type ModelStatistics, type StatisticsOptions } from "./diffusion/sampling/modelStatistics.js";
export {
  classConditionalFlow,
  explainedVarianceRatio,
  levelsFrom,
  scoreFlow,
  skipLevel,
  teleport,
  teleportToLevels,
  type Flow,
  type ScoreFlowOptions,
  type Statistics,
} from "./diffusion/sampling/teleport.js";
export type { NetworkSpec } from "./diffusion/networks/network.js";
export {
  networkDenoiser,
  preconditioning,
  type DenoiserModel,
  type TrainedDenoiser,
} from "./diffusion/networks/networkDenoiser.js";
export { savedModelDenoiser, type SavedModelOptions } from "./diffusion/networks/savedModel.js";
export {
  trainDenoiser,
  trainingStates,
  type TrainingConfig,
  type TrainingOptions,
  type TrainingProgress,
  type TrainingState,
} from "./diffusion/networks/training.js";
export {
  manifoldConfig,
  manifoldSeeds,
  manifoldWeights,
  trainedManifolds,
  type TrainedManifold,
} from "./diffusion/networks/pretrainedManifolds.js";
export { loadDenoiser, loadDenoisers, trainWeights, type LoadOptions } from "./diffusion/networks/weights.js";
export { pretrainedConfigs, type PretrainedConfig } from "./diffusion/networks/pretrained.js";

// analysis: one file per method of a paper
export {
  noisyEvaluationPoints,
  noisyAt,
  quadratureEvaluationPoints,
  type EvaluationPoints,
} from "./analysis/scores/evaluationPoints.js";
export {
  unexplainedLevel,
  unexplainedAt,
  unexplainedTable,
  unexplainedVariance,
  type UnexplainedMeasure,
  type UnexplainedVariance,
  type UnexplainedCurve,
} from "./analysis/scores/explainedVariance.js";
export { farField, farFieldShares, type FarField, type FarFieldShares } from "./analysis/scores/farField.js";
export { farFieldRank, lowRankSampleError, minimalRank, rankNeeded, rankShares } from "./analysis/scores/rank.js";
export { posteriorSupport, type PosteriorSupport } from "./analysis/scores/memorization.js";
export { denoiserShrinkage } from "./analysis/scores/shrinkage.js";
export { denoisingError, denoisingErrors, errorCurves, type ErrorCurve } from "./analysis/scores/denoisingError.js";
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
} from "./analysis/scores/learning.js";
export { emergence, leadingFeatures, type Emergence, type Feature } from "./analysis/trajectories/emergence.js";
export { perturbationEffect, trajectoryShape, type TrajectoryShape } from "./analysis/trajectories/trajectory.js";
export {
  frechetDistance,
  frechetInfluence,
  meanAndCovariance,
  type MeanAndCovariance,
} from "./analysis/samples/frechet.js";
export {
  compareFrechet,
  nearestDistances,
  sampleQuality,
  type FrechetScore,
  type Quality,
} from "./analysis/samples/quality.js";
export {
  accuracy,
  classifier,
  trainClassifier,
  type Classifier,
  type ClassifierConfig,
  type ClassifierWeights,
} from "./diffusion/networks/classifier.js";
export { makeClassifier, storedClassifier, type StoredClassifier } from "./diffusion/networks/storedClassifier.js";
export { longestSaving, longestSkip, skipStudy, type SkipResult } from "./analysis/samples/skipStudy.js";
export {
  amplitudeError,
  amplitudeRatios,
  heunPlan,
  multistepPlan,
  pathError,
  skipMap,
  skipRuns,
  teleportedSamples,
  type PathError,
  type Plan,
  type TeleportRun,
} from "./analysis/samples/teleportation.js";
export {
  dimensionAt,
  dimensionCurve,
  type CurveOptions,
  type DimensionAt,
  type DimensionCurve,
  type DimensionEstimator,
  type Plateau,
} from "./analysis/dimension/curve.js";
export {
  deltaField,
  estimateAll,
  gaussianField,
  networkField,
  pointEstimators,
  scoreEstimators,
  sphereField,
  type FieldWithDerivatives,
} from "./analysis/dimension/estimators.js";
export { flipd, gaussianFlipd, posteriorTrace } from "./analysis/dimension/flipd.js";
export {
  flowMap,
  flowSlopes,
  encode,
  type FlowMap,
  type FlowMapOptions,
  type FlowSlopesOptions,
} from "./analysis/dimension/flowMap.js";
export { jacobianSpectrum, scaledHessianSpectrum } from "./analysis/dimension/jacobianSpectrum.js";
export { levinaBickel } from "./analysis/dimension/levinaBickel.js";
export { lidl, type LidlOptions } from "./analysis/dimension/lidl.js";
export { localPca, type LocalPcaOptions } from "./analysis/dimension/localPca.js";
export { normalBundle, normalSpectrum, type NormalBundleOptions } from "./analysis/dimension/normalBundle.js";
export { twoNN, type TwoNNOptions } from "./analysis/dimension/twoNN.js";

export {
  addFields,
  gaugeField,
  gradientField,
  levelSetRotation,
  linearField,
  orthogonalField,
  quadraticPotential,
  rotation90,
  scaledPotential,
  shearField,
  type LevelSpeed,
  type MatrixAtLevel,
  type Potential,
  type VectorField,
} from "./analysis/gauge/fields.js";
export { gaussianKL, helmholtzLinear, solveLyapunov, type LinearHelmholtz } from "./analysis/gauge/linear.js";
export {
  edgeError,
  edgeVectors,
  gridNodes,
  helmholtzGrid,
  lattice,
  type EdgeField,
  type GridHelmholtz,
  type SquareGrid,
} from "./analysis/gauge/grid.js";
export {
  fitPotential,
  sampledEnergy,
  sumOfPotentials,
  type PotentialOptions,
  type SampledEnergy,
} from "./analysis/gauge/galerkin.js";
export { leastGaugeEnergy, type GaugeBoundOptions } from "./analysis/gauge/lowerBound.js";
export {
  denoiserGauge,
  gradientDenoiser,
  type DenoiserGauge,
  type DenoiserGaugeOptions,
  type DifferentiableDenoiser,
} from "./analysis/gauge/denoiser.js";
export { linePotentialGradient, type PulledField } from "./analysis/gauge/lineIntegral.js";
export {
  sampledNeurons,
  logCosh,
  randomFourierFeatures,
  ridgePotential,
  wave,
  type Profile,
  type RidgeBasis,
} from "./analysis/gauge/ridge.js";
export { flowDensityConvergence, type FlowDensityOptions } from "./analysis/gauge/flowDensity.js";
export { weakGaugeTest } from "./analysis/gauge/weakForm.js";
export { asymmetry, fieldAsymmetry, stochasticAsymmetry, type Asymmetry } from "./analysis/gauge/asymmetry.js";

// figures: arrays in, Plotly's data and layout out
export { convergenceFigure } from "./figures/convergence.js";
export { curvesFigure, type Series } from "./figures/curves.js";
export { dimensionFigure, type DimensionOptions, type DimensionSeries } from "./figures/dimension.js";
export { dimensionMapFigure } from "./figures/dimensionMap.js";
export { emergenceFigure } from "./figures/emergence.js";
export { heatmapsFigure, type HeatmapPanel } from "./figures/heatmaps.js";
export { imagesFigure } from "./figures/images.js";
export { panelsFigure, type Panel } from "./figures/panels.js";
export { planeFigure, type Cloud } from "./figures/plane.js";
export { fieldsFigure, type FieldPanel, type PointRows } from "./figures/fields.js";
export { withMarks, type Mark } from "./figures/marks.js";
export { skipFigure, type SkipPoint } from "./figures/skips.js";
export { singularValuesFigure, type SingularValueSeries } from "./figures/singularValues.js";
export { spectrumFigure } from "./figures/spectrum.js";
export { learningFigure, unexplainedFigure } from "./figures/unexplained.js";
export type { Figure } from "./figures/style.js";

// kernel and notebook: what a cell shows, asks and claims
export { clearOutput, display, html, latex, markdown, show, svg, updateDisplay } from "./kernel/worker/display.js";
export { input } from "./kernel/worker/input.js";
export { claim } from "./notebook/claims.js";
export type { Claim } from "./notebook/judgedClaim.js";
export type { Bound } from "./notebook/verdict.js";
export { formatEstimate, type Measurement } from "./notebook/measurement.js";
export { table } from "./notebook/table.js";
export { trainingProgress, type TrainingFigures, type TrainingView } from "./notebook/trainingProgress.js";
