export { show } from "./kernel/display.js";
export { claim, type Claim } from "./notebook/claims.js";
