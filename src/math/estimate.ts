import { addScaled, matrix } from "./matrix.js";
import type { Source } from "./random.js";
import { mean, quantiles, standardError, variance } from "./stats.js";

/** A measured number with its standard error. */
export interface Estimate {
  readonly value: number;
  /** in the unit of the value */
  readonly standardError: number;
  /** the number of independent seeds, points or samples that the standard error is over, where it is one number */
  readonly count?: number;
}

/**
 * A measured value and what each of n seeds adds to it, to first order in 1/n, shape [n]: its standard error is that of
 * their mean.
 */
export interface InfluenceEstimate {
  readonly value: number;
  readonly influence: Float64Array;
}

/** The mean of n values, each of a seed. */
export function meanWithInfluence(values: Float64Array): InfluenceEstimate {
  const value = mean(values);
  return { value, influence: values.map((one) => one - value) };
}

/** The mean of independent values and its standard error. */
export function estimateMean(values: ArrayLike<number>): Estimate {
  return { value: mean(values), standardError: standardError(values), count: values.length };
}

/** Returns the sum of independent estimates, with a count where all have the same one. */
export function sumEstimates(estimates: readonly Estimate[]): Estimate {
  const count = estimates[0]?.count;
  return {
    value: estimates.reduce((sum, { value }) => sum + value, 0),
    standardError: Math.hypot(...estimates.map(({ standardError }) => standardError)),
    ...(count !== undefined && estimates.every((one) => one.count === count) && { count }),
  };
}

/**
 * Returns the mean of a - b over samples of the same seeds, with its standard error: smaller than that of either mean
 * where they go together.
 *
 * @throws RangeError if they are not as many, or fewer than two
 */
export function pairedDifference(a: Float64Array, b: Float64Array): Estimate {
  return estimateMean(addScaled(matrix(1, a.length, a), -1, matrix(1, b.length, b)).values);
}

/**
 * Returns the median of independent values with its standard error: half the distance of the quantiles that are one
 * standard deviation √n / 2 of ranks to either side, as for a sample of a continuous distribution.
 *
 * @throws RangeError if there are no values, or one is NaN
 */
export function estimateMedian(values: ArrayLike<number>): Estimate {
  const n = values.length;
  const side = Math.min(0.5 / Math.sqrt(n), 0.5);
  const [value, above, below] = quantiles(values, [0.5, 0.5 + side, 0.5 - side]);
  return { value, standardError: (above - below) / 2, count: n };
}

/**
 * Returns a - b of two independent estimates; the standard error is the root of the sum of squares. It is too large
 * where both are over the same draws and go together.
 */
export function estimateDifference(a: Estimate, b: Estimate): Estimate {
  return {
    value: a.value - b.value,
    standardError: Math.hypot(a.standardError, b.standardError),
    ...(a.count !== undefined && a.count === b.count && { count: a.count }),
  };
}

/**
 * Returns the ratio of independent estimates, its standard error to first order in theirs.
 *
 * @throws RangeError if the denominator is 0
 */
export function relativeEstimate(a: Estimate, b: Estimate): Estimate {
  if (b.value === 0) throw new RangeError("relativeEstimate: the denominator is 0, expected another value");
  const value = a.value / b.value;
  return { value, standardError: Math.hypot(a.standardError, value * b.standardError) / Math.abs(b.value) };
}

/**
 * Returns the number or estimate that is farthest from a wanted value, the first of equals: the worst of several that
 * ought to be it. NaN is farther than any number.
 *
 * @throws RangeError if there are no values
 */
export function farthestFrom<Measured extends number | Estimate>(
  wanted: number,
  measured: ArrayLike<Measured>,
): Measured {
  if (measured.length === 0) throw new RangeError("farthestFrom: 0 values, expected at least 1");
  const distance = (one: number | Estimate) => Math.abs((typeof one === "number" ? one : one.value) - wanted);
  return Array.from(measured).reduce((worst, one) =>
    distance(one) > distance(worst) || Number.isNaN(distance(one)) ? one : worst,
  );
}

/**
 * Returns the estimate of smallest value, the first of equals.
 *
 * @throws RangeError if there are no estimates
 */
export function smallest(estimates: readonly Estimate[]): Estimate {
  if (estimates.length === 0) throw new RangeError("smallest: 0 estimates, expected at least 1");
  return estimates.reduce((least, one) => (one.value < least.value ? one : least));
}

/**
 * Returns the estimate of largest value, the first of equals.
 *
 * @throws RangeError if there are no estimates
 */
export function largest(estimates: readonly Estimate[]): Estimate {
  if (estimates.length === 0) throw new RangeError("largest: 0 estimates, expected at least 1");
  return estimates.reduce((most, one) => (one.value > most.value ? one : most));
}

/** The keys of a group as they are, and its other fields averaged. */
export type GroupEstimates<Row, Key extends keyof Row> = Pick<Row, Key> & {
  readonly [Field in Exclude<keyof Row, Key>]: number | Estimate;
};

/**
 * Averages the numbers of all records that agree in the keys, groups in the order of their first records: of several
 * records, independent seeds say, the mean with its standard error, of a single one the number itself.
 *
 * @example
 *   table(estimateGroups(runs, ["data", "network"])); // one row for each pair, over the seeds
 */
export function estimateGroups<Row extends object, Key extends keyof Row & string>(
  rows: readonly Row[],
  keys: readonly Key[],
): GroupEstimates<Row, Key>[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const name = JSON.stringify(keys.map((key) => row[key]));
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return [...groups.values()].map((group) => {
    const fields = Object.keys(group[0]).map((field) => {
      const values = group.map((row) => row[field as keyof Row]);
      if (values.length === 1 || (keys as readonly string[]).includes(field)) return [field, values[0]];
      return [field, estimateMean(values as number[])];
    });
    return Object.fromEntries(fields) as GroupEstimates<Row, Key>;
  });
}

/** Returns the distance of an estimate from an expected value in its standard errors, with its sign. */
export function zScore({ value, standardError }: Estimate, expected: number): number {
  return (value - expected) / standardError;
}

/** Resampling of the seeds; of whole sets it takes two orders of magnitude longer than the infinitesimal jackknife. */
export interface BootstrapOptions {
  readonly source: Source;
  readonly resamples: number;
}

/** The rows that each resample takes of n. */
export function resampledRows(where: string, n: number, { source, resamples }: BootstrapOptions): Uint32Array[] {
  if (!(Number.isSafeInteger(resamples) && resamples >= 2))
    throw new RangeError(`${where}: resamples is ${resamples}, expected an integer of at least 2`);
  return Array.from({ length: resamples }, () => Uint32Array.from({ length: n }, () => source.integer(n)));
}

/**
 * Estimates a function of several measured values of the same seeds, a ratio of Fréchet distances, the least of them,
 * or a threshold's place, say, with the standard deviation over resamples of the seeds (the bootstrap, Efron 1979), in
 * which every value changes by the mean influence of the seeds that were drawn.
 *
 * @throws RangeError if there is no value, the values are of different numbers of seeds, or resamples is not an integer
 * of at least 2
 */
export function bootstrapEstimate(
  measured: readonly InfluenceEstimate[],
  f: (values: readonly number[]) => number,
  { source, resamples }: BootstrapOptions,
): Estimate {
  if (measured.length === 0) throw new RangeError("bootstrapEstimate: no values, expected at least one");
  const seeds = measured[0].influence.length;
  measured.forEach(({ influence }, i) => {
    if (influence.length !== seeds)
      throw new RangeError(
        `bootstrapEstimate: value ${i} is of ${influence.length} seeds and value 0 of ${seeds}, expected ${seeds}`,
      );
  });
  const resampled = (influence: Float64Array, rows: Uint32Array) => {
    let sum = 0;
    for (let i = 0; i < rows.length; i++) sum += influence[rows[i]];
    return sum / seeds;
  };
  const replicates = resampledRows("bootstrapEstimate", seeds, { source, resamples }).map((rows) =>
    f(measured.map(({ value, influence }) => value + resampled(influence, rows))),
  );
  return {
    value: f(measured.map(({ value }) => value)),
    standardError: Math.sqrt(variance(replicates.map((value) => value - replicates[0]))), // of equal ones exactly 0
    count: seeds,
  };
}

/** An estimate with the interval that holds the given share of the resamples. */
export interface IntervalEstimate extends Estimate {
  readonly low: number;
  readonly high: number;
}

/**
 * Estimates any function of n independent points by the bootstrap (Efron 1979): f of the rows 0 … n - 1, with the
 * standard deviation and the central interval of f over resamples of them.
 *
 * @throws RangeError if resamples is not an integer of at least 2, the level is not above 0 and below 1, or f gives NaN
 */
export function bootstrapInterval(
  n: number,
  f: (rows: Uint32Array) => number,
  { source, resamples }: BootstrapOptions,
  level = 0.95,
): IntervalEstimate {
  if (!(level > 0 && level < 1))
    throw new RangeError(`bootstrapInterval: the level is ${level}, expected a share above 0 and below 1`);
  const replicates = resampledRows("bootstrapInterval", n, { source, resamples }).map(f);
  const [low, high] = quantiles(replicates, [(1 - level) / 2, (1 + level) / 2]);
  return {
    value: f(Uint32Array.from({ length: n }, (_, i) => i)),
    standardError: Math.sqrt(variance(replicates)),
    low,
    high,
    count: n,
  };
}
