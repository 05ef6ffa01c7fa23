import { dpmSolverV3 } from "../../diffusion/sampling/dpmSolverV3.js";
import type { ModelStatistics } from "../../diffusion/sampling/modelStatistics.js";
import { karrasSigmas, geometricSigmas } from "../../diffusion/sampling/noiseLevels.js";
import { sample } from "../../diffusion/sampling/sampler.js";
import type { Score } from "../../diffusion/score.js";
import { dpmSolver, uniPC, type Solver } from "../../diffusion/sampling/solver.js";
import { teleport, teleportToLevels, type Statistics } from "../../diffusion/sampling/teleport.js";
import { matrix, type Matrix } from "../../math/matrix.js";
import { heun, last, type ButcherTableau } from "../../math/ode.js";
import { fromScore, type VectorField } from "../../diffusion/distribution.js";

/** Samples of a network that did not begin at the top. */
export interface TeleportRun {
  /** the level teleported to */
  readonly sigma: number;
  /** of the network */
  readonly evaluations: number;
  readonly samples: Matrix;
}

/** The grid and method of a sampler for so many evaluations from a noise level down. */
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

/** Heun's method and two multistep solvers of their usual orders (arXiv 2211.01095, 2302.04867), by name. */
export const samplerPlans: Readonly<Record<string, Plan>> = {
  Heun: heunPlan,
  "DPM-Solver++": multistepPlan(dpmSolver()),
  UniPC: multistepPlan(uniPC()),
};

/** DPM-Solver-v3 as such a plan: pseudo-order with at most 5 evaluations, the corrector with at most 6. */
export function dpmSolverV3Plan(statistics: ModelStatistics): Plan {
  return multistepPlan((evaluations) =>
    dpmSolverV3(statistics, { pseudo: evaluations <= 5, corrector: evaluations <= 6 }),
  );
}

/**
 * Returns the exact effect of a sampler on independent Gaussian modes: its final amplitude over that of the flow
 * itself, from `from` teleported to the first of the levels and down to the last one, for each variance λ. Without
 * errors every ratio is 1.
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
