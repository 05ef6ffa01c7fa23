/** What a cell shows, asks and claims: `scorebook/notebook`. */
export { clearOutput, display, html, latex, markdown, show, svg, updateDisplay } from "../kernel/worker/display.js";
export { input } from "../kernel/worker/input.js";
export { claim, type Claim } from "./claims.js";
export { trainingProgress, type TrainingFigures, type TrainingView } from "./trainingProgress.js";
