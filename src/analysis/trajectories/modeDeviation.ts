import { principalComponents, type Gaussian } from "../../diffusion/distributions/gaussian.js";
import type { Estimate } from "../../math/estimate.js";
import { column, dot } from "../../math/matrix.js";
import { mean, standardError } from "../../math/stats.js";
import { preservedScale, scaledStates } from "./coordinates.js";
import { rotationDifferences, rotationResidual } from "./rotation.js";
import type { Trajectory } from "./trajectory.js";

/** The deviation of trajectories from the rotation law along one feature. */
export interface ModeDeviation {
  readonly k: number;
  /** λ_k */
  readonly lambda: number;
  /** ᾱ at each moment */
  readonly alphaBar: Float64Array;
  /** the measured deviation in units of the amplitude in x_T, and its standard error, shape [moments] */
  readonly measured: Float64Array;
  readonly standardError: Float64Array;
  /** r(ᾱ, λ_k), that of the Gaussian */
  readonly theory: Float64Array;
  /** Σ_t measured · theory / Σ_t theory²: 1 for the Gaussian, 0 for a rotation */
  readonly ratio: number;
}

/**
 * Measures how far trajectories are from the rotation law along eigenvectors of a Gaussian: the slope of d = u_kᵀ
 * (x_t - α_t x_0 - √(1 - α_t²) x_T) on c = u_kᵀ x_T by least squares over the n trajectories, in the variance-preserving
 * process.
 *
 * @throws RangeError if there are fewer than 3 trajectories, or a feature is not from 1 to the rank of the Gaussian
 */
export function modeDeviations(trajectory: Trajectory, g: Gaussian, ks: readonly number[]): ModeDeviation[] {
  const { rows: n } = trajectory.states[0];
  if (n < 3) throw new RangeError(`modeDeviations: ${n} trajectories, expected at least 3`);
  const wrong = ks.find((k) => !(Number.isSafeInteger(k) && k >= 1 && k <= g.lambda.length));
  if (wrong !== undefined)
    throw new RangeError(
      `modeDeviations: feature ${wrong}, expected an integer from 1 to ${g.lambda.length}, the rank of the Gaussian`,
    );
  const { alphaBar, noise, off } = alongFeatures(trajectory, g);
  return ks.map((k) => {
    const lambda = g.lambda[k - 1];
    const c = column(noise, k - 1);
    const fits = off.map((d) => line(c, column(d, k - 1)));
    const measured = Float64Array.from(fits, ({ value }) => value);
    const theory = alphaBar.map((share) => rotationResidual(share, lambda, alphaBar[0]));
    return {
      k,
      lambda,
      alphaBar,
      measured,
      standardError: Float64Array.from(fits, ({ standardError }) => standardError),
      theory,
      ratio: dot(measured, theory) / dot(theory, theory),
    };
  });
}

/**
 * Compares the deviations along the first `count` features with the Gaussian's at the moment whose ᾱ is nearest to the
 * given one: the slope of the measured ones on r(ᾱ, λ_k) over the features. 1 for the Gaussian, 0 where the deviation
 * has nothing to do with the variance of the feature. The standard error is the jackknife's over the trajectories.
 *
 * @throws RangeError if there are fewer than 3 features or trajectories, or more features than the Gaussian's rank
 */
export function modeSlope(trajectory: Trajectory, g: Gaussian, count: number, alphaBar: number): Estimate {
  const { rows: n } = trajectory.states[0];
  if (n < 3) throw new RangeError(`modeSlope: ${n} trajectories, expected at least 3`);
  if (!(Number.isSafeInteger(count) && count >= 3 && count <= g.lambda.length))
    throw new RangeError(
      `modeSlope: ${count} features, expected from 3 to ${g.lambda.length}, the rank of the Gaussian`,
    );
  const distances = preservedScale(trajectory.sigmas).map((alpha) => Math.abs(alpha ** 2 - alphaBar));
  const t = distances.indexOf(Math.min(...distances));
  const { alphaBar: shares, noise, off } = alongFeatures(trajectory, g, [t]);
  const theory = Float64Array.from({ length: count }, (_, k) => rotationResidual(shares[t], g.lambda[k], shares[0]));
  const fits = Array.from(theory, (_, k) => line(column(noise, k), column(off[0], k)));
  const slopeOf = (measured: Float64Array) => line(theory, measured).value;
  const without = Float64Array.from({ length: n }, (_, i) => slopeOf(Float64Array.from(fits, (fit) => fit.without[i])));
  return {
    value: slopeOf(Float64Array.from(fits, ({ value }) => value)),
    standardError: (n - 1) * standardError(without),
    count: n,
  };
}

/** ᾱ at all moments, and amplitudes along a Gaussian's features: of x_T and, at some moments, of what the law leaves. */
function alongFeatures(trajectory: Trajectory, g: Gaussian, moments?: readonly number[]) {
  const alphas = preservedScale(trajectory.sigmas);
  const path = scaledStates(trajectory);
  const origin = { ...g, mean: new Float64Array(g.mean.length) };
  const left = rotationDifferences(path, alphas);
  return {
    alphaBar: alphas.map((alpha) => alpha ** 2),
    noise: principalComponents(origin, path[0]),
    off: (moments?.map((t) => left[t]) ?? left).map((x) => principalComponents(origin, x)),
  };
}

/** The slope of a straight line by least squares, its standard error, and the slopes without each of the points. */
function line(x: Float64Array, y: Float64Array) {
  const [u, v] = [x, y].map((all) => {
    const centre = mean(all);
    return all.map((one) => one - centre);
  });
  const square = dot(u, u);
  const value = dot(u, v) / square;
  const left = v.map((one, n) => one - value * u[n]);
  const leverage = u.map((one) => 1 / u.length + one ** 2 / square);
  return {
    value,
    standardError: Math.sqrt(dot(left, left) / (x.length - 2) / square),
    without: left.map((one, n) => value - (u[n] * one) / square / (1 - leverage[n])),
  };
}
