import type { Solver } from "../../diffusion/sampling/solver.js";
import type { Statistics } from "../../diffusion/sampling/teleport.js";
import type { Matrix } from "../../math/matrix.js";
import { heun, type ButcherTableau } from "../../math/ode.js";
import { bootstrapEstimate, type BootstrapOptions, type Estimate } from "../../math/estimate.js";
import type { Quality } from "./quality.js";
import { skipRuns, type TeleportRun } from "./teleportation.js";
import type { VectorField } from "../../diffusion/distribution.js";

/** What skipping some levels of a grid comes to. */
export interface SkipResult extends TeleportRun, Quality {
  /** of the statistics teleported by */
  readonly name: string;
  readonly skip: number;
  /** the share of the network's evaluations that it saves */
  readonly saved: number;
}

/** Settings of skipStudy. */
export interface SkipStudyOptions {
  /** by name */
  readonly statistics: Readonly<Record<string, Statistics>>;
  readonly skips: readonly number[];
  /** of all sets of samples at once: the first of them is that of the whole grid */
  readonly quality: (sets: readonly Matrix[]) => Quality[];
  readonly method?: ButcherTableau | Solver;
}

/**
 * The quality of samples by every statistics and number of skipped levels, from the same noise x at the grid's first
 * level; changes of the Fréchet distance are to the whole grid, which is the first result of each name with skip 0.
 *
 * @throws RangeError as skipRuns does, or if a skip is 0: that one is always there
 */
export function skipStudy(
  field: Pick<VectorField, "denoiser">,
  x: Matrix,
  sigmas: Float64Array,
  { statistics, skips, quality, method = heun }: SkipStudyOptions,
): SkipResult[] {
  if (skips.includes(0)) throw new RangeError("skipStudy: a skip of 0, which is measured always; leave it out");
  const names = Object.keys(statistics);
  const [whole] = skipRuns(field, statistics[names[0]], x, sigmas, [0], method);
  const runs = names.flatMap((name) =>
    skipRuns(field, statistics[name], x, sigmas, skips, method).map((run, i) => ({ ...run, name, skip: skips[i] })),
  );
  const [first, ...others] = quality([whole.samples, ...runs.map(({ samples }) => samples)]);
  const results = runs.map((run, i) => ({ ...run, ...others[i], saved: 1 - run.evaluations / whole.evaluations }));
  return names.flatMap((name) => [
    { ...whole, ...first, name, skip: 0, saved: 0 },
    ...results.filter((result) => result.name === name),
  ]);
}

/** Settings of longestSkip. */
export interface LongestOptions {
  /** standard errors allowed */
  readonly sigmas?: number;
  /**
   * of the change between the same seeds, which sees the smallest loss, or of the whole grid's distance itself, that of
   * a comparison with other seeds
   */
  readonly of?: "change" | "distance";
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
    throw new RangeError(
      `longestSkip: no result of "${name}", expected one of ${[...new Set(results.map((result) => result.name))].join(", ")}`,
    );
  const worse = own.findIndex(
    ({ frechet: { change } }) =>
      change.value > sigmas * (of === "change" ? change.standardError : own[0].frechet.standardError),
  );
  return worse < 0 ? own[own.length - 1] : own[Math.max(0, worse - 1)];
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
  const { standardError } = bootstrapEstimate(
    own.map(({ frechet }) => frechet),
    (distances) => longestSkip(changed(distances), name, options).saved,
    bootstrap,
  );
  return { value: saved, standardError };
}
