/** Estimators of intrinsic dimension. */
export {
  dimensionAt,
  dimensionCurve,
  dimensionCurves,
  type CurveOptions,
  type DimensionAt,
  type DimensionCurve,
  type DimensionEstimator,
  type Plateau,
} from "./curve.js";
export {
  estimateAll,
  integerAccuracy,
  localEstimators,
  scoreEstimators,
  type LocalEstimators,
  type ScoreEstimators,
  type ScoreEstimatorsOptions,
} from "./estimators.js";
export { exponentialRank, flowCommutators, type ExponentialRankOptions } from "./exponentialRank.js";
export { flipd, gaussianFlipd, posteriorTrace } from "./flipd.js";
export { flipdChange, flipdShift } from "./flipdShift.js";
export {
  flowMap,
  flowMapTo,
  flowSlopes,
  type FlowMap,
  type FlowMapOptions,
  type FlowSlopesOptions,
} from "./flowMap.js";
export { gaussianFlowMap, volumeDeviation } from "./flowMapTheory.js";
export { gaugeEffects, gaugeShare, type GaugeCase, type GaugeEffect, type GaugeEffectOptions } from "./gaugeStudy.js";
export {
  exactManifolds,
  exactSphere,
  sampledManifolds,
  type ExactManifold,
  type ExactManifoldOptions,
  type ManifoldSample,
} from "./manifolds.js";
export { judgeNetworks, type NetworkJudgement, type NetworkStudyOptions } from "./networkStudy.js";
export { estimateOnPlateaus, type PlateauEstimate } from "./plateauStudy.js";
export { theoremRows, type TheoremCase, type TheoremRow } from "./theoremStudy.js";
export { comparePointEstimators, type PointComparison } from "./pointComparison.js";
export { jacobianSpectrum, scaledHessianSpectrum } from "./jacobianSpectrum.js";
export { levinaBickel, levinaBickelCurve } from "./levinaBickel.js";
export { lidl, type LidlOptions } from "./lidl.js";
export { localPca, type LocalPcaOptions } from "./localPca.js";
export { normalBundle, normalSpectrum, type NormalBundleOptions } from "./normalBundle.js";
export { twoNN, type TwoNNOptions } from "./twoNN.js";
