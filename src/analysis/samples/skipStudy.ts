import type { Solver } from "../../diffusion/sampling/solver.js";
import type { Statistics } from "../../diffusion/sampling/teleport.js";
import type { Matrix } from "../../math/matrix.js";
import { heun, type ButcherTableau } from "../../math/ode.js";
import type { Estimate } from "../../math/estimate.js";
import type { EnergyScore } from "./energyDistance.js";
import type { Quality } from "./quality.js";
import { skipRuns, type TeleportRun } from "./teleportation.js";
import type { VectorField } from "../../diffusion/distribution.js";

/** The result of skipping some levels of a grid. */
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
  /** the numbers of levels, the same for all statistics or by their names */
  readonly skips: readonly number[] | Readonly<Record<string, readonly number[]>>;
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
  const names = Object.keys(statistics);
  const skipsOf = (name: string) => (isList(skips) ? skips : (skips[name] ?? []));
  for (const name of names)
    if (skipsOf(name).includes(0))
      throw new RangeError("skipStudy: a skip of 0, which is measured always; leave it out");
  const [whole] = skipRuns(field, statistics[names[0]], x, sigmas, [0], method);
  const runs = names.flatMap((name) =>
    skipRuns(field, statistics[name], x, sigmas, skipsOf(name), method).map((run, i) => ({
      ...run,
      name,
      skip: skipsOf(name)[i],
    })),
  );
  const [first, ...others] = quality([whole.samples, ...runs.map(({ samples }) => samples)]);
  const results = runs.map((run, i) => ({ ...run, ...others[i], saved: 1 - run.evaluations / whole.evaluations }));
  return names.flatMap((name) => [
    { ...whole, ...first, name, skip: 0, saved: 0 },
    ...results.filter((result) => result.name === name),
  ]);
}

const isList = (skips: SkipStudyOptions["skips"]): skips is readonly number[] => Array.isArray(skips);

/**
 * Returns how much the Fréchet distance of a name grows by a skip, relative to that of the whole grid, with the
 * standard error of the change.
 *
 * @throws RangeError if there is no result of the name with that skip, or with none
 */
export function relativeChange(results: readonly SkipResult[], name: string, skip: number): Estimate {
  const whole = resultOf("relativeChange", results, name, 0).frechet.value;
  const { change, influence } = resultOf("relativeChange", results, name, skip).frechet;
  return { value: change.value / whole, standardError: change.standardError / whole, count: influence.length };
}

/** A row for each result: what was skipped, and the quality of the samples with its change from the whole grid. */
export function skipTable(
  results: readonly (SkipResult & { readonly energy: EnergyScore })[],
): Record<string, string | number | Estimate>[] {
  return results.map(({ name, skip, sigma, evaluations, saved, frechet, energy, error }) => ({
    by: name,
    skip,
    σ: sigma,
    evaluations,
    saved,
    Fréchet: frechet,
    "its change": frechet.change,
    energy,
    "change of it": energy.change,
    "MSE of a pixel": error,
  }));
}

function resultOf(where: string, results: readonly SkipResult[], name: string, skip: number): SkipResult {
  const found = results.find((result) => result.name === name && result.skip === skip);
  if (!found)
    throw new RangeError(
      `${where}: no result of "${name}" with skip ${skip}, expected one of ${results.map((result) => `"${result.name}" with ${result.skip}`).join(", ")}`,
    );
  return found;
}
