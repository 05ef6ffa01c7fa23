import { bootstrapInterval, type BootstrapOptions, type Estimate, type IntervalEstimate } from "../../math/estimate.js";
import {
  addScaled,
  matrix,
  row,
  scale,
  squaredDistances,
  squaredLengths,
  trace,
  type Matrix,
} from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { rankCorrelation } from "../../math/rankCorrelation.js";
import { covariance } from "../../math/stats.js";
import type { VectorField } from "../../diffusion/distribution.js";
import { fitGaussian } from "../../diffusion/distributions/gaussian.js";
import { alignment, alignmentShares, type AlignmentOptions, type AlignmentShares } from "./alignment.js";

/** How the scores of an ensemble of M networks vary at n points of one noise level. */
export interface EnsembleSpread {
  /** mean score, shape [n, d] */
  readonly mean: Matrix;
  /** a_m = (ŝ_m - mean) / √(M - 1) at each point, n matrices of shape [M, d]: the covariance of ŝ is Σ_m a_m a_mᵀ */
  readonly deviations: readonly Matrix[];
}

/**
 * Measures the spread of the scores of an ensemble.
 *
 * @throws RangeError if there are less than two networks
 */
export function ensembleSpread(
  networks: readonly Pick<VectorField, "score">[],
  x: Matrix,
  sigma: number,
): EnsembleSpread {
  const M = networks.length;
  if (M < 2) throw new RangeError(`ensembleSpread: ${M} networks, expected at least 2`);
  const scores = networks.map(({ score }) => score(x, sigma));
  const mean = scale(
    scores.reduce((sum, s) => addScaled(sum, 1, s)),
    1 / M,
  );
  const apart = scores.map((s) => scale(addScaled(s, -1, mean), 1 / Math.sqrt(M - 1)));
  const deviations = Array.from({ length: x.rows }, (_, n) => {
    const all = matrix(M, x.cols);
    apart.forEach((a, m) => row(all, m).set(row(a, n)));
    return all;
  });
  return { mean, deviations };
}

/** tr Cov ŝ at every point, shape [n]. */
export function spreadTraces({ deviations }: EnsembleSpread): Float64Array {
  return Float64Array.from(deviations, (a) => squaredLengths(a).reduce((sum, value) => sum + value, 0));
}

/**
 * Estimates the ratio of the variances of two ensembles, Σ tr Cov ŝ over the same points, with the jackknife's standard
 * error over the networks of both.
 *
 * @throws RangeError if one has less than three networks
 */
export function spreadRatio(a: EnsembleSpread, b: EnsembleSpread): Estimate {
  const [first, second] = [a, b].map(jackknifedVariance);
  const value = first.value / second.value;
  return { value, standardError: value * Math.hypot(first.relativeError, second.relativeError) };
}

function jackknifedVariance({ deviations }: EnsembleSpread): { value: number; relativeError: number } {
  const M = deviations[0].rows;
  if (M < 3) throw new RangeError(`spreadRatio: ${M} networks, expected at least 3`);
  const squares = new Float64Array(M); // Σ_n ‖a_m‖²
  for (const a of deviations) squaredLengths(a).forEach((value, m) => (squares[m] += value));
  const value = squares.reduce((sum, square) => sum + square, 0);
  // without network m: Σ‖s - mean‖² falls by M / (M - 1) of its own square
  const left = squares.map((square) => ((value - (M / (M - 1)) * square) * (M - 1)) / (M - 2));
  const centre = left.reduce((sum, one) => sum + one, 0) / M;
  const spread = left.reduce((sum, one) => sum + (one - centre) ** 2, 0);
  return { value, relativeError: Math.sqrt(((M - 1) / M) * spread) / value };
}

/** What the networks of an ensemble depart by from a score: together, and each for itself. */
export interface DepartureParts {
  /** ‖E ŝ - s‖² at every point without the bias of few networks, shape [n] */
  readonly common: Float64Array;
  /** tr Cov ŝ, shape [n] */
  readonly own: Float64Array;
  /** Σ tr Cov ŝ / Σ E ‖ŝ - s‖², the part of the departure that is variance over the draws of noise */
  readonly ownShare: IntervalEstimate;
}

/**
 * Splits E ‖ŝ - s‖² into the square of the mean departure and the variance, with a bootstrap interval over the points.
 *
 * @throws RangeError if the score is of another shape
 */
export function departureParts(spread: EnsembleSpread, score: Matrix, options: BootstrapOptions): DepartureParts {
  const own = spreadTraces(spread);
  const M = spread.deviations[0].rows;
  const common = squaredDistances(spread.mean, score).map((square, n) => square - own[n] / M);
  const ownShare = bootstrapInterval(
    own.length,
    (rows) => total(own, rows) / (total(own, rows) + total(common, rows)),
    options,
  );
  return { common, own, ownShare };
}

/** The covariance of an ensemble's scores beside a predicted one of unknown scale, over the points of one noise level. */
export interface SpreadComparison {
  /** Σ tr Cov ŝ / Σ tr V, 1 if the prediction's scale is right */
  readonly scale: IntervalEstimate;
  /** Spearman's correlation of the traces over the points */
  readonly traces: IntervalEstimate;
  /** ⟨Cov ŝ, V⟩ / ‖Cov ŝ‖ ‖V‖, Frobenius over all points: 1 if the covariances are one but for a factor */
  readonly cosine: IntervalEstimate;
  /** the same with the V of another point, and with the covariance of the data at every point */
  readonly cosineOther: IntervalEstimate;
  readonly cosineData: IntervalEstimate;
  /** the shares of Σ tr Cov ŝ in the leading eigenvectors of V and in other directions, if V has them at two points */
  readonly shares?: AlignmentShares;
}

/**
 * Compares an ensemble's covariance with predictions V, one of shape [d, d] for each point, with bootstrap intervals
 * over the points. The size ‖Cov ŝ‖² is estimated without the bias of few networks, as for normal ones.
 *
 * @throws RangeError if there is not one prediction for each point, or there are less than three networks
 */
export function compareSpread(
  spread: EnsembleSpread,
  predicted: readonly Matrix[],
  points: Matrix,
  options: AlignmentOptions & BootstrapOptions,
): SpreadComparison {
  const { deviations } = spread;
  const n = deviations.length;
  if (predicted.length !== n)
    throw new RangeError(`compareSpread: ${predicted.length} predictions for ${n} points, expected one each`);
  const over = (f: (rows: Uint32Array) => number) => bootstrapInterval(n, f, options);
  const traces = spreadTraces(spread);
  const expected = Float64Array.from(predicted, trace);
  const sizes = Float64Array.from(deviations, squaredSize);
  const cosineWith = (V: readonly Matrix[]) => {
    const inner = Float64Array.from(deviations, (a, i) => innerProduct(a, V[i]));
    const squares = Float64Array.from(V, ({ values }) => values.reduce((sum, value) => sum + value ** 2, 0));
    return over((rows) => total(inner, rows) / Math.sqrt(total(sizes, rows) * total(squares, rows)));
  };
  const ofData = covariance(points);
  const found = alignment(deviations, predicted, fitGaussian(points), options);
  return {
    scale: over((rows) => total(traces, rows) / total(expected, rows)),
    traces: over((rows) =>
      rankCorrelation(
        Float64Array.from(rows, (i) => traces[i]),
        Float64Array.from(rows, (i) => expected[i]),
      ),
    ),
    cosine: cosineWith(predicted),
    cosineOther: cosineWith(predicted.map((_, i) => predicted[(i + 1) % n])),
    cosineData: cosineWith(predicted.map(() => ofData)),
    ...(found.total.length > 1 && { shares: alignmentShares(found, options) }),
  };
}

const total = (values: Float64Array, rows: Uint32Array): number => rows.reduce((sum, n) => sum + values[n], 0);

/** ⟨Σ_m a_m a_mᵀ, V⟩ = Σ_m a_mᵀ V a_m */
function innerProduct(a: Matrix, V: Matrix): number {
  const Va = multiply(a, V);
  return a.values.reduce((sum, value, at) => sum + value * Va.values[at], 0);
}

/** ‖Cov‖² from M networks without bias: of S of ν = M - 1 degrees of freedom, ν² (tr S² - (tr S)² / ν) / (ν - 1)(ν + 2). */
function squaredSize(a: Matrix): number {
  const nu = a.rows - 1;
  if (nu < 2) throw new RangeError(`compareSpread: ${a.rows} networks, expected at least 3`);
  const gram = multiply(a, a, { transposeB: true });
  const square = gram.values.reduce((sum, value) => sum + value ** 2, 0);
  return (nu ** 2 * (square - trace(gram) ** 2 / nu)) / ((nu - 1) * (nu + 2));
}
