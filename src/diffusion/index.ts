/** Scores and their distributions, flows, samplers, networks. The convention is in score.ts. */
export type { Denoiser, LogDensity, Score } from "./score.js";
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
} from "./jacobian.js";
export { gaussianMixture, type GaussianMixture } from "./distributions/mixture.js";
export {
  fitClassMixture,
  fitMixture,
  fitMixtureByLikelihood,
  lowRankMixture,
  type MixtureFitOptions,
} from "./distributions/mixtureFit.js";
export type { EmpiricalOptions } from "./distributions/attention.js";
export { circle, sphereDistribution, type Sphere } from "./distributions/sphere.js";
export { geometricSigmas, karrasSigmas } from "./sampling/noiseLevels.js";
export {
  ddpmSchedule,
  fromSchedule,
  linearVariance,
  noiseLevels,
  scheduledDenoiser,
  scheduledFlow,
  scheduledProbabilityFlow,
  scheduledScore,
  toSchedule,
  varianceExploding,
  variancePreserving,
  type ContinuousSchedule,
  type Schedule,
} from "./schedule.js";
export { inLogSigma, probabilityFlow, type Flow } from "./flow.js";
export { lerp, slerp } from "./interpolate.js";
export {
  decode,
  encode,
  interpolate,
  type CarriedPoints,
  type CodeOptions,
  type Encodable,
  type InterpolationOptions,
} from "./encoding.js";
export { flowLogDensity, type LikelihoodOptions } from "./likelihood.js";
export { reverseEquation, sampleReverse, type ReverseOptions } from "./sampling/reverse.js";
export { sample, type Churn } from "./sampling/sampler.js";
export { dpmSolver, rungeKutta, uniPC, type Solver } from "./sampling/solver.js";
export { dpmSolverV3, type DpmSolverV3Options } from "./sampling/dpmSolverV3.js";
export { modelStatistics, type ModelStatistics, type StatisticsOptions } from "./sampling/modelStatistics.js";
export {
  classConditionalFlow,
  scoreFlow,
  teleport,
  teleportToLevels,
  type ScoreFlowOptions,
  type Statistics,
} from "./sampling/teleport.js";
export type { LabelledPoints, TrainingData } from "./networks/trainingData.js";
export type { NetworkSpec } from "./networks/network.js";
export {
  networkDenoiser,
  preconditioning,
  type DenoiserModel,
  type GuidanceOptions,
  type NetworkDenoiser,
  type TrainedDenoiser,
} from "./networks/networkDenoiser.js";
export { mlpStack, type MlpShape, type MlpStack } from "./networks/mlpStack.js";
export { trainMlpStack, type Examples, type StackConfig } from "./networks/mlpStackTraining.js";
export { savedModelDenoiser, type SavedModelOptions } from "./networks/savedModel.js";
export {
  trainDenoiser,
  trainingStates,
  type TrainingConfig,
  type TrainingOptions,
  type TrainingState,
} from "./networks/training.js";
export type { TrainingProgress } from "./networks/meter.js";
export {
  loadManifoldNetworks,
  manifoldConfig,
  manifoldSeeds,
  manifoldWeights,
  trainedManifolds,
  type ManifoldNetwork,
  type TrainedManifold,
} from "./networks/pretrainedManifolds.js";
export {
  ensembleConfig,
  ensembleDigits,
  ensembleSeeds,
  ensembleWeights,
  loadEnsemble,
  type EnsembleMember,
  type TrainingTarget,
} from "./networks/pretrainedEnsemble.js";
export { hiddenFeatures, type Features } from "./networks/hiddenFeatures.js";
export { loadDenoiser, loadDenoisers, loadModel, trainWeights, type LoadOptions } from "./networks/weights.js";
export { shuffledParameters } from "./networks/shuffled.js";
export { pretrainedConfigs, type PretrainedConfig } from "./networks/pretrained.js";
export { pretrainedImages, type PretrainedImages } from "./networks/pretrainedImages.js";
export {
  accuracy,
  classifier,
  trainClassifier,
  type Classifier,
  type ClassifierConfig,
  type ClassifierWeights,
} from "./networks/classifier.js";
export { makeClassifier, storedClassifier, type StoredClassifier } from "./networks/storedClassifier.js";
export {
  fromDenoiser,
  fromScore,
  scoreFromDenoiser,
  type DenoiserAndVjp,
  type DifferentiableDenoiser,
  type Distribution,
  type FieldOptions,
  type VectorField,
} from "./distribution.js";
export {
  fitGaussian,
  gaussian,
  gaussianFromSpectrum,
  isotropicGaussian,
  principalComponents,
  totalVariance,
  type FitOptions,
  type Gaussian,
} from "./distributions/gaussian.js";
export type { GaussianParameters } from "./distributions/gaussianSpectrum.js";
export { gaussianKL } from "./distributions/gaussianKL.js";
export { empiricalDistribution, type EmpiricalDistribution } from "./distributions/empirical.js";
export { explainedVarianceRatio, levelsFrom, skipLevel } from "./sampling/skipLevel.js";
