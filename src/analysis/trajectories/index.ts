/** The shape of sampling trajectories and the emergence of features. */
export { emergedFraction, emergence, leadingFeatures, type Emergence, type Feature } from "./emergence.js";
export { perturbationEffect, trajectoryShape, type TrajectoryShape } from "./trajectory.js";
