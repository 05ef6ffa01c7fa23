import type { Estimate } from "../../math/estimate.js";
import { matrix, row, type Matrix } from "../../math/matrix.js";
import { mean } from "../../math/stats.js";

/**
 * An estimator of dimension: the intrinsic dimension at each point of x, shape [n, D], seen at a scale; shape [n]. The
 * scale is the noise level σ where a score or a density is asked, in the unit of x, and the number of neighbours where
 * a set of points is.
 */
export type DimensionEstimator = (x: Matrix, scale: number) => Float64Array;

/**
 * A stretch of scales over which the estimate does not change. Its value is the dimension, the median of the averages
 * on it, with the standard error that the average has there.
 */
export interface Plateau extends Estimate {
  /** the smallest and the largest scale of it */
  readonly from: number;
  readonly to: number;
}

/** Estimates at several scales, and where they can be believed. */
export interface DimensionCurve {
  /** as given */
  readonly scales: Float64Array;
  /** shape [scales, n] */
  readonly perPoint: Matrix;
  /** the average over the points at each scale */
  readonly average: Float64Array;
  /** its standard error over the points, as of independent ones; NaN for a single point */
  readonly standardError: Float64Array;
  /** from small scales to large */
  readonly plateaus: readonly Plateau[];
  /** that of the widest plateau; NaN if there is none */
  readonly dimension: number;
  /** why `dimension` must not be taken for the dimension of the data, in one sentence */
  readonly warning?: string;
}

/** Settings of dimensionCurve. */
export interface CurveOptions {
  /** "harmonic" is MacKay and Ghahramani's average of the estimator of Levina and Bickel */
  readonly average?: "arithmetic" | "harmonic";
  /** the largest change of the average on a plateau, per factor e of the scale */
  readonly flat?: number;
  /** the least ratio of a plateau's largest scale to its smallest */
  readonly span?: number;
}

/**
 * An estimate at every one of the scales. An intrinsic dimension is a statement about scales that are larger than the
 * distance of the data points and smaller than the manifold's radius of curvature: there the curve has a plateau, and
 * only there it is a dimension. Data of several scales have several plateaus (Tempczyk et al., arXiv 2206.14882;
 * Kamkari et al., arXiv 2406.03537).
 *
 * @example
 * const { dimension, plateaus, warning } = dimensionCurve(flipd(p), points, geometricSigmas(32));
 *
 * @throws RangeError if there are no points, or fewer than two scales, or they do not increase or decrease throughout
 */
export function dimensionCurve(
  estimator: DimensionEstimator,
  x: Matrix,
  scales: ArrayLike<number>,
  { average = "arithmetic", flat = 0.15, span = 2 }: CurveOptions = {},
): DimensionCurve {
  if (x.rows === 0) throw new RangeError("dimensionCurve: no points, expected at least one row");
  const levels = monotone(scales);
  const perPoint = matrix(levels.length, x.rows);
  levels.forEach((scale, i) => perPoint.values.set(estimator(x, scale), i * x.rows));
  const averages = Array.from(levels, (_, i) => averaged(row(perPoint, i), average));
  const means = Float64Array.from(averages, ({ mean }) => mean);
  const errors = Float64Array.from(averages, ({ error }) => error);
  const plateaus = findPlateaus(levels, means, flat, span).map(({ from, to, indices }): Plateau => ({
    from,
    to,
    ...medianOf(indices, means, errors),
    count: x.rows,
  }));
  const widest = plateaus.reduce<Plateau | undefined>(
    (best, one) => (best && best.to / best.from >= one.to / one.from ? best : one),
    undefined,
  );
  const warning = doubt(levels, means, plateaus, flat, span);
  return {
    scales: levels,
    perPoint,
    average: means,
    standardError: errors,
    plateaus,
    dimension: widest?.value ?? NaN,
    ...(warning && { warning }),
  };
}

/**
 * Returns the curve of every estimator under its name, as a figure takes them. @throws RangeError as dimensionCurve
 * does
 */
export function dimensionCurves(
  estimators: Readonly<Record<string, DimensionEstimator>>,
  x: Matrix,
  scales: ArrayLike<number>,
  options: CurveOptions = {},
): (DimensionCurve & { readonly name: string })[] {
  return Object.entries(estimators).map(([name, estimator]) => ({
    name,
    ...dimensionCurve(estimator, x, scales, options),
  }));
}

/** A curve at one scale: its average with its standard error over the points. */
export interface DimensionAt extends Estimate {
  /** the nearest of the curve's scales */
  readonly scale: number;
  readonly perPoint: Float64Array;
  /** there if the scale is on no plateau */
  readonly warning?: string;
}

/**
 * The estimate at the scale of a curve that is nearest to the given one, with a warning if it is on no plateau.
 *
 * @throws RangeError if the scale is outside those of the curve
 */
export function dimensionAt(
  { scales, perPoint, average, standardError: error, plateaus }: Omit<DimensionCurve, "dimension" | "warning">,
  scale: number,
): DimensionAt {
  const [low, high] = [Math.min(...scales), Math.max(...scales)];
  if (!(scale >= low && scale <= high))
    throw new RangeError(`dimensionAt: the scale is ${scale}, expected one from ${low} to ${high}, those of the curve`);
  const distances = scales.map((level) => Math.abs(Math.log(level / scale)));
  const i = distances.indexOf(Math.min(...distances));
  const on = plateaus.some(({ from, to }) => scales[i] >= from && scales[i] <= to);
  const warning = on
    ? undefined
    : `At scale ${short(scales[i])} the estimate ${short(average[i])} is on no plateau; ${plateaus.length === 0 ? "the curve has none" : `the curve has ${listed(plateaus)}`}.`;
  return {
    scale: scales[i],
    perPoint: row(perPoint, i),
    value: average[i],
    standardError: error[i],
    count: perPoint.cols,
    ...(warning && { warning }),
  };
}

function monotone(scales: ArrayLike<number>): Float64Array {
  const levels = Float64Array.from(scales);
  if (levels.length < 2)
    throw new RangeError(
      `dimensionCurve: ${levels.length} scales, expected two or more; a single estimate does not show whether it is on a plateau`,
    );
  const sign = Math.sign(levels[1] - levels[0]);
  levels.forEach((scale, i) => {
    if (!(scale > 0 && scale < Infinity))
      throw new RangeError(`dimensionCurve: scale ${i} is ${scale}, expected a positive number`);
    if (i > 0 && !((scale - levels[i - 1]) * sign > 0))
      throw new RangeError(
        `dimensionCurve: scale ${i} is ${scale} after ${levels[i - 1]}, expected scales that increase or decrease throughout`,
      );
  });
  return levels;
}

/** Means by the delta method: the error of 1/m̄ is that of m̄ over m̄². */
function averaged(values: Float64Array, kind: "arithmetic" | "harmonic"): { mean: number; error: number } {
  const terms = kind === "harmonic" ? values.map((value) => 1 / value) : values;
  const n = terms.length;
  const centre = mean(terms);
  const error = n < 2 ? NaN : Math.sqrt(terms.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (n - 1) / n);
  return kind === "harmonic" ? { mean: 1 / centre, error: error / centre ** 2 } : { mean: centre, error };
}

/** The median of the averages with these indices, and the standard error of the one or two in the middle. */
function medianOf(indices: readonly number[], averages: Float64Array, errors: Float64Array) {
  const order = indices.toSorted((i, j) => averages[i] - averages[j]);
  const middle = (order.length - 1) / 2;
  const both = [order[Math.floor(middle)], order[Math.ceil(middle)]];
  return { value: mean(both.map((i) => averages[i])), standardError: mean(both.map((i) => errors[i])) };
}

function findPlateaus(scales: Float64Array, averages: Float64Array, flat: number, span: number) {
  const order = scales[0] < scales[1] ? [...scales.keys()] : [...scales.keys()].reverse();
  const plateaus: { from: number; to: number; indices: number[] }[] = [];
  for (let first = 0; first < order.length;) {
    let end = first;
    while (
      end + 1 < order.length &&
      Math.abs(averages[order[end + 1]] - averages[order[end]]) <=
        flat * Math.abs(Math.log(scales[order[end + 1]] / scales[order[end]]))
    )
      end++;
    const [from, to] = [scales[order[first]], scales[order[end]]];
    if (end > first && to / from >= span * (1 - 1e-9))
      plateaus.push({ from, to, indices: order.slice(first, end + 1) });
    first = end + 1;
  }
  return plateaus;
}

function doubt(
  scales: Float64Array,
  averages: Float64Array,
  plateaus: readonly Plateau[],
  flat: number,
  span: number,
): string | undefined {
  if (plateaus.length === 0)
    return `No plateau: between scales ${short(Math.min(...scales))} and ${short(Math.max(...scales))} the estimate goes from ${short(Math.min(...averages))} to ${short(Math.max(...averages))} and nowhere changes by less than ${flat} per factor e over a factor of ${span}; ask more scales, or others.`;
  if (plateaus.length > 1) return `The dimension depends on the scale: there are ${listed(plateaus)}.`;
  return undefined;
}

const listed = (plateaus: readonly Plateau[]) =>
  `${plateaus.length === 1 ? "one plateau" : `${plateaus.length} plateaus`}, ${plateaus.map(({ from, to, value }) => `${short(value)} from ${short(from)} to ${short(to)}`).join(", ")}`;

const short = (value: number) => String(Number(value.toPrecision(3)));
