/** The quality of samples, and what teleportation saves. */
export { compareEnergy, withEnergy, type EnergyScore } from "./energyDistance.js";
export { frechetDistance, frechetInfluence, meanAndCovariance, type MeanAndCovariance } from "./frechet.js";
export {
  compareFrechet,
  nearestDistances,
  sampleQuality,
  sharesWithin,
  type FrechetScore,
  type Quality,
} from "./quality.js";
export {
  classAgreement,
  classSamples,
  drawSamples,
  imageFidelity,
  type ClassFields,
  type FidelityOptions,
  type ImageClassifier,
  type ImageFidelity,
  type ImagesAndLabels,
  type SampleOptions,
} from "./imageFidelity.js";
export { relativeChange, skipStudy, skipTable, type SkipResult } from "./skipStudy.js";
export { amplitudeMaps, columns, ratiosToBest, skipMaps, spreadsOverLevels, type SkipMap } from "./skipMaps.js";
export { teleportationStudy, type TeleportationStudy, type TeleportationStudyOptions } from "./teleportationStudy.js";
export {
  amplitudeError,
  amplitudeRatios,
  dpmSolverV3Plan,
  heunPlan,
  multistepPlan,
  samplerPlans,
  skipRuns,
  teleportedSamples,
  type Plan,
  type TeleportRun,
} from "./teleportation.js";
