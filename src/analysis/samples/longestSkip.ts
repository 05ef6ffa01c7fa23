import { bootstrapEstimate, type BootstrapOptions, type Estimate } from "../../math/estimate.js";
import type { SkipResult } from "./skipStudy.js";

/**
 * The measure by which a skip is worse than the whole grid: the standard error of the change between the same seeds,
 * which sees the smallest loss, or that of the whole grid's distance itself, as of a comparison with other seeds.
 */
export type SkipCriterion = "change" | "distance";

/** Settings of longestSkip. */
export interface LongestOptions {
  /** standard errors allowed */
  readonly sigmas?: number;
  readonly of?: SkipCriterion;
}

/**
 * The longest skip of a name up to which no skip is worse than the whole grid: its Fréchet distance grows by at most so
 * many standard errors.
 *
 * @throws RangeError if there is no result of the name
 */
export function longestSkip(
  results: readonly SkipResult[],
  name: string,
  { sigmas = 2, of = "change" }: LongestOptions = {},
): SkipResult {
  const own = results.filter((result) => result.name === name).sort((a, b) => a.skip - b.skip);
  if (own.length === 0)
    throw new RangeError(`longestSkip: no result of "${name}", expected one of ${names(results).join(", ")}`);
  const worse = own.findIndex(
    ({ frechet: { change } }) =>
      change.value > sigmas * (of === "change" ? change.standardError : own[0].frechet.standardError),
  );
  return worse < 0 ? own[own.length - 1] : own[Math.max(0, worse - 1)];
}

/** The longest skip of a name by one criterion. */
export interface LongestSkip extends SkipResult {
  readonly of: SkipCriterion;
  /** of the Fréchet distance, to the whole grid */
  readonly change: Estimate;
}

/** Returns the longest skips of every name, by each criterion within two standard errors. */
export function longestSkips(results: readonly SkipResult[]): LongestSkip[] {
  return names(results).flatMap((name) =>
    criteria.map((of) => {
      const longest = longestSkip(results, name, { of });
      return { ...longest, of, change: longest.frechet.change };
    }),
  );
}

/**
 * The share of the evaluations that the longest skip of a name saves, and its standard deviation over resamples of the
 * seeds; what is allowed stays that of all seeds. The deviation is 0 where every resample ends at the same one of the
 * skips that were tried.
 *
 * @throws RangeError as longestSkip and bootstrapEstimate do
 */
export function longestSaving(
  results: readonly SkipResult[],
  name: string,
  bootstrap: BootstrapOptions,
  options: LongestOptions = {},
): Estimate {
  const { saved } = longestSkip(results, name, options);
  const own = results.filter((result) => result.name === name).sort((a, b) => a.skip - b.skip);
  const changed = (distances: readonly number[]) =>
    own.map((result, i) => ({
      ...result,
      frechet: { ...result.frechet, change: { ...result.frechet.change, value: distances[i] - distances[0] } },
    }));
  const { standardError, count } = bootstrapEstimate(
    own.map(({ frechet }) => frechet),
    (distances) => longestSkip(changed(distances), name, options).saved,
    bootstrap,
  );
  return { value: saved, standardError, count };
}

/**
 * Returns the longest savings of every name, by each criterion within two standard errors.
 *
 * @throws RangeError as bootstrapEstimate does
 */
export function longestSavings(
  results: readonly SkipResult[],
  bootstrap: BootstrapOptions,
): Record<string, Record<SkipCriterion, Estimate>> {
  const saving = (of: SkipCriterion) =>
    new Map(names(results).map((name) => [name, longestSaving(results, name, bootstrap, { of })]));
  const [byDistance, byChange] = [saving("distance"), saving("change")];
  return Object.fromEntries(
    names(results).map((name) => [name, { change: byChange.get(name)!, distance: byDistance.get(name)! }]),
  );
}

const criteria: readonly SkipCriterion[] = ["change", "distance"];

const names = (results: readonly SkipResult[]) => [...new Set(results.map(({ name }) => name))];
