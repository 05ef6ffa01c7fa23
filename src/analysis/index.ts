/** The methods of the papers, one namespace for each subject. */
export * as dimension from "./dimension/index.js";
export * as encodings from "./encodings/index.js";
export * as gauge from "./gauge/index.js";
export * as independence from "./independence/index.js";
export * as samples from "./samples/index.js";
export * as scores from "./scores/index.js";
export * as stochasticity from "./stochasticity/index.js";
export * as symmetry from "./symmetry/index.js";
export * as trajectories from "./trajectories/index.js";
export * as variance from "./variance/index.js";
