/** The shape of sampling trajectories and the emergence of features. */
export {
  emergedFraction,
  emergence,
  emergenceError,
  leadingFeatures,
  type Emergence,
  type Feature,
} from "./emergence.js";
export {
  commitmentOrder,
  commitments,
  levelsOf,
  orderByChance,
  type Commitment,
  type CommitmentLevels,
  type CommitmentOrder,
} from "./commitment.js";
export {
  changedArea,
  contentChanges,
  meanChanges,
  type ContentChange,
  type ContentJudge,
  type ContentOptions,
  type MeanChange,
} from "./contentChange.js";
export {
  classElement,
  elementGroups,
  featureElements,
  strokeElements,
  varianceBetween,
  type Element,
} from "./elements.js";
export {
  componentRows,
  denoiserGain,
  imageVariations,
  meanGain,
  pathComponents,
  type PathComponents,
} from "./imageManifold.js";
export { imageCycle, type CyclePoint } from "./imageCycle.js";
export { contentStudy, type ContentStudy, type ContentStudyOptions, type StudiedTrajectories } from "./contentStudy.js";
export {
  directionGains,
  shownDirections,
  tangentCandidates,
  type DirectionGains,
  type DirectionSet,
} from "./tangents.js";
export { modeChanges, type ModeChange, type ModeChangeOptions } from "./modeChange.js";
export { levelsNear, outline, outlineRows, type Outline } from "./outline.js";
export {
  equalEffectStep,
  fixedStep,
  growingLevels,
  perturbationEffect,
  perturbationStudy,
  proportionalStep,
  type PerturbationOptions,
  type PerturbationStudy,
  type StepEffects,
  type StepSize,
} from "./perturbation.js";
export { trajectoryShape, type TrajectoryShape } from "./trajectory.js";
export {
  comparePaths,
  nearerFraction,
  pathForecast,
  type ComparedPath,
  type PathForecast,
  type PathForecastOptions,
} from "./prediction.js";
