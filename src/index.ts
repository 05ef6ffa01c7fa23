export { clearOutput, display, html, latex, markdown, show, svg, updateDisplay } from "./kernel/display.js";
export { input } from "./kernel/input.js";
export { claim, type Claim } from "./notebook/claims.js";
