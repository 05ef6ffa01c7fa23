/** Shapes of sampling trajectories. */
export { emergence, leadingFeatures, type Emergence, type Feature } from "./emergence.js";
export { perturbationEffect, trajectoryShape, type TrajectoryShape } from "./trajectory.js";
