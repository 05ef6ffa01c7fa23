/** What a cell shows, asks and claims. */
export { clearOutput, display, html, latex, markdown, show, svg, updateDisplay } from "../kernel/worker/display.js";
export { input } from "../kernel/worker/input.js";
export { claim } from "./claims.js";
export { claimOverview } from "./claimOverview.js";
export type { Claim } from "./judgedClaim.js";
export type { Bound } from "./verdict.js";
export { formatEstimate, type Measurement } from "./measurement.js";
export { table } from "./table.js";
export {
  ensembleProgress,
  trainingProgress,
  type EnsembleFigures,
  type LiveProgress,
  type ProgressPlace,
  type TrainingFigures,
} from "./liveProgress.js";
