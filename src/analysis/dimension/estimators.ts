import type { Distribution, VectorField } from "../../diffusion/distribution.js";
import type { Matrix } from "../../math/matrix.js";
import type { Source } from "../../math/random.js";
import { mean } from "../../math/stats.js";
import type { DimensionEstimator } from "./curve.js";
import { exponentialRank } from "./exponentialRank.js";
import { flipd } from "./flipd.js";
import { flowSlopes, type FlowSlopesOptions } from "./flowMap.js";
import { jacobianSpectrum } from "./jacobianSpectrum.js";
import { lidl } from "./lidl.js";
import { normalBundle } from "./normalBundle.js";

/** The estimators that ask a score near the point alone, by the names of their papers. */
export type LocalEstimators = Record<
  "normal bundle" | "Jacobian spectrum" | "rank of exp(∇f)" | "FLIPD",
  DimensionEstimator
>;

/** The estimators that ask a score. */
export type ScoreEstimators = LocalEstimators & Record<"flow map", DimensionEstimator>;

type WithDensity = VectorField & Pick<Distribution, "logDensity">;

/** Settings of scoreEstimators: those of the flow map, and the source of the normal bundle's noise. */
export interface ScoreEstimatorsOptions extends FlowSlopesOptions {
  readonly source: Source;
}

/**
 * Returns the estimators that ask a score near the point alone; LIDL only where there is a density. The source draws
 * the normal bundle's noise.
 */
export function localEstimators(
  p: WithDensity,
  options: { readonly source: Source },
): LocalEstimators & Record<"LIDL", DimensionEstimator>;
export function localEstimators(field: VectorField, options: { readonly source: Source }): LocalEstimators;
export function localEstimators(
  field: VectorField & Partial<WithDensity>,
  { source }: { readonly source: Source },
): LocalEstimators {
  const { logDensity } = field;
  return {
    "normal bundle": normalBundle(field, { source }),
    "Jacobian spectrum": jacobianSpectrum(field),
    "rank of exp(∇f)": exponentialRank(field),
    FLIPD: flipd(field),
    ...(logDensity && { LIDL: lidl({ logDensity }) }),
  };
}

/** Returns all estimators that ask a score, the local ones and the flow map, which follows it from high noise on. */
export function scoreEstimators(
  p: WithDensity,
  options: ScoreEstimatorsOptions,
): ScoreEstimators & Record<"LIDL", DimensionEstimator>;
export function scoreEstimators(field: VectorField, options: ScoreEstimatorsOptions): ScoreEstimators;
export function scoreEstimators(field: VectorField, { source, ...options }: ScoreEstimatorsOptions): ScoreEstimators {
  return { ...localEstimators(field, { source }), "flow map": flowSlopes(field, options) };
}

/**
 * Returns the average of every estimate over the points at one scale, rounded to so many decimals: a row of a table.
 */
export function estimateAll<Name extends string>(
  estimators: Readonly<Record<Name, DimensionEstimator>>,
  x: Matrix,
  scale: number,
  decimals = 4,
): Record<Name, number> {
  return overEstimators(estimators, (estimator) => Number(mean(estimator(x, scale)).toFixed(decimals)));
}

/** Returns the share of the points at which each estimator gives exactly the integer k: of use for those that count. */
export function integerAccuracy<Name extends string>(
  estimators: Readonly<Record<Name, DimensionEstimator>>,
  x: Matrix,
  scale: number,
  k: number,
): Record<Name, number> {
  return overEstimators(estimators, (estimator) => mean(estimator(x, scale).map((value) => (value === k ? 1 : 0))));
}

function overEstimators<Name extends string>(
  estimators: Readonly<Record<Name, DimensionEstimator>>,
  f: (estimator: DimensionEstimator) => number,
): Record<Name, number> {
  const values = Object.entries<DimensionEstimator>(estimators).map(([name, estimator]) => [name, f(estimator)]);
  return Object.fromEntries(values) as Record<Name, number>;
}
