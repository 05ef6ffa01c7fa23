/** Gauge fields and the decomposition of fields (Horvat and Pfister, arXiv 2402.03845). */
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
} from "./fields.js";
export { helmholtzLinear, type LinearHelmholtz } from "./linear.js";
export {
  edgeError,
  edgeVectors,
  gridNodes,
  helmholtzGrid,
  lattice,
  type EdgeField,
  type GridHelmholtz,
  type SquareGrid,
} from "./grid.js";
export { fitPotential, sampledEnergy, sumOfPotentials, type PotentialOptions, type SampledEnergy } from "./galerkin.js";
export { leastGaugeEnergy, type GaugeBoundOptions } from "./lowerBound.js";
export { denoiserGauge, gradientDenoiser, type DenoiserGauge, type DenoiserGaugeOptions } from "./denoiser.js";
export { linePotentialGradient } from "./lineIntegral.js";
export {
  logCosh,
  randomFourierFeatures,
  ridgePotential,
  sampledNeurons,
  wave,
  type Profile,
  type RidgeBasis,
} from "./ridge.js";
export { flowDensityConvergence, type FlowDensityOptions } from "./flowDensity.js";
export { weakGaugeTest } from "./weakForm.js";
export { asymmetry, fieldAsymmetry, stochasticAsymmetry, type Asymmetry } from "./asymmetry.js";
