import { bootstrapInterval, type BootstrapOptions, type IntervalEstimate } from "../../math/estimate.js";
import {
  addScaled,
  matrix,
  requireColumns,
  row,
  scale,
  squaredLengths,
  trace,
  type Matrix,
} from "../../math/matrix.js";
import { rankCorrelation } from "../../math/rankCorrelation.js";
import type { VectorField } from "../../diffusion/distribution.js";
import type { EmpiricalDistribution } from "../../diffusion/distributions/empirical.js";
import { fitGaussian } from "../../diffusion/distributions/gaussian.js";
import { sample } from "../../diffusion/sampling/sampler.js";
import { alignment, alignmentShares, type AlignmentOptions, type AlignmentShares } from "./alignment.js";
import { posteriorCovariances } from "./posteriorCovariance.js";

/** The departure of a field from the score of its training set, beside the covariance of the proxy score there. */
export interface Departure {
  readonly sigma: number;
  /** ŝ - s, shape [n, d] */
  readonly difference: Matrix;
  /** ‖s‖², shape [n] */
  readonly scoreSquare: Float64Array;
  /** C = Cov(x_0 | x) / σ⁴, n matrices of shape [d, d] */
  readonly C: readonly Matrix[];
}

/**
 * Computes the departure at points x, shape [n, d], of one noise level.
 *
 * @throws RangeError if σ is not positive, or x has not d columns
 */
export function departure(
  { score }: Pick<VectorField, "score">,
  data: EmpiricalDistribution,
  x: Matrix,
  sigma: number,
): Departure {
  const exact = data.score(x, sigma);
  return {
    sigma,
    difference: addScaled(score(x, sigma), -1, exact),
    scoreSquare: squaredLengths(exact),
    C: posteriorCovariances(data, x, sigma).map((covariance) => scale(covariance, sigma ** -4)),
  };
}

/** Whether a departure's directions and places are those of a large C, over the points of one noise level. */
export interface DepartureStatistics extends Partial<AlignmentShares> {
  readonly sigma: number;
  /** Σ ‖ŝ - s‖² / Σ ‖s‖² */
  readonly departure: IntervalEstimate;
  /** Σ tr C / Σ (tr C + ‖s‖²), the part of the square of the proxy score that is noise */
  readonly noise: IntervalEstimate;
  /** Spearman's correlation of ‖ŝ - s‖² with tr C; without it if tr C is 0 at more than three quarters of the points */
  readonly rankWithTrace?: IntervalEstimate;
  /** the same with tr C / (tr C + ‖s‖²) */
  readonly rankWithFraction?: IntervalEstimate;
  /** the same with ‖s‖², for comparison */
  readonly rankWithScore?: IntervalEstimate;
}

/** Settings of departureStatistics. */
export type DepartureOptions = AlignmentOptions & BootstrapOptions;

/**
 * Measures a departure's shares in the leading eigenvectors of C and in other directions of the data, and its rank
 * correlation with the size of C, with bootstrap intervals over the points, which have to be independent.
 *
 * @throws RangeError if the points of the data and the departure are of different dimensions, there are less than two
 *   points, the departure or the exact score is 0 at all of them, or resamples is not an integer of at least 2
 */
export function departureStatistics(
  { sigma, difference, scoreSquare, C }: Departure,
  points: Matrix,
  options: DepartureOptions,
): DepartureStatistics {
  requireColumns("departureStatistics", "the departure", difference, points.cols);
  const n = difference.rows;
  if (n < 2) throw new RangeError(`departureStatistics: ${n} points at σ = ${sigma}, expected at least 2`);
  const square = squaredLengths(difference);
  for (const [name, values] of Object.entries({ "the departure": square, "the exact score": scoreSquare }))
    if (values.every((value) => value === 0))
      throw new RangeError(
        `departureStatistics: ${name} is 0 at all points of σ = ${sigma}, expected places where there are shares of it`,
      );
  const traces = Float64Array.from(C, trace);
  const both = traces.map((value, i) => value + scoreSquare[i]);
  const ratio = (a: Float64Array, b: Float64Array) =>
    bootstrapInterval(n, (rows) => total(a, rows) / total(b, rows), options);
  const correlation = (b: Float64Array) =>
    bootstrapInterval(n, (rows) => rankCorrelation(chosen(square, rows), chosen(b, rows)), options);
  const found = alignment(singleRows(difference), C, fitGaussian(points), options);
  return {
    sigma,
    departure: ratio(square, scoreSquare),
    noise: ratio(traces, both),
    ...(found.total.length > 1 && alignmentShares(found, options)),
    ...(traces.filter((value) => value > 0).length >= n / 4 && {
      rankWithTrace: correlation(traces),
      rankWithFraction: correlation(traces.map((value, i) => value / both[i])),
      rankWithScore: correlation(scoreSquare),
    }),
  };
}

/**
 * Measures departureStatistics of several fields at the same noised training points of every level, one record for each
 * level and field.
 *
 * @throws RangeError as departureStatistics does
 */
export function compareDepartures(
  fields: Readonly<Record<string, Pick<VectorField, "score">>>,
  data: EmpiricalDistribution,
  sigmas: readonly number[],
  { points = 100, ...options }: DepartureOptions & { readonly points?: number },
): ({ readonly field: string } & DepartureStatistics)[] {
  return sigmas.flatMap((sigma) => {
    const x = data.sample(options.source, points, sigma);
    return Object.entries(fields).map(([name, field]) => ({
      field: name,
      ...departureStatistics(departure(field, data, x, sigma), data.points, options),
    }));
  });
}

/**
 * Measures departureStatistics at every level of the field's own sampling trajectories, from noise at the first level,
 * shape [n, d]: where what it has learned leads.
 *
 * @throws RangeError if the levels do not decrease or the last is not positive, or as departureStatistics does
 */
export function trajectoryDepartures(
  field: Pick<VectorField, "denoiser" | "score">,
  data: EmpiricalDistribution,
  noise: Matrix,
  sigmas: ArrayLike<number>,
  options: DepartureOptions,
): DepartureStatistics[] {
  return [...sample(field, noise, sigmas)].map((x, level) =>
    departureStatistics(departure(field, data, x, sigmas[level]), data.points, options),
  );
}

/** Returns the statistics that have shares of directions: C has as many at two points of the level at least. */
export function withDirections<Statistics extends DepartureStatistics>(
  all: readonly Statistics[],
): (Statistics & AlignmentShares)[] {
  return all.filter((one): one is Statistics & AlignmentShares => one.own !== undefined);
}

const total = (values: Float64Array, rows: Uint32Array): number => rows.reduce((sum, n) => sum + values[n], 0);
const chosen = (values: Float64Array, rows: Uint32Array): Float64Array => Float64Array.from(rows, (n) => values[n]);
const singleRows = (m: Matrix): Matrix[] => Array.from({ length: m.rows }, (_, n) => matrix(1, m.cols, row(m, n)));
