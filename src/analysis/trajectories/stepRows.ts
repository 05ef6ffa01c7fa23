import type { Estimate } from "../../math/estimate.js";
import type { PerturbationStudy, StepEffects } from "./perturbation.js";

/**
 * Returns the change over the closed form, a row for each noise level: along every feature that steps go along, the
 * length of the whole change by the same steps, and that in random directions.
 */
export function responseRows({ features, random }: PerturbationStudy): Record<string, Estimate | number>[] {
  return random.levels.map((sigma, i) => ({
    σ: sigma,
    ...Object.fromEntries(features.map(({ k, ratio }) => [`along ${k}`, ratio[i]])),
    ...Object.fromEntries(features.map(({ k, lengths }) => [`${k}, length`, lengths.ratio[i]])),
    "random, length": random.ratio[i],
  }));
}

/** The changes by steps along a feature at two noise levels. */
export interface EarlyAndLate {
  /** along the feature, by the step at the first level and at the second */
  readonly "along it, early": Estimate;
  readonly "along it, late": Estimate;
  /** the length of the whole change */
  readonly "length, early": Estimate;
  readonly "length, late": Estimate;
}

/** Returns the change by steps along one feature at the levels number `early` and `late`. */
export function earlyAndLate(
  { change, lengths }: StepEffects & { readonly lengths: StepEffects },
  early: number,
  late: number,
): EarlyAndLate {
  return {
    "along it, early": change[early],
    "along it, late": change[late],
    "length, early": lengths.change[early],
    "length, late": lengths.change[late],
  };
}
