import { estimateMean, type Estimate } from "../../math/estimate.js";
import { matrix, row, type Matrix } from "../../math/matrix.js";
import { normalCdf } from "../../math/special.js";
import { mean, quantiles, variance } from "../../math/stats.js";
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
 * @throws RangeError with fewer than two models, or if the dimensions differ
 */
export function gapFilling(samples: readonly Matrix[], points: Matrix, region: Region): GapFilling {
  const masses = gapMasses(samples, region);
  const nearest = samples.map((x) => nearestPoints(x, points));
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

/** The share of the rows of x that lie in a region, those within a ball's radius of its centre, the edge excluded. */
export function regionMass(x: Matrix, { centres, radius }: Region): number {
  const { distances } = nearestPoints(x, centres);
  return distances.filter((distance) => distance < radius).length / x.rows;
}

function nearestPoints(x: Matrix, points: Matrix): { readonly distances: Float64Array; readonly indices: Int32Array } {
  if (x.cols !== points.cols)
    throw new RangeError(`gapFilling: samples in ${x.cols} dimensions and points in ${points.cols}, expected the same`);
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

/** Histograms of the samples of several models on the line; samples beyond the edges are in no bin. */
export function histogramBands(samples: readonly Matrix[], edges: Float64Array): HistogramBands {
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

/** The density of samples on the line in each bin between increasing edges. */
export function histogram({ values, rows }: Matrix, edges: Float64Array): Float64Array {
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

/** The density of p_ε on the line in each bin: the training points noised to the first time, exactly. */
export function noisedHistogram(problem: TrainingProblem, edges: Float64Array): Float64Array {
  return Float64Array.from(
    { length: edges.length - 1 },
    (_, i) => noisedMass(problem, edges[i], edges[i + 1]) / (edges[i + 1] - edges[i]),
  );
}

/** The mass that p_ε has in a region of the line whose intervals do not overlap, exactly. */
export function noisedRegionMass(problem: TrainingProblem, { centres, radius }: Region): number {
  let mass = 0;
  for (const centre of centres.values) mass += noisedMass(problem, centre - radius, centre + radius);
  return mass;
}

/** P(from < x_ε < to) of the training points on the line noised to the first time. */
function noisedMass(problem: TrainingProblem, from: number, to: number): number {
  const { points, times } = problem;
  if (points.cols !== 1)
    throw new RangeError(`noisedRegionMass: points in ${points.cols} dimensions, expected points on the line`);
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
 * @throws RangeError with fewer than two models
 */
export function totalVariation(samples: readonly Matrix[], p: Float64Array, edges: Float64Array): Estimate {
  const M = samples.length;
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

/** Places in the square of four training points: its middles of the edges, half-way to the centre, and the centre. */
export function squareRegions(corners: Matrix): Readonly<Record<"data" | "edge" | "diagonal" | "centre", Region>> {
  const middle = matrix(4, 2);
  const half = matrix(4, 2);
  for (let i = 0; i < 4; i++)
    for (let j = 0; j < 2; j++) {
      middle.values[2 * i + j] = (row(corners, i)[j] + row(corners, (i + 1) % 4)[j]) / 2;
      half.values[2 * i + j] = row(corners, i)[j] / 2;
    }
  return {
    data: { centres: corners, radius: 0.25 },
    edge: { centres: middle, radius: 0.2 },
    diagonal: { centres: half, radius: 0.2 },
    centre: { centres: matrix(1, 2), radius: 0.2 },
  };
}
