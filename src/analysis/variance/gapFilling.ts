import { estimateMean, type Estimate } from "../../math/estimate.js";
import { matrixFromRows, row, type Matrix } from "../../math/matrix.js";
import { normalCdf } from "../../math/special.js";
import { columnMeans, mean, quantiles, variance } from "../../math/stats.js";
import { scheduleOf, type TrainingProblem } from "./trainingDraws.js";

/** A region of balls, such as the gaps between training points: intervals on the line, discs in the plane. */
export interface Region {
  /** shape [k, d] */
  readonly centres: Matrix;
  readonly radius: number;
}

/** What the samples of models tell of the gaps between the training points; errors are over models. */
export interface GapFilling {
  /** the share of samples in the region */
  readonly gapMass: Estimate;
  /** the standard deviation of that share over models */
  readonly spread: number;
  /** the mean distance to the nearest training point */
  readonly nearestDistance: Estimate;
  /** the share of samples nearest to each training point */
  readonly modeWeights: readonly Estimate[];
}

/**
 * Measures how samples of several models, one matrix of shape [n, d] for each, fill a region between the training
 * points.
 *
 * @throws RangeError with fewer than two models, if there are no samples or one is NaN, or if the dimensions differ
 */
export function gapFilling(samples: readonly Matrix[], points: Matrix, region: Region): GapFilling {
  requireModels("gapFilling", samples, 2);
  const masses = gapMasses(samples, region);
  const nearest = samples.map((x) => nearestPoints("gapFilling", x, points));
  return {
    gapMass: estimateMean(masses),
    spread: Math.sqrt(variance(masses)),
    nearestDistance: estimateMean(nearest.map(({ distances }) => mean(distances))),
    modeWeights: Array.from({ length: points.rows }, (_, i) =>
      estimateMean(nearest.map(({ indices }) => indices.filter((index) => index === i).length / indices.length)),
    ),
  };
}

/** The share of each model's samples that lie in a region, for differences between models of the same seeds. */
export function gapMasses(samples: readonly Matrix[], region: Region): Float64Array {
  return Float64Array.from(samples, (x) => regionMass(x, region));
}

/**
 * The share of the rows of x that lie in a region, those within a ball's radius of its centre, the edge excluded.
 *
 * @throws RangeError if there are no rows, one holds NaN, the dimensions differ, or the radius is not positive
 */
export function regionMass(x: Matrix, { centres, radius }: Region): number {
  requireRadius("regionMass", radius);
  const { distances } = nearestPoints("regionMass", x, centres);
  return distances.filter((distance) => distance < radius).length / x.rows;
}

function nearestPoints(
  where: string,
  x: Matrix,
  points: Matrix,
): { readonly distances: Float64Array; readonly indices: Int32Array } {
  if (x.cols !== points.cols)
    throw new RangeError(`${where}: samples in ${x.cols} dimensions and points in ${points.cols}, expected the same`);
  requireSamples(where, x);
  const [distances, indices] = [new Float64Array(x.rows), new Int32Array(x.rows)];
  for (let n = 0; n < x.rows; n++) {
    let least = Infinity;
    for (let i = 0; i < points.rows; i++) {
      let square = 0;
      for (let j = 0; j < x.cols; j++) square += (x.values[n * x.cols + j] - points.values[i * x.cols + j]) ** 2;
      if (square < least) [least, indices[n]] = [square, i];
    }
    distances[n] = Math.sqrt(least);
  }
  return { distances, indices };
}

/** Histograms of models on the line, as densities: their mean and their quartiles in each bin. */
export interface HistogramBands {
  /** edges of the bins, increasing */
  readonly edges: Float64Array;
  readonly mean: Float64Array;
  /** the quartiles over models, of each bin */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/**
 * Histograms of the samples of several models on the line; samples beyond the edges are in no bin.
 *
 * @throws RangeError if there are no models, or as histogram does
 */
export function histogramBands(samples: readonly Matrix[], edges: Float64Array): HistogramBands {
  requireModels("histogramBands", samples, 1);
  const all = samples.map((x) => histogram(x, edges));
  const over = (f: (values: number[]) => number) =>
    Float64Array.from({ length: edges.length - 1 }, (_, i) => f(all.map((one) => one[i])));
  return {
    edges,
    mean: over(mean),
    lower: over((values) => quantiles(values, [0.25])[0]),
    upper: over((values) => quantiles(values, [0.75])[0]),
  };
}

/**
 * The density of samples on the line in each bin between increasing edges, the lower edge of a bin included; samples
 * beyond the edges are in no bin.
 *
 * @throws RangeError if the edges do not increase, there are no samples, one is NaN, or they are not on the line
 */
export function histogram(x: Matrix, edges: Float64Array): Float64Array {
  const { rows, cols, values } = x;
  requireEdges("histogram", edges);
  if (cols !== 1) throw new RangeError(`histogram: samples in ${cols} dimensions, expected samples on the line`);
  requireSamples("histogram", x);
  const counts = new Float64Array(edges.length - 1);
  for (const value of values) {
    let [low, high] = [0, edges.length - 1];
    if (!(value >= edges[0] && value < edges[high])) continue;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (edges[middle] <= value) low = middle;
      else high = middle;
    }
    counts[low]++;
  }
  return counts.map((count, i) => count / rows / (edges[i + 1] - edges[i]));
}

/**
 * The density of p_ε on the line in each bin: the training points noised to the first time, exactly.
 *
 * @throws RangeError if the edges do not increase, or the points are not on the line
 */
export function noisedHistogram(problem: TrainingProblem, edges: Float64Array): Float64Array {
  requireEdges("noisedHistogram", edges);
  return Float64Array.from(
    { length: edges.length - 1 },
    (_, i) => noisedMass("noisedHistogram", problem, edges[i], edges[i + 1]) / (edges[i + 1] - edges[i]),
  );
}

/**
 * The mass that p_ε has in a region of the line, exactly; where its intervals overlap it counts once.
 *
 * @throws RangeError if the points or the region are not on the line, or the radius is not positive
 */
export function noisedRegionMass(problem: TrainingProblem, { centres, radius }: Region): number {
  requireRadius("noisedRegionMass", radius);
  if (centres.cols !== 1)
    throw new RangeError(`noisedRegionMass: a region in ${centres.cols} dimensions, expected one of the line`);
  let [mass, reached] = [0, -Infinity];
  for (const centre of centres.values.slice().sort()) {
    mass += noisedMass("noisedRegionMass", problem, Math.max(centre - radius, reached), centre + radius);
    reached = centre + radius;
  }
  return mass;
}

/** P(from < x_ε < to) of the training points on the line noised to the first time. */
function noisedMass(where: string, problem: TrainingProblem, from: number, to: number): number {
  const { points, times } = problem;
  if (points.cols !== 1)
    throw new RangeError(`${where}: points in ${points.cols} dimensions, expected points on the line`);
  const schedule = scheduleOf(problem);
  const alpha = schedule.alpha(times[0]);
  const deviation = alpha * schedule.noiseLevel(times[0]);
  const below = (x: number) => mean(points.values.map((point) => normalCdf((x - alpha * point) / deviation)));
  return below(to) - below(from);
}

/**
 * The total variation distance ½ Σ |[q] - p| between the mean histogram of models and densities in the same bins, what
 * is beyond the edges counting as one bin more; its standard error is the jackknife's over models.
 *
 * @throws RangeError with fewer than two models, if there is not one density for each bin, or as histogram does
 */
export function totalVariation(samples: readonly Matrix[], p: Float64Array, edges: Float64Array): Estimate {
  const M = samples.length;
  requireModels("totalVariation", samples, 2);
  if (p.length !== edges.length - 1)
    throw new RangeError(
      `totalVariation: ${p.length} densities and ${edges.length} edges, expected one edge more than densities`,
    );
  const masses = samples.map((x) => histogram(x, edges).map((density, i) => density * (edges[i + 1] - edges[i])));
  const reference = p.map((density, i) => density * (edges[i + 1] - edges[i]));
  const sums = reference.map((_, i) => masses.reduce((sum, one) => sum + one[i], 0));
  const beyond = (values: Float64Array) => 1 - values.reduce((sum, value) => sum + value, 0);
  const distance = (q: Float64Array) =>
    0.5 *
    (q.reduce((sum, value, i) => sum + Math.abs(value - reference[i]), 0) + Math.abs(beyond(q) - beyond(reference)));
  const value = distance(sums.map((sum) => sum / M));
  const without = masses.map((one) => distance(sums.map((sum, i) => (sum - one[i]) / (M - 1))));
  return { value, standardError: Math.sqrt((variance(without) * (M - 1) ** 2) / M), count: M };
}

/**
 * Places in the square of four training points, whatever their order: its middles of the edges, half-way to the centre,
 * and the centre.
 *
 * @throws RangeError if the corners are not four points of the plane
 */
export function squareRegions(corners: Matrix): Readonly<Record<"data" | "edge" | "diagonal" | "centre", Region>> {
  if (corners.rows !== 4 || corners.cols !== 2)
    throw new RangeError(`squareRegions: corners of shape [${corners.rows}, ${corners.cols}], expected [4, 2]`);
  const centre = columnMeans(corners);
  const angle = (i: number) => Math.atan2(row(corners, i)[1] - centre[1], row(corners, i)[0] - centre[0]);
  const around = [0, 1, 2, 3].sort((i, j) => angle(i) - angle(j)).map((i) => row(corners, i));
  const between = (a: Float64Array, b: Float64Array) => a.map((value, j) => (value + b[j]) / 2);
  return {
    data: { centres: corners, radius: 0.25 },
    edge: { centres: matrixFromRows(around.map((corner, i) => between(corner, around[(i + 1) % 4]))), radius: 0.2 },
    diagonal: { centres: matrixFromRows(around.map((corner) => between(corner, centre))), radius: 0.2 },
    centre: { centres: matrixFromRows([centre]), radius: 0.2 },
  };
}

/** @throws RangeError if there are no samples, or one holds NaN, as those of a flow that has come to no end do */
export function requireSamples(where: string, { rows, cols, values }: Matrix): void {
  if (rows === 0) throw new RangeError(`${where}: a model has no samples, expected at least one; take a larger count`);
  const wrong = values.findIndex(Number.isNaN);
  if (wrong >= 0) throw new RangeError(`${where}: sample ${Math.floor(wrong / cols)} holds NaN, expected numbers`);
}

function requireModels(where: string, samples: readonly Matrix[], least: number): void {
  if (samples.length < least)
    throw new RangeError(`${where}: samples of ${samples.length} models, expected at least ${least}`);
}

function requireRadius(where: string, radius: number): void {
  if (!(radius > 0)) throw new RangeError(`${where}: the radius is ${radius}, expected a positive number`);
}

function requireEdges(where: string, edges: Float64Array): void {
  if (edges.length < 2) throw new RangeError(`${where}: ${edges.length} edges, expected at least 2`);
  for (let i = 1; i < edges.length; i++)
    if (!(edges[i] > edges[i - 1]))
      throw new RangeError(`${where}: the edge ${edges[i]} after ${edges[i - 1]}, expected edges that increase`);
}
