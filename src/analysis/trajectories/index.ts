/** The shape of sampling trajectories and the emergence of features. */
export {
  emergedFraction,
  emergence,
  emergenceError,
  leadingFeatures,
  type Emergence,
  type Feature,
} from "./emergence.js";
export { modeChanges, type ModeChange, type ModeChangeOptions } from "./modeChange.js";
export {
  growingLevels,
  perturbationEffect,
  perturbationStudy,
  type PerturbationOptions,
  type PerturbationStudy,
  type StepEffects,
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
