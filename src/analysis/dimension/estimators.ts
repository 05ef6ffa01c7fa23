import {
  deltaDivergence,
  deltaJacobianProduct,
  deltaLogDensity,
  deltaScore,
  deltaScoreAndDivergence,
} from "../../diffusion/distributions/delta.js";
import type { DeltaOptions } from "../../diffusion/distributions/attention.js";
import {
  gaussianDivergence,
  gaussianJacobianProduct,
  gaussianLogDensity,
  gaussianScore,
  type Gaussian,
} from "../../diffusion/distributions/gaussian.js";
import { exactDivergence } from "../../diffusion/jacobian.js";
import type { TrainedDenoiser } from "../../diffusion/networks/networkDenoiser.js";
import type { LogDensity } from "../../diffusion/score.js";
import {
  sphereDivergence,
  sphereJacobianProduct,
  sphereLogDensity,
  sphereScore,
  type Sphere,
} from "../../diffusion/distributions/sphere.js";
import type { Matrix } from "../../math/matrix.js";
import type { Source } from "../../math/random.js";
import { mean } from "../../math/stats.js";
import type { VectorField } from "../gauge/fields.js";
import type { DimensionEstimator } from "./curve.js";
import { flipd } from "./flipd.js";
import { flowSlopes, type FlowSlopesOptions } from "./flowMap.js";
import { jacobianSpectrum } from "./jacobianSpectrum.js";
import { levinaBickel } from "./levinaBickel.js";
import { lidl } from "./lidl.js";
import { localPca } from "./localPca.js";
import { normalBundle } from "./normalBundle.js";
import { twoNN } from "./twoNN.js";

/** A field in the place of a score, with what the estimators ask of it. */
export interface FieldWithDerivatives extends VectorField {
  /** of a field that is no gradient there may be none */
  readonly logDensity?: LogDensity;
}

/** The score of a Gaussian and its derivatives, all exact. */
export const gaussianField = (g: Gaussian): FieldWithDerivatives => ({
  value: gaussianScore(g),
  product: gaussianJacobianProduct(g),
  divergence: gaussianDivergence(g),
  logDensity: gaussianLogDensity(g),
});

/** The score of a sphere and its derivatives, all exact. */
export const sphereField = (s: Sphere): FieldWithDerivatives => ({
  value: sphereScore(s),
  product: sphereJacobianProduct(s),
  divergence: sphereDivergence(s),
  logDensity: sphereLogDensity(s),
});

/** The score of a set of points and its derivatives, all exact; of points on a fine grid, that of a manifold. */
export const deltaField = (points: Matrix, options: DeltaOptions = {}): FieldWithDerivatives => ({
  value: deltaScore(points, options),
  product: deltaJacobianProduct(points, options),
  divergence: deltaDivergence(points, options),
  logDensity: deltaLogDensity(points, options),
  both: deltaScoreAndDivergence(points, options),
});

/** The score of a trained denoiser and its derivatives, exact ones of the network, which need not be a gradient. */
export const networkField = ({
  score,
  jacobianProduct,
}: Pick<TrainedDenoiser, "score" | "jacobianProduct">): FieldWithDerivatives => ({
  value: score,
  product: jacobianProduct,
  divergence: exactDivergence(jacobianProduct),
});

/**
 * All estimators that ask a score, by name; LIDL only where there is a density. The source draws the normal bundle's
 * noise.
 */
export function scoreEstimators(
  { value: score, product, divergence, logDensity, both }: FieldWithDerivatives,
  D: number,
  { source, ...options }: FlowSlopesOptions & { readonly source: Source },
): Record<string, DimensionEstimator> {
  return {
    "normal bundle": normalBundle(score, D, { source }),
    "Jacobian spectrum": jacobianSpectrum(product),
    FLIPD: both ? flipd(both) : flipd(score, divergence),
    ...(logDensity && { LIDL: lidl(logDensity) }),
    "flow map": flowSlopes(score, product, options),
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
