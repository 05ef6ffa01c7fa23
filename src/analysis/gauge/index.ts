/** Gauge freedom of denoisers and its decomposition. */
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
} from "./fields.js";
export { gaussianKL, helmholtzLinear, solveLyapunov, type LinearHelmholtz } from "./linear.js";
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
export {
  denoiserGauge,
  gradientDenoiser,
  type DenoiserGauge,
  type DenoiserGaugeOptions,
  type DifferentiableDenoiser,
} from "./denoiser.js";
export { linePotentialGradient, type PulledField } from "./lineIntegral.js";
export {
  sampledNeurons,
  logCosh,
  randomFourierFeatures,
  ridgePotential,
  wave,
  type Profile,
  type RidgeBasis,
} from "./ridge.js";
export { flowDensityConvergence, type FlowDensityOptions } from "./flowDensity.js";
export { weakGaugeTest } from "./weakForm.js";
export { asymmetry, fieldAsymmetry, stochasticAsymmetry, type Asymmetry } from "./asymmetry.js";
