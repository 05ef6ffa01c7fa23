import type { Distribution, VectorField } from "../../diffusion/distribution.js";
import type { Matrix } from "../../math/matrix.js";
import type { Source } from "../../math/random.js";
import { mean } from "../../math/stats.js";
import type { DimensionEstimator } from "./curve.js";
import { flipd } from "./flipd.js";
import { flowSlopes, type FlowSlopesOptions } from "./flowMap.js";
import { jacobianSpectrum } from "./jacobianSpectrum.js";
import { levinaBickel } from "./levinaBickel.js";
import { lidl } from "./lidl.js";
import { localPca } from "./localPca.js";
import { normalBundle } from "./normalBundle.js";
import { twoNN } from "./twoNN.js";

/**
 * Returns all estimators that ask a score, by name; LIDL only where there is a density. The source draws the normal
 * bundle's noise.
 */
export function scoreEstimators(
  field: VectorField & Partial<Pick<Distribution, "logDensity">>,
  { source, ...options }: FlowSlopesOptions & { readonly source: Source },
): Record<string, DimensionEstimator> {
  const { logDensity } = field;
  return {
    "normal bundle": normalBundle(field, { source }),
    "Jacobian spectrum": jacobianSpectrum(field),
    FLIPD: flipd(field),
    ...(logDensity && { LIDL: lidl({ logDensity }) }),
    "flow map": flowSlopes(field, options),
  };
}

/** All estimators that ask a set of points, by name; their scale is a number of neighbours. */
export function pointEstimators(data: Matrix): Record<string, DimensionEstimator> {
  return { "Levina–Bickel": levinaBickel(data), TwoNN: twoNN(data), "local PCA": localPca(data) };
}

/** The average over the points of every estimate at one scale, rounded to so many decimals: a row of a table. */
export function estimateAll(
  estimators: Readonly<Record<string, DimensionEstimator>>,
  x: Matrix,
  scale: number,
  decimals = 4,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(estimators).map(([name, estimator]) => [name, Number(mean(estimator(x, scale)).toFixed(decimals))]),
  );
}
