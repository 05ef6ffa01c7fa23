/** Quality of samples, and teleported ones. */
export { frechetDistance, frechetInfluence, moments, type Moments } from "./frechet.js";
export {
  compareFrechet,
  estimateMean,
  meanOfSeeds,
  nearestDistances,
  resampledEstimate,
  sampleQuality,
  squaredErrors,
  type Estimate,
  type FrechetScore,
  type Measured,
  type Quality,
} from "./quality.js";
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
