/** Quality of samples, and teleported ones. */
export { frechetDistance, frechetInfluence, meanAndCovariance, type MeanAndCovariance } from "./frechet.js";
export { compareFrechet, nearestDistances, sampleQuality, type FrechetScore, type Quality } from "./quality.js";
export { longestSaving, longestSkip, skipStudy, type SkipResult } from "./skipStudy.js";
export {
  amplitudeError,
  amplitudeRatios,
  heunPlan,
  multistepPlan,
  pathError,
  skipMap,
  skipRuns,
  teleportedSamples,
  type PathError,
  type Plan,
  type TeleportRun,
} from "./teleportation.js";
