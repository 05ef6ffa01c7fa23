import type { VectorField } from "../../diffusion/distribution.js";
import type { Statistics } from "../../diffusion/sampling/teleport.js";
import {
  bootstrapEstimate,
  type BootstrapOptions,
  type Estimate,
  type InfluenceEstimate,
} from "../../math/estimate.js";
import type { Matrix } from "../../math/matrix.js";
import { amplitudeError, amplitudeRatios, teleportedSamples, type Plan } from "./teleportation.js";

/** A table of what was measured of a sampler's results, by level teleported to and number of evaluations. */
export interface SkipMap<T = number> {
  /** of the sampler */
  readonly name: string;
  /** the noise levels, a row for each */
  readonly levels: readonly number[];
  /** the numbers of evaluations, a column for each */
  readonly budgets: readonly number[];
  /** row by row */
  readonly values: readonly T[];
}

/** Settings of amplitudeMaps. */
export interface SkipMapOptions {
  /** the samplers by name */
  readonly plans: Readonly<Record<string, Plan>>;
  readonly levels: readonly number[];
  readonly budgets: readonly number[];
}

/** Settings of skipMaps. */
export interface MeasuredMapOptions<T> extends SkipMapOptions {
  /** of samples of shape [n, d]: a number, say, or their features */
  readonly measure: (samples: Matrix) => T;
}

/**
 * Measures the samples of every plan from every level teleported to, with every number of evaluations (the tables of
 * arXiv 2412.09726). At the level `from` of x itself nothing is teleported.
 *
 * @throws RangeError if a plan takes another number of evaluations, or as teleport and sample do
 */
export function skipMaps<T>(
  field: Pick<VectorField, "denoiser">,
  statistics: Statistics,
  x: Matrix,
  from: number,
  { measure, ...options }: MeasuredMapOptions<T>,
): SkipMap<T>[] {
  return tabulate(options, (plan, level, budget) => {
    const { sigmas, method } = plan(level, budget);
    const { evaluations, samples } = teleportedSamples(field, statistics, x, from, sigmas, method);
    if (evaluations !== budget)
      throw new RangeError(`skipMaps: the plan for ${budget} evaluations from σ = ${level} took ${evaluations}`);
    return measure(samples);
  });
}

/**
 * Returns the relative error in distribution, W₂² over the trace, that every plan leaves on independent Gaussian modes
 * of variances λ: what `skipMaps` would measure of infinitely many samples in an exactly Gaussian world.
 *
 * @throws RangeError if a variance is not positive
 */
export function amplitudeMaps(lambda: ArrayLike<number>, options: SkipMapOptions): SkipMap[] {
  return tabulate(options, (plan, level, budget) => {
    const { sigmas, method } = plan(level, budget);
    return amplitudeError(lambda, amplitudeRatios(lambda, sigmas, method));
  });
}

function tabulate<T>(
  { plans, levels, budgets }: SkipMapOptions,
  measure: (plan: Plan, level: number, budget: number) => T,
): SkipMap<T>[] {
  return Object.entries(plans).map(([name, plan]) => ({
    name,
    levels,
    budgets,
    values: levels.flatMap((level) => budgets.map((budget) => measure(plan, level, budget))),
  }));
}

/** Returns the columns of a map, one for each number of evaluations: its values at the levels, in their order. */
export function columns<T>({ levels, budgets, values }: SkipMap<T>): T[][] {
  return budgets.map((_, j) => levels.map((_, i) => values[i * budgets.length + j]));
}

/**
 * Estimates how many times the best value of its column the value at a level is, 1 where that level is the best one,
 * for every map and each of the numbers of evaluations; the least ratio first.
 *
 * @throws RangeError if a map has not the level or one of the numbers, or as bootstrapEstimate does
 */
export function ratiosToBest(
  maps: readonly SkipMap<InfluenceEstimate>[],
  level: number,
  budgets: readonly number[],
  bootstrap: BootstrapOptions,
): Estimate[] {
  return maps
    .flatMap((map) => {
      const i = place("ratiosToBest", "level", level, map.levels);
      return budgets.map((budget) => {
        const column = columns(map)[place("ratiosToBest", "number of evaluations", budget, map.budgets)];
        return bootstrapEstimate(column, (values) => values[i] / Math.min(...values), bootstrap);
      });
    })
    .sort((a, b) => a.value - b.value);
}

/**
 * Estimates the relative spread, largest over least value less 1, over the levels that are not below the lowest one
 * given, for every map; the largest spread first.
 *
 * @throws RangeError if a map has not the number of evaluations or no such level, or as bootstrapEstimate does
 */
export function spreadsOverLevels(
  maps: readonly SkipMap<InfluenceEstimate>[],
  lowest: number,
  budget: number,
  bootstrap: BootstrapOptions,
): Estimate[] {
  return maps
    .map((map) => {
      const column = columns(map)[place("spreadsOverLevels", "number of evaluations", budget, map.budgets)];
      const high = column.filter((_, i) => map.levels[i] >= lowest);
      return bootstrapEstimate(high, (values) => Math.max(...values) / Math.min(...values) - 1, bootstrap);
    })
    .sort((a, b) => b.value - a.value);
}

function place(where: string, what: string, value: number, values: readonly number[]): number {
  const index = values.indexOf(value);
  if (index < 0) throw new RangeError(`${where}: no ${what} ${value} in a map, expected one of ${values.join(", ")}`);
  return index;
}
