// math: matrices, decompositions, draws, differential equations, statistics
export { addScaled, addToRows, column, diagonal, distance, identity, matrix, matrixFromRows, norm, relativeError, row, scale, scaleColumns, takeColumns, takeRows, trace, transpose, type Matrix } from "./math/matrix.js";
export { multiply } from "./math/product.js";
export { eigen, type Eigen } from "./math/eigen.js";
export { choice, normal, permutation, randomSource, uniform, type Source } from "./math/random.js";
export { convergence, euler, heun, integrate, last, linspace, observedOrder, rk4, type Convergence, type Field, type Method } from "./math/ode.js";
export { columnMeans, covariance, mean, quantiles, standardError, variance } from "./math/stats.js";

// datasets
export { digits, type Digits } from "./datasets/digits.js";

// diffusion: the convention is in diffusion/score.ts
export { denoiserFromScore, scoreFromDenoiser, type Denoiser, type Score } from "./diffusion/score.js";
export { emergedFraction, features, fitGaussian, gaussian, gaussianDenoiser, gaussianFlow, gaussianLogDensity, gaussianScore, type Gaussian } from "./diffusion/gaussian.js";
export { geometricSigmas, karrasSigmas } from "./diffusion/noise.js";
export { inLogSigma, probabilityFlow } from "./diffusion/flow.js";
export { sample } from "./diffusion/sampler.js";

// analysis: one file per method of a paper
export { emergence, leadingFeatures, type Emergence, type Feature } from "./analysis/emergence.js";

// figures: arrays in, Plotly's data and layout out
export { convergenceFigure } from "./figures/convergence.js";
export { curvesFigure, type Series } from "./figures/curves.js";
export { emergenceFigure } from "./figures/emergence.js";
export { imagesFigure } from "./figures/images.js";
export { spectrumFigure } from "./figures/spectrum.js";
export type { Figure } from "./figures/style.js";

// kernel and notebook: what a cell shows, asks and claims
export { clearOutput, display, html, latex, markdown, show, svg, updateDisplay } from "./kernel/display.js";
export { input } from "./kernel/input.js";
export { claim, type Claim } from "./notebook/claims.js";
