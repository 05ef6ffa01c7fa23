/** Estimators of intrinsic dimension. */
export {
  dimensionAt,
  dimensionCurve,
  type CurveOptions,
  type DimensionAt,
  type DimensionCurve,
  type DimensionEstimator,
  type Plateau,
} from "./curve.js";
export {
  deltaField,
  estimateAll,
  gaussianField,
  networkField,
  pointEstimators,
  scoreEstimators,
  sphereField,
  type FieldWithDerivatives,
} from "./estimators.js";
export { flipd, gaussianFlipd, posteriorTrace } from "./flipd.js";
export { flowMap, flowSlopes, encode, type FlowMap, type FlowMapOptions, type FlowSlopesOptions } from "./flowMap.js";
export { jacobianSpectrum, scaledHessianSpectrum } from "./jacobianSpectrum.js";
export { levinaBickel } from "./levinaBickel.js";
export { lidl, type LidlOptions } from "./lidl.js";
export { localPca, type LocalPcaOptions } from "./localPca.js";
export { normalBundle, normalSpectrum, type NormalBundleOptions } from "./normalBundle.js";
export { twoNN, type TwoNNOptions } from "./twoNN.js";
