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
export { estimateAll, integerAccuracy, pointEstimators, scoreEstimators, type ScoreEstimators } from "./estimators.js";
export { flipd, flipdShift, gaussianFlipd, posteriorTrace } from "./flipd.js";
export { encode, flowMap, flowSlopes, type FlowMap, type FlowMapOptions, type FlowSlopesOptions } from "./flowMap.js";
export { gaussianFlowMap, slopeDeviation, volumeDeviation } from "./flowMapTheory.js";
export { jacobianSpectrum, scaledHessianSpectrum } from "./jacobianSpectrum.js";
export { levinaBickel } from "./levinaBickel.js";
export { lidl, type LidlOptions } from "./lidl.js";
export { localPca, type LocalPcaOptions } from "./localPca.js";
export { normalBundle, normalSpectrum, type NormalBundleOptions } from "./normalBundle.js";
export { twoNN, type TwoNNOptions } from "./twoNN.js";
