/** The dimension and shape of sampling trajectories and the emergence of features. */
export {
  coordinateNames,
  preservedScale,
  scaledStates,
  trajectoryCoordinates,
  type CoordinateName,
  type Scaling,
  type TrajectoryCoordinates,
} from "./coordinates.js";
export { endpointDetermination, type Determination } from "./determination.js";
export {
  componentsFor,
  cumulativeShares,
  dimensionRows,
  heldShares,
  pathComponents,
  pathDimension,
  remainingShares,
  type DimensionRow,
  type PathComponents,
  type RemainingShares,
} from "./dimensionality.js";
export { endPlane, type EndPlane } from "./endPlane.js";
export { incrementCosines, incrementsOf, pathLengths, type LagCosine } from "./increments.js";
export { modeDeviations, modeSlope, type ModeDeviation } from "./modeDeviation.js";
export { randomWalk, straightPath } from "./nulls.js";
export {
  largestDeviation,
  largestResidual,
  offRotation,
  rotationDeviation,
  rotationDifferences,
  rotationResidual,
  whiteNoiseDeviation,
  type LargestResidual,
  type RotationSpectrum,
} from "./rotation.js";
export {
  meanShape,
  pathRow,
  shapeRows,
  trajectoryStudies,
  type ShapeRow,
  type TrajectoryStudy,
  type TrajectoryStudyOptions,
} from "./study.js";
export {
  cosineRows,
  dimensionColumns,
  guidanceColumns,
  lengthRows,
  momentsColumns,
  momentsRows,
  shapeColumns,
  slopeRows,
  type LengthRow,
  type MomentsRow,
} from "./tables.js";
export { followTrajectory, type Trajectory } from "./trajectory.js";
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
export { componentRows, denoiserGain, imageVariations, pathDirections, type PathDirections } from "./imageManifold.js";
export { elementStudy, type ElementStudy, type JudgedPath } from "./elementStudy.js";
export { imageCycle, type CyclePoint } from "./imageCycle.js";
export { contentStudy, type ContentStudy, type ContentStudyOptions, type StudiedTrajectories } from "./contentStudy.js";
export {
  directionGains,
  gainDifferences,
  gainRows,
  gainsByComponent,
  neighbourDirections,
  shownDirections,
  tangentCandidates,
  type DirectionGains,
  type DirectionSet,
  type Gains,
} from "./tangents.js";
export { crossingShare, modeChanges, modeRows, type ModeChange, type ModeChangeOptions } from "./modeChange.js";
export { earlyAndLate, responseRows, type EarlyAndLate } from "./stepRows.js";
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
export {
  comparePaths,
  nearerFraction,
  pathForecast,
  type ComparedPath,
  type PathForecast,
  type PathForecastOptions,
} from "./prediction.js";
