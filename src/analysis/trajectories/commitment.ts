import { resampledRows, type BootstrapOptions, type Estimate } from "../../math/estimate.js";
import { takeRows, type Matrix } from "../../math/matrix.js";
import { rankCorrelation } from "../../math/rankCorrelation.js";
import { permutation, type Source } from "../../math/random.js";
import { columnMeans, mean, variance } from "../../math/stats.js";
import type { Element } from "./elements.js";

/** The way of one element along trajectories, as it is in their endpoint estimates. */
export interface Commitment {
  readonly name: string;
  /** Σ_n m_n(σ) · m_n(0) / Σ_n |m_n(0)|² at each noise level, m without its mean over the trajectories */
  readonly share: Float64Array;
  /** 1 - Σ_n |m_n(σ) - m_n(0)|² / Σ_n |m_n(0)|² at each noise level, m likewise: how much of the end is told by it */
  readonly determined: Float64Array;
  /** the σ from which on the share stays above 1/√2, with its error over the trajectories */
  readonly emerges: Estimate;
  /** the σ from which on half of the end is determined, with its error over the trajectories */
  readonly commits: Estimate;
  /** both of resamples of the trajectories, the same ones for all elements */
  readonly resampled: readonly CommitmentLevels[];
}

/** The noise levels σ at which an element emerges, and at which it commits. */
export interface CommitmentLevels {
  readonly emerges: number;
  readonly commits: number;
}

/**
 * Measures when elements of images are decided along n trajectories: at falling noise levels σ, in the endpoint
 * estimates D(x_σ, σ), each of shape [n, d], against the final images. Of a Gaussian's feature of variance λ the share
 * is g = √(λ / (λ + σ²)) and what is determined 1 - (1 - g)²: it emerges at √λ and commits at 3.26 √λ (arXiv
 * 2303.02490). An estimate that overshoots has emerged and not committed.
 *
 * @throws RangeError if there are not as many estimates as levels, fewer than 2 trajectories, or an element does not
 * vary between the final images
 */
export function commitments(
  elements: readonly Element[],
  denoised: readonly Matrix[],
  sigmas: ArrayLike<number>,
  final: Matrix,
  resampling: BootstrapOptions,
): Commitment[] {
  if (denoised.length !== sigmas.length)
    throw new RangeError(
      `commitments: ${denoised.length} estimates at ${sigmas.length} noise levels, expected ${sigmas.length}`,
    );
  if (!(final.rows >= 2)) throw new RangeError(`commitments: ${final.rows} trajectories, expected at least 2`);
  const logs = Float64Array.from(sigmas, Math.log);
  const all = Uint32Array.from({ length: final.rows }, (_, n) => n);
  const resamples = resampledRows("commitments", final.rows, resampling);
  return elements.map(({ name, measure }) => {
    const path = denoised.map(measure);
    const end = measure(final);
    const levelsOf = (rows: ArrayLike<number>) => {
      const { share, determined } = wayOf(name, path, end, rows);
      return {
        emerges: Math.exp(lastCrossing(logs, share, Math.SQRT1_2)),
        commits: Math.exp(lastCrossing(logs, determined, 0.5)),
      };
    };
    const resampled = resamples.map(levelsOf);
    const own = levelsOf(all);
    const estimate = (key: keyof CommitmentLevels): Estimate => ({
      value: own[key],
      standardError: spreadOf(resampled.map((one) => one[key])),
      count: final.rows,
    });
    const way = wayOf(name, path, end, all);
    return { name, ...way, emerges: estimate("emerges"), commits: estimate("commits"), resampled };
  });
}

/** Returns the levels at which elements emerge or commit. */
export function levelsOf(elements: readonly Commitment[], level: keyof CommitmentLevels): Estimate[] {
  return elements.map((element) => element[level]);
}

/** How the order of elements by their levels goes with that by their variances. */
export interface CommitmentOrder {
  /** Spearman's correlation of the two: 1 if what varies more always comes first */
  readonly rankCorrelation: Estimate;
  /** the slope of ln σ over half the logarithm of the variances: 1 for features of a Gaussian, 0 without any order */
  readonly slope: Estimate;
}

/**
 * Compares the levels at which elements emerge or commit with their variances; standard errors are over resamples of
 * the trajectories.
 *
 * @throws RangeError if there are not as many variances as elements, or they are all equal or not positive
 */
export function commitmentOrder(
  elements: readonly Commitment[],
  variances: ArrayLike<number>,
  level: keyof CommitmentLevels,
): CommitmentOrder {
  requireVariances("commitmentOrder", elements.length, variances);
  const halves = Float64Array.from(variances, (one) => 0.5 * Math.log(one));
  if (!halves.every(Number.isFinite))
    throw new RangeError(`commitmentOrder: the variances ${Array.from(variances).join(", ")}, expected positive ones`);
  const orderOf = (levels: readonly number[]) => ({
    rank: rankCorrelation(variances, levels),
    slope: slopeOf(halves, levels.map(Math.log)),
  });
  const found = elements[0].resampled.map((_, b) => orderOf(elements.map(({ resampled }) => resampled[b][level])));
  const own = orderOf(elements.map((element) => element[level].value));
  const estimate = (key: "rank" | "slope"): Estimate => ({
    value: own[key],
    standardError: spreadOf(found.map((one) => one[key])),
    count: elements[0][level].count,
  });
  return { rankCorrelation: estimate("rank"), slope: estimate("slope") };
}

/** The standard deviation; 0 of values that differ by round-off alone, as resamples of a Gaussian's levels do. */
function spreadOf(values: readonly number[]): number {
  const spread = Math.sqrt(variance(values));
  return spread > 1e-12 * Math.abs(values[0]) ? spread : 0;
}

/** Returns the slope of y over x by least squares. */
function slopeOf(x: Float64Array, y: readonly number[]): number {
  const [centreX, centreY] = [mean(x), mean(y)];
  const products = y.reduce((sum, value, i) => sum + (x[i] - centreX) * (value - centreY), 0);
  return products / x.reduce((sum, value) => sum + (value - centreX) ** 2, 0);
}

/**
 * Returns the share of permutations of the variances whose rank correlation with the levels is at least as large as
 * their own: how often as good an order comes by chance.
 *
 * @throws RangeError if there are not as many variances as levels, or permutations is not a positive integer
 */
export function orderByChance(
  variances: ArrayLike<number>,
  levels: ArrayLike<number>,
  { source, permutations = 10_000 }: { readonly source: Source; readonly permutations?: number },
): number {
  requireVariances("orderByChance", levels.length, variances);
  if (!(Number.isSafeInteger(permutations) && permutations >= 1))
    throw new RangeError(`orderByChance: ${permutations} permutations, expected a positive integer`);
  const own = rankCorrelation(variances, levels);
  let [asGood, drawn] = [1, 1]; // its own order is one of them
  for (; drawn <= permutations; drawn++) {
    const mixed = Float64Array.from(permutation(source, variances.length), (i) => variances[i]);
    if (rankCorrelation(mixed, levels) >= own - 1e-12) asGood++;
  }
  return asGood / drawn;
}

function requireVariances(where: string, elements: number, variances: ArrayLike<number>): void {
  if (variances.length !== elements)
    throw new RangeError(`${where}: ${variances.length} variances, expected ${elements}, one for each element`);
}

function wayOf(name: string, path: readonly Matrix[], end: Matrix, rows: ArrayLike<number>) {
  const last = centred(takeRows(end, rows)).values;
  const size = last.reduce((sum, value) => sum + value * value, 0);
  if (!(size > 0)) throw new RangeError(`commitments: ${name} is the same in all final images, expected some spread`);
  const way = { share: new Float64Array(path.length), determined: new Float64Array(path.length) };
  path.forEach((m, i) => {
    const { values } = centred(takeRows(m, rows));
    way.share[i] = values.reduce((sum, value, k) => sum + value * last[k], 0) / size;
    way.determined[i] = 1 - values.reduce((sum, value, k) => sum + (value - last[k]) ** 2, 0) / size;
  });
  return way;
}

function centred(m: Matrix): Matrix {
  const centre = columnMeans(m);
  return { ...m, values: m.values.map((value, i) => value - centre[i % m.cols]) };
}

/** Where a share is at a value for the last time, linear between the levels; an end of them if it is on one side only. */
function lastCrossing(logs: Float64Array, share: Float64Array, value: number): number {
  const before = share.findLastIndex((one) => !(one >= value));
  if (before < 0) return logs[0];
  if (before === share.length - 1) return logs[before];
  const part = (value - share[before]) / (share[before + 1] - share[before]);
  return logs[before] + part * (logs[before + 1] - logs[before]);
}
