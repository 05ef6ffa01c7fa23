/** Codes of data by the probability flow: their geometry, what they decode to, and how far they are determined. */
export { collapsePanels, collapseStudy, type Collapse, type CollapseOptions, type LevelCurves } from "./collapse.js";
export { codePanels, compareCodes, type CodeComparison } from "./compareCodes.js";
export { transportExamples } from "./examples.js";
export { mapGeometry, volumeExponent, type MapGeometry } from "./geometry.js";
export {
  interpolationStudy,
  judgeBetween,
  stripsOfPair,
  type Between,
  type JudgedBetween,
} from "./interpolationStudy.js";
export { decodedCircles, type CircleOptions, type DecodedCircle } from "./circles.js";
export { decodedLengths, type DecodedLength } from "./latentStudy.js";
export { quantileMap, type QuantileMap } from "./quantileMap.js";
export {
  icaAfterFlow,
  sourceStudy,
  type CoordinateRow,
  type IcaAfterFlow,
  type SourceStudy,
  type SourceStudyOptions,
} from "./sourceStudy.js";
export {
  codesOfLength,
  imageJudge,
  judgementRow,
  type JudgeOptions,
  type Judgement,
  type JudgementRow,
} from "./realism.js";
export { codeRoundTripError, roundTrip, type RoundTrip } from "./roundTrip.js";
