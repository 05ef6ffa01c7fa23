/** Gauge freedom of denoisers and its decomposition. */
export {
  addFields,
  gaugeField,
  gradientField,
  levelSetRotation,
  linearField,
  orthogonalField,
  quadraticPotential,
  quarterTurn,
  scaledPotential,
  shearField,
  type LevelSpeed,
  type MatrixAtLevel,
  type Potential,
  type VectorField,
} from "./fields.js";
export { kullbackLeibler, splitLinear, stationaryCovariance, type LinearSplit } from "./linear.js";
export {
  edgeError,
  edgeVectors,
  gridNodes,
  gridSplit,
  lattice,
  type EdgeField,
  type GridSplit,
  type SquareGrid,
} from "./grid.js";
export { fitPotential, sampledEnergy, sumOfPotentials, type PotentialOptions, type SampledEnergy } from "./galerkin.js";
export { leastGaugeEnergy, type GaugeBoundOptions } from "./lowerBound.js";
export {
  denoiserGauge,
  gradientDenoiser,
  type DenoiserGauge,
  type DenoiserGaugeOptions,
  type DifferentiableDenoiser,
} from "./denoiser.js";
export { linePotentialGradient, type PulledField } from "./lineIntegral.js";
export { dataRidges, logCosh, randomWaves, ridgePotential, wave, type Profile, type RidgeBasis } from "./ridge.js";
export { carriedDensity, type CarriedDensityOptions } from "./flowDensity.js";
export { weakGaugeTest } from "./weakForm.js";
export { asymmetry, fieldAsymmetry, stochasticAsymmetry, type Asymmetry } from "./asymmetry.js";
