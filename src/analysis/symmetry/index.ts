/** Most likely paths of noisy systems and what symmetries conserve along them (Vastola, arXiv 2504.09761). */
export { driftField, equationOf, type NoisySystem } from "./system.js";
export {
  driftDiffusion,
  lineAttractor,
  linearNetwork,
  ringAttractor,
  ringNetwork,
  rotatingAttractor,
  threeAttractors,
  type ThreeAttractors,
} from "./systems.js";
export {
  forwardDiffusion,
  gaussianData,
  mixtureData,
  noisyFlow,
  reverseDiffusion,
  ringData,
  type ReverseDiffusionOptions,
  type ScalarScore,
  type ScoredData,
} from "./reverseDiffusion.js";
export {
  onsagerMachlup,
  type FirstDerivatives,
  type Lagrangian,
  type OnsagerMachlupOptions,
  type SecondDerivatives,
} from "./lagrangian.js";
export { pulledScore, scoreLagrangian, type PulledScore, type ScoreLagrangianOptions } from "./scoreLagrangian.js";
export {
  action,
  actionHessian,
  intervals,
  type ActionGradient,
  type Intervals,
  type Path,
  type Rule,
} from "./action.js";
export { clockTimes, logClock, plainClock, varianceClock, type Clock } from "./clock.js";
export {
  mostLikelyPath,
  straightGuess,
  type MostLikelyPath,
  type MostLikelyPathOptions,
  type PathProblem,
} from "./mostLikelyPath.js";
export { actionMinima, bentStarts, throughPoints, type ActionMinimum } from "./minima.js";
export { extrapolated, refinement, type Refinement, type RefinementOptions, type RefinementRow } from "./refinement.js";
export { bumpRotation, rotation, timeTranslation, translation, type Transformation } from "./transformation.js";
export { energies, kinematicAngularMomentum, noetherCharge, type Charge, type ChargeOptions } from "./noether.js";
export { symmetryDefect, type States, type SymmetryDefect } from "./symmetryDefect.js";
export { conditionedState, type ConditionedPassage, type ConditionedState } from "./conditionedState.js";
export { lowerBoundProbability, lowerPassageProbability } from "./passageProbability.js";
export { lowerPassageDensity, survivingDensity, type BoundedDrift } from "./passage.js";
export {
  bridgeComparison,
  passagePaths,
  pathsEndingAt,
  simulatePaths,
  type BridgeComparison,
  type PassageOptions,
  type PathEnsemble,
  type SimulationOptions,
} from "./conditionedPaths.js";
export {
  evidenceRows,
  evidenceSeries,
  type EvidenceOptions,
  type EvidenceRow,
  type EvidenceSeries,
} from "./evidence.js";
export {
  attractorRow,
  attractorTransitions,
  type Transition,
  distanceTo,
  exactAttractor,
  relativeSpread,
  type AttractorRow,
  type ExactAttractor,
} from "./attractor.js";
export {
  decisionAttractors,
  decisionMinima,
  decisionTransitions,
  steadyState,
  type DecisionOptions,
  type DecisionRow,
  type PlaneHistogram,
  type SteadyStateOptions,
} from "./decisions.js";
export {
  diffusionLagrangians,
  brokenRingSpread,
  ringRows,
  type RingRow,
  ringStudy,
  type DiffusionLagrangians,
  type RingOptions,
  type RingPath,
} from "./ringStudy.js";
export {
  largestDistance,
  straightness,
  straightnessSeries,
  straightPath,
  type Straightness,
  type StraightnessSeries,
  type StraightnessOptions,
} from "./straightness.js";
export {
  forwardEnds,
  scoreMomenta,
  scoreMomentum,
  type ScoreMomenta,
  type ScoreMomentaOptions,
  type ScoreMomentum,
  type ScoreMomentumOptions,
} from "./scoreMomentum.js";
export { speedSeries, type SpeedSeries } from "./speed.js";
export { momentumStudy, type MomentumOptions, type MomentumStudy } from "./momentumStudy.js";
export {
  chargeRows,
  chargeSeries,
  energyRefinement,
  energySpread,
  neuronRows,
  type ChargeExample,
  type ChargeRow,
  type EnergyRefinement,
  type NeuronRow,
} from "./chargeTables.js";
export { bridgeStudy, largestScores, type BridgeOptions, type BridgeRow } from "./bridgeStudy.js";
export {
  attractorColumns,
  bridgeColumns,
  chargeColumns,
  decisionColumns,
  evidenceColumns,
  neuronColumns,
} from "./tables.js";
