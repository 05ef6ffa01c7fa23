/** Generalization through the variance of the target, and what it is not the cause of (Vastola, arXiv 2504.12532). */
export {
  denoisingExamples,
  posteriorMeans,
  stackDenoiser,
  type ExampleOptions,
  type Objective,
} from "./denoisingExamples.js";
export { dimensionDependence, type DimensionDependenceOptions, type PosteriorDecision } from "./dimensionDependence.js";
export { flowGapMasses, type GapOptions } from "./gapMass.js";
export {
  smallNetworkStudy,
  type ObjectiveComparison,
  type SmallNetworkOptions,
  type SmallNetworks,
  type SmallNetworkStudy,
} from "./smallNetworks.js";
