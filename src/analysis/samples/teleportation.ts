import { karrasSigmas, geometricSigmas } from "../../diffusion/sampling/noiseLevels.js";
import { sample } from "../../diffusion/sampling/sampler.js";
import { type Denoiser, type Score } from "../../diffusion/score.js";
import type { Solver } from "../../diffusion/sampling/solver.js";
import { teleport, teleportToLevels, type Statistics } from "../../diffusion/sampling/teleport.js";
import { matrix, requireSameShape, type Matrix, squaredErrors } from "../../math/matrix.js";
import { heun, last, type ButcherTableau } from "../../math/ode.js";
import { fromScore, type VectorField } from "../../diffusion/distribution.js";
import { mean } from "../../math/stats.js";

/** Samples of a network that did not begin at the top. */
export interface TeleportRun {
  /** the level teleported to */
  readonly sigma: number;
  /** of the network */
  readonly evaluations: number;
  readonly samples: Matrix;
}

/** What a sampler does with so many evaluations from a noise level down. */
export type Plan = (
  sigmaMax: number,
  evaluations: number,
) => { readonly sigmas: ArrayLike<number>; readonly method: ButcherTableau | Solver };

/** Samples from x at the noise level `from`, teleported to the first of the levels and sampled along them. */
export function teleportedSamples(
  field: Pick<VectorField, "denoiser">,
  statistics: Statistics,
  x: Matrix,
  from: number,
  sigmas: ArrayLike<number>,
  method: ButcherTableau | Solver = heun,
): TeleportRun {
  return sampled(field, teleport(statistics, x, from, sigmas[0]), sigmas, method);
}

function sampled(
  { denoiser }: Pick<VectorField, "denoiser">,
  x: Matrix,
  sigmas: ArrayLike<number>,
  method: ButcherTableau | Solver,
): TeleportRun {
  let evaluations = 0;
  const counted = { denoiser: (at: Matrix, sigma: number) => (evaluations++, denoiser(at, sigma)) };
  const samples = last(sample(counted, x, sigmas, method));
  return { sigma: sigmas[0], evaluations, samples };
}

/**
 * The runs that skip the first levels of a grid, one for each number of skipped levels: Heun's method on N levels and 0
 * asks the network 2 (N - skip) - 1 times. x is at the grid's first level.
 *
 * @throws RangeError if a skip is not an integer from 0 to the number of levels - 2, or as teleport and sample do
 */
export function skipRuns(
  field: Pick<VectorField, "denoiser">,
  statistics: Statistics,
  x: Matrix,
  sigmas: Float64Array,
  skips: readonly number[],
  method: ButcherTableau | Solver = heun,
): TeleportRun[] {
  for (const skip of skips)
    if (!(Number.isSafeInteger(skip) && skip >= 0 && skip <= sigmas.length - 2))
      throw new RangeError(`skipRuns: skip is ${skip}, expected an integer from 0 to ${sigmas.length - 2}`);
  const starts = teleportToLevels(
    statistics,
    x,
    sigmas[0],
    skips.map((skip) => sigmas[skip]),
  );
  return skips.map((skip, i) => sampled(field, starts[i], sigmas.subarray(skip), method));
}

/** Settings of skipMap. */
export interface SkipMapOptions<T> {
  readonly levels: readonly number[];
  readonly budgets: readonly number[];
  readonly plan: Plan;
  /** of samples of shape [n, d]: a number, say, or their features */
  readonly measure: (samples: Matrix) => T;
}

/**
 * What is measured of the samples of a plan from every level teleported to, with every number of evaluations: a table
 * of shape [levels, budgets], row by row. At the level `from` of x itself nothing is teleported.
 *
 * @throws RangeError if a plan takes another number of evaluations, or as teleport and sample do
 */
export function skipMap<T>(
  field: Pick<VectorField, "denoiser">,
  statistics: Statistics,
  x: Matrix,
  from: number,
  { levels, budgets, plan, measure }: SkipMapOptions<T>,
): T[] {
  return levels.flatMap((level) =>
    budgets.map((budget) => {
      const { sigmas, method } = plan(level, budget);
      const { evaluations, samples } = teleportedSamples(field, statistics, x, from, sigmas, method);
      if (evaluations !== budget)
        throw new RangeError(`skipMap: the plan for ${budget} evaluations from σ = ${level} took ${evaluations}`);
      return measure(samples);
    }),
  );
}

/**
 * Heun's method on ⌊n/2⌋ steps of the grid of Karras et al. down to 0.002, and with the evaluation that is left of an
 * odd n the denoiser.
 */
export const heunPlan: Plan = (sigmaMax, evaluations) => {
  const grid = karrasSigmas(Math.floor(evaluations / 2) + 1, { sigmaMax });
  return { sigmas: evaluations % 2 === 1 ? grid : grid.subarray(0, -1), method: heun };
};

/**
 * A multistep solver in equal steps of ln σ down to 0.002, one evaluation each; the solver may depend on how many there
 * are.
 */
export function multistepPlan(solver: Solver | ((evaluations: number) => Solver)): Plan {
  return (sigmaMax, evaluations) => ({
    sigmas: geometricSigmas(evaluations, { sigmaMax }),
    method: typeof solver === "function" ? solver(evaluations) : solver,
  });
}

/**
 * What a sampler makes of independent Gaussian modes, exactly: its final amplitude over that of the flow itself, from
 * `from` teleported to the first of the levels and down to the last one, for each variance λ. Without errors every
 * ratio is 1.
 *
 * @throws RangeError if a variance is not positive
 */
export function amplitudeRatios(
  lambda: ArrayLike<number>,
  sigmas: ArrayLike<number>,
  method: ButcherTableau | Solver = heun,
): Float64Array {
  const variances = Float64Array.from(lambda);
  const bad = variances.findIndex((value) => !(value > 0 && value < Infinity));
  if (bad >= 0) throw new RangeError(`amplitudeRatios: λ[${bad}] is ${variances[bad]}, expected a positive variance`);
  const score: Score = (x, sigma) => ({
    ...x,
    values: x.values.map((value, i) => -value / (variances[i % x.cols] + sigma ** 2)),
  });
  const scaleAt = (sigma: number) =>
    matrix(
      1,
      variances.length,
      variances.map((value) => Math.sqrt(value + sigma ** 2)),
    );
  const end = last(sample(fromScore(variances.length, score), scaleAt(sigmas[0]), sigmas, method));
  const exact = scaleAt(sigmas[sigmas.length - 1]);
  return end.values.map((value, i) => value / exact.values[i]);
}

/**
 * The relative squared error in distribution of Gaussian modes with these amplitude ratios, Σ λ (ratio - 1)² / Σ λ:
 * W_2² over the trace.
 */
export function amplitudeError(lambda: ArrayLike<number>, ratios: ArrayLike<number>): number {
  let [sum, total] = [0, 0];
  for (let k = 0; k < lambda.length; k++) {
    sum += lambda[k] * (ratios[k] - 1) ** 2;
    total += lambda[k];
  }
  return sum / total;
}

/** How far two trajectories from the same noise are apart at every level, and their denoised images. */
export interface PathError {
  /** mean over the samples of the mean squared difference of a coordinate of x_σ, shape [levels] */
  readonly state: Float64Array;
  /** the same of D(x_σ, σ), each by its own denoiser, at the levels above 0 */
  readonly denoised: Float64Array;
}

/**
 * The mean squared differences between two paths, each with the denoiser that made it, at the levels both have.
 *
 * @throws RangeError if a path has not as many states as there are levels
 */
export function pathError(
  a: { readonly path: readonly Matrix[]; readonly denoiser: Denoiser },
  b: { readonly path: readonly Matrix[]; readonly denoiser: Denoiser },
  sigmas: ArrayLike<number>,
): PathError {
  for (const { path } of [a, b])
    if (path.length !== sigmas.length)
      throw new RangeError(
        `pathError: ${path.length} states and ${sigmas.length} levels, expected ${sigmas.length} states`,
      );
  requireSameShape("pathError", a.path[0], b.path[0]);
  const state = Float64Array.from(a.path, (x, i) => mean(squaredErrors(x, b.path[i])));
  const denoised = Float64Array.from(sigmas)
    .filter((sigma) => sigma > 0)
    .map((sigma, i) => mean(squaredErrors(a.denoiser(a.path[i], sigma), b.denoiser(b.path[i], sigma))));
  return { state, denoised };
}
