/** Float64 matrices, decompositions, draws, differential equations, statistics. */
export {
  addScaled,
  addToRows,
  column,
  concatRows,
  diagonal,
  distance,
  identity,
  matrix,
  matrixFromRows,
  norm,
  relativeError,
  row,
  rowAngles,
  rowDots,
  scale,
  scaleColumns,
  scaleRows,
  squaredDistances,
  squaredErrors,
  squaredLengths,
  takeColumns,
  takeRows,
  trace,
  transpose,
  type Matrix,
} from "./matrix.js";
export {
  bootstrapEstimate,
  bootstrapInterval,
  estimateDifference,
  estimateGroups,
  estimateMean,
  estimateMedian,
  farthestFrom,
  largest,
  meanWithInfluence,
  pairedDifference,
  relativeEstimate,
  smallest,
  sumEstimates,
  zScore,
  type BootstrapOptions,
  type Estimate,
  type GroupEstimates,
  type InfluenceEstimate,
  type IntervalEstimate,
} from "./estimate.js";
export { ensemble, type EnsembleOptions, type EnsembleProgress } from "./ensemble.js";
export { multiply } from "./multiply.js";
export { eigen, eigenvalues } from "./eigen.js";
export { stackedEigenvalues, stackedSingularValues, stackedSquaredSingularValues } from "./batchedSpectra.js";
export { svd } from "./svd.js";
export { matrixExponential } from "./matrixExponential.js";
export { qr, randomOrthogonal } from "./qr.js";
export { randomAntisymmetric, rotationGenerator } from "./antisymmetric.js";
export { cholesky, solve, solvePositive, squareRoot } from "./solve.js";
export { logSumExp, logSumExpRows, softmaxRows } from "./logSumExp.js";
export { besselRatio, logBesselI, scaledBesselI } from "./bessel.js";
export { kMeans, type ClusterOptions, type Clusters } from "./kMeans.js";
export { chiSquareTail, digamma, erf, erfc, logGamma, normalCdf, normalQuantile } from "./special.js";
export { gaussHermite, gaussLegendre, type Quadrature } from "./quadrature.js";
export { choice, normal, permutation, randomSource, signs, uniform, type Source } from "./random.js";
export {
  convergence,
  euler,
  heun,
  integrate,
  last,
  linspace,
  observedOrder,
  rk4,
  type ButcherTableau,
  type Convergence,
  type Field,
} from "./ode.js";
export {
  dormandPrince,
  integrateAdaptive,
  integrateAdaptiveAt,
  type AdaptiveOptions,
  type AdaptiveStep,
} from "./adaptive.js";
export { eulerMaruyama, integrateSde, stochasticHeun, type DiffusionCoefficient, type SdeMethod } from "./sde.js";
export {
  conjugateGradient,
  type ConjugateGradientOptions,
  type ConjugateGradientStep,
  type LinearMap,
} from "./conjugateGradient.js";
export { minimize, type MinimizeOptions, type MinimizeStep, type Objective } from "./lbfgs.js";
export { solveBlockTridiagonal, type BlockTridiagonal } from "./blockTridiagonal.js";
export * as taylor from "./taylor.js";
export type { Scalar, Taylor } from "./taylor.js";
export { nearestNeighbours } from "./neighbours.js";
export {
  columnCorrelations,
  columnMeans,
  covariance,
  largestDifference,
  largestRelativeDifference,
  mean,
  quantiles,
  range,
  rmsDistance,
  standardError,
  variance,
} from "./stats.js";
export { rankCorrelation, ranks } from "./rankCorrelation.js";
export { solveLyapunov } from "./lyapunov.js";
export type { Eigen, Qr, Svd } from "./decompositions.js";
export type { Neighbours } from "./kdTree.js";
export { overRows, rowRange } from "./rowBlocks.js";
