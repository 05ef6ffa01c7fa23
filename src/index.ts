export { show } from "./kernel/display.js";
