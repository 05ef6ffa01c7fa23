import { principalComponents, type Gaussian } from "../../diffusion/distributions/gaussian.js";
import type { Estimate } from "../../math/estimate.js";
import { column, dot } from "../../math/matrix.js";
import { mean } from "../../math/stats.js";
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
  const alphas = preservedScale(trajectory.sigmas);
  const path = scaledStates(trajectory);
  const origin = { ...g, mean: new Float64Array(g.mean.length) };
  const noise = principalComponents(origin, path[0]);
  const off = rotationDifferences(path, alphas).map((x) => principalComponents(origin, x));
  const alphaBar = alphas.map((alpha) => alpha ** 2);
  return ks.map((k) => {
    const lambda = g.lambda[k - 1];
    const c = column(noise, k - 1);
    const fits = off.map((d) => slope(c, column(d, k - 1)));
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
 * Compares the deviations of several features with the Gaussian's at the moment whose ᾱ is nearest to the given one: the
 * slope of the measured ones on r(ᾱ, λ_k) over the features. 1 for the Gaussian, 0 where the deviation has nothing to
 * do with the variance of the feature.
 *
 * @throws RangeError if there are fewer than 3 features
 */
export function modeSlope(deviations: readonly ModeDeviation[], alphaBar: number): Estimate {
  if (deviations.length < 3) throw new RangeError(`modeSlope: ${deviations.length} features, expected at least 3`);
  const distances = deviations[0].alphaBar.map((share) => Math.abs(share - alphaBar));
  const t = distances.indexOf(Math.min(...distances));
  const [theory, measured] = (["theory", "measured"] as const).map((name) =>
    Float64Array.from(deviations, (one) => one[name][t]),
  );
  return { ...slope(theory, measured), count: deviations.length };
}

/** The slope of a straight line by least squares, with its standard error. */
function slope(x: Float64Array, y: Float64Array): Pick<Estimate, "value" | "standardError"> {
  const [u, v] = [x, y].map((all) => all.map((one) => one - mean(all)));
  const square = dot(u, u);
  const value = dot(u, v) / square;
  const left = v.reduce((sum, one, n) => sum + (one - value * u[n]) ** 2, 0);
  return { value, standardError: Math.sqrt(left / (x.length - 2) / square) };
}
