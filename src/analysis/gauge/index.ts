/** Gauge fields and the decomposition of fields (Horvat and Pfister, arXiv 2402.03845). */
export {
  addFields,
  gaugeField,
  gradientField,
  inverseSigmaField,
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
export { fitPotential, sampledEnergy, type PotentialOptions, type SampledEnergy } from "./galerkin.js";
export { leastGaugeEnergy, type GaugeBoundOptions } from "./lowerBound.js";
export {
  denoiserGauge,
  gaugeOverLevels,
  gradientDenoiser,
  type DenoiserGauge,
  type DenoiserGaugeOptions,
} from "./denoiser.js";
export { fieldDenoiser } from "./fieldDenoiser.js";
export { linePotentialGradient } from "./lineIntegral.js";
export {
  logCosh,
  randomFourierFeatures,
  ridgePotential,
  sampledNeurons,
  wave,
  wavePotential,
  type Profile,
  type RidgeBasis,
} from "./ridge.js";
export {
  carriedDensities,
  flowDensityConvergence,
  type CarriedDensity,
  type FlowDensityOptions,
} from "./flowDensity.js";
export { weakGaugeTest, weakGaugeTests, type WeakTest } from "./weakForm.js";
export { asymmetry, fieldAsymmetry, stochasticAsymmetry, type Asymmetry } from "./asymmetry.js";
export { exampleFields, exampleQuadratic, exampleWaves, threeModes, type ExampleFields } from "./examples.js";
export {
  gridConvergence,
  gridCurrents,
  latticeDensity,
  type CurrentPanel,
  type GridConvergenceOptions,
  type GridSplit,
} from "./gridConvergence.js";
export { planeSamples, type PlaneSamples } from "./planeSamples.js";
export { excessLoss, type ExcessLoss } from "./excessLoss.js";
export { rotationGrowth, type RotationGrowth, type RotationGrowthOptions } from "./discretisation.js";
export {
  gaugeSource,
  guided,
  guidedSource,
  linearFieldZero,
  type GuidedSource,
  type ScoreAndGauge,
} from "./guidance.js";
export { langevinRelaxation, type LangevinRelaxation } from "./langevin.js";
