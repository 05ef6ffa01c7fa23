/** Generalization through variance (Vastola, arXiv 2504.12532): what of a network's score the noise of its targets made. */
export {
  alignment,
  alignmentShares,
  comparedDirections,
  type Alignment,
  type AlignmentOptions,
  type AlignmentShares,
  type ComparedDirections,
} from "./alignment.js";
export {
  compareDepartures,
  departure,
  departureStatistics,
  trajectoryDepartures,
  withDirections,
  type Departure,
  type DepartureOptions,
  type DepartureStatistics,
} from "./departure.js";
export { ensembleStudy, type EnsembleLevel, type EnsembleStudyOptions, type TargetEnsembles } from "./ensembleStudy.js";
export { linearModelVariance, type LinearModelVariance } from "./linearModelVariance.js";
export {
  compareSpread,
  departureParts,
  ensembleSpread,
  spreadTraces,
  spreadRatio,
  type DepartureParts,
  type EnsembleSpread,
  type SpreadComparison,
} from "./networkEnsemble.js";
export { posteriorCovariances } from "./posteriorCovariance.js";
export { leadingDirections, projectedSquares, randomDirections } from "./subspaceShare.js";
export { noisedDraws, type DrawOptions, type NoisedDraws } from "./noisedDraws.js";
