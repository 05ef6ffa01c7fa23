import type { Distribution, VectorField } from "../../diffusion/distribution.js";
import { estimateMean, type Estimate } from "../../math/estimate.js";
import { squaredLengths } from "../../math/matrix.js";
import { randomSource, type Source } from "../../math/random.js";
import { mean } from "../../math/stats.js";
import { addFields } from "../gauge/fields.js";
import { estimateAll, scoreEstimators, type ScoreEstimators } from "./estimators.js";
import { flipdChange, flipdShift } from "./flipdShift.js";
import type { FlowSlopesOptions } from "./flowMap.js";
import type { ExactManifold } from "./manifolds.js";

/** A field r to add to a manifold's score. */
export interface GaugeCase extends Pick<ExactManifold, "name" | "k" | "p" | "x"> {
  /** what r is */
  readonly gauge: string;
  /** its size */
  readonly c: number;
  readonly r: VectorField;
}

/** Estimates by a score with a field added, averages over the points. */
export type GaugeEffect = Record<keyof ScoreEstimators, number> & {
  readonly gauge: string;
  readonly c: number;
  readonly on: string;
  readonly k: number;
  /** the share of the gauge field in the energy of the whole, E |r|² / E |s + r|², over noised data */
  readonly share: number;
  /** the predicted change of FLIPD */
  readonly shift: number;
  /** the change of FLIPD */
  readonly seen: number;
};

/** Settings of gaugeEffects: those of the flow map, and the seed of the normal bundle's noise. */
export interface GaugeEffectOptions extends FlowSlopesOptions {
  readonly seed: number;
}

/**
 * Estimates the dimension with s + r in the place of the score, for several fields r at one noise level. The normal
 * bundle's noise is the same in every case of one space.
 */
export function gaugeEffects(
  cases: readonly GaugeCase[],
  sigma: number,
  { seed, ...options }: GaugeEffectOptions,
): GaugeEffect[] {
  return cases.map(({ gauge, c, name, k, p, x, r }) => {
    const estimators = scoreEstimators(addFields(p, r), { source: randomSource(seed, 14), ...options });
    return {
      gauge,
      c,
      on: name,
      k,
      share: gaugeShare(p, r, sigma, { source: randomSource(seed, 15) }).value,
      ...estimateAll(estimators, x, sigma),
      shift: mean(flipdShift(p, r)(x, sigma)),
      seen: mean(flipdChange(p, r)(x, sigma)),
    };
  });
}

/**
 * Returns the share of a gauge field r in the energy of s + r, E |r|² / (E |s|² + E |r|²), over draws of p at the noise
 * level σ.
 */
export function gaugeShare(
  p: Pick<Distribution, "score" | "sample">,
  r: Pick<VectorField, "score">,
  sigma: number,
  { source, draws = 2000 }: { readonly source: Source; readonly draws?: number },
): Estimate {
  const x = p.sample(source, draws, sigma);
  const turn = squaredLengths(r.score(x, sigma));
  const pull = squaredLengths(p.score(x, sigma));
  const whole = mean(turn) + mean(pull);
  const share = mean(turn) / whole;
  return estimateMean(turn.map((one, n) => share + (one - share * (one + pull[n])) / whole));
}
