/** Measures of independence, and what finds independent components. */
export { amariIndex } from "./amari.js";
export { excessKurtosis, kurtosisByAngle } from "./contrast.js";
export { correlation, crossCorrelations, squareCorrelation } from "./correlation.js";
export { distanceCorrelation, distanceCorrelationTest } from "./distanceCorrelation.js";
export { fastIca, type FastIcaOptions, type IndependentComponents } from "./fastIca.js";
export { gaussianise } from "./gaussianise.js";
export { hsic, hsicTest } from "./hsic.js";
export { mutualInformation, type MutualInformationOptions } from "./mutualInformation.js";
export type { DependenceTest, PermutationOptions } from "./permutationTest.js";
export {
  measureDependence,
  measureRecovery,
  type Dependence,
  type DependenceOptions,
  type Recovery,
} from "./recovery.js";
export { sourceScatter, type ScatterPanel } from "./scatter.js";
export {
  lineCodes,
  linearMixture,
  twoSources,
  type LinearMixture,
  type LineMixture,
  type MixedSources,
} from "./sources.js";
export { swirl } from "./swirl.js";
export { whiten, type LinearCode } from "./whiten.js";
