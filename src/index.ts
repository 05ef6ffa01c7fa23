/**
 * The prelude of notebooks: what a reader needs first. Everything else is in its subject: scorebook/math, /datasets,
 * /diffusion, /analysis, /figures and /notebook. No name here is a word that readers use for variables of their own.
 */
export { relativeError, addScaled, matrixFromRows, rowDots, takeRows, type Matrix } from "./math/matrix.js";
export { bootstrapEstimate, estimateMean, estimateMedian, pairedDifference, type Estimate } from "./math/estimate.js";
export { integrate, linspace, observedOrder } from "./math/ode.js";
export { randomSource } from "./math/random.js";

export { digits } from "./datasets/digits.js";
export { fashion } from "./datasets/fashion.js";

export { fromDenoiser, fromScore, type Distribution, type VectorField } from "./diffusion/distribution.js";
export { empiricalDistribution } from "./diffusion/distributions/empirical.js";
export { fitGaussian, isotropicGaussian, type Gaussian } from "./diffusion/distributions/gaussian.js";
export { gaussianMixture, type GaussianMixture } from "./diffusion/distributions/mixture.js";
export { fitMixture } from "./diffusion/distributions/mixtureFit.js";
export { sphereDistribution } from "./diffusion/distributions/sphere.js";
export { inLogSigma, probabilityFlow } from "./diffusion/flow.js";
export { flowLogDensity } from "./diffusion/likelihood.js";
export { trainDenoiser } from "./diffusion/networks/training.js";
export { loadDenoiser } from "./diffusion/networks/weights.js";
export { geometricSigmas, karrasSigmas } from "./diffusion/sampling/noiseLevels.js";
export { dpmSolver, uniPC } from "./diffusion/sampling/solver.js";
export { teleport } from "./diffusion/sampling/teleport.js";
export { variancePreserving } from "./diffusion/schedule.js";
export type { Denoiser, LogDensity, Score } from "./diffusion/score.js";

export { flipd } from "./analysis/dimension/flipd.js";
export { addFields, gaugeField, linearField, quadraticPotential } from "./analysis/gauge/fields.js";
export { frechetDistance, meanAndCovariance } from "./analysis/samples/frechet.js";
export { compareFrechet, nearestDistances } from "./analysis/samples/quality.js";
export { noisyEvaluationPoints } from "./analysis/scores/evaluationPoints.js";
export { unexplainedVariance } from "./analysis/scores/explainedVariance.js";

export { curvesFigure, estimateSeries } from "./figures/curves.js";
export { heatmapsFigure } from "./figures/heatmaps.js";
export { imagesFigure } from "./figures/images.js";
export { panelsFigure } from "./figures/panels.js";
export { planeFigure } from "./figures/plane.js";
export { spectrumFigure } from "./figures/spectrum.js";

export { show } from "./kernel/worker/display.js";
export { claim } from "./notebook/claims.js";
export { claimOverview } from "./notebook/claimOverview.js";
export { formatEstimate } from "./notebook/measurement.js";
export { table } from "./notebook/table.js";
export { ensembleProgress, trainingProgress } from "./notebook/liveProgress.js";
