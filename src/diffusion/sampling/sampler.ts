import { addScaled, allFinite, matrix, row, type Matrix } from "../../math/matrix.js";
import { heun, type ButcherTableau } from "../../math/ode.js";
import { fillNormal, type Source } from "../../math/random.js";
import type { VectorField } from "../distribution.js";
import { combine, rungeKutta, type Solver } from "./solver.js";

/**
 * The stochastic process of Karras et al. (arXiv 2206.00364, algorithm 2): noise is added before each step, and the
 * step removes it too.
 */
export interface Churn {
  readonly source: Source;
  /** S_churn: a step begins at σ (1 + γ), γ = min(S_churn / steps, √2 - 1) */
  readonly sChurn: number;
  /** S_min and S_max, between which noise is added; everywhere without them */
  readonly sMin?: number;
  readonly sMax?: number;
  /** S_noise, the standard deviation of the added noise relative to what σ (1 + γ) asks for */
  readonly sNoise?: number;
}

/**
 * Draws samples by the deterministic process of Karras et al. (arXiv 2206.00364, algorithm 1) or, with churn, of the
 * stochastic one: from σ_0 down the given levels, one step of the method between two of them; a step to 0 is the
 * denoiser. Yields x at every level, the given x, shape [n, d], first. Heun's method on N levels and 0 takes 2N - 1
 * evaluations, a multistep one N. Methods with memory begin with low orders and end with them.
 *
 * @example
 * const noise = scale(normal(randomSource(1), 16, p.dimension), 80);
 * const images = last(sample(p, noise, karrasSigmas(18)));                   // the end points
 * const path = [...sample(p, noise, geometricSigmas(10), uniPC())];          // all states, by another method
 *
 * @throws RangeError if there are no levels, they do not decrease to at least 0, a state is not finite, or churn meets
 * a method with memory
 */
export function* sample(
  { denoiser }: Pick<VectorField, "denoiser">,
  x: Matrix,
  sigmas: ArrayLike<number>,
  method: ButcherTableau | Solver = heun,
  churn?: Churn,
): Generator<Matrix, void, undefined> {
  requireLevels("sample", sigmas);
  const solver = "predict" in method ? method : rungeKutta(method);
  const added = churn && noising(churn, solver, sigmas.length - 1, x.rows);
  const evaluate = (at: Matrix, sigma: number) => {
    const denoised = denoiser(at, sigma);
    return { sigma, denoised, model: solver.model ? solver.model(at, denoised, sigma) : denoised };
  };
  const known: ReturnType<typeof evaluate>[] = []; // newest first
  const steps = sigmas[sigmas.length - 1] === 0 ? sigmas.length - 2 : sigmas.length - 1; // that are not to 0
  yield x;
  for (let i = 1; i < sigmas.length; i++) {
    const to = sigmas[i];
    let from = sigmas[i - 1];
    if (added) [x, from] = added(x, from);
    if (known[0]?.sigma !== from) known.unshift(evaluate(x, from));
    if (to === 0) x = known[0].denoised;
    else {
      const used = known.slice(0, Math.min(solver.memory, steps - i) + 1);
      const levels = used.map(({ sigma }) => sigma);
      const models = used.map(({ model }) => model);
      for (const stage of solver.stages?.(from, to) ?? [])
        models.push(evaluate(combine(x, models, stage), stage.sigma).model);
      let next = combine(x, models, solver.predict(levels, to));
      known.length = Math.min(known.length, solver.memory);
      if (solver.correct && i < sigmas.length - 1) {
        known.unshift(evaluate(next, to));
        next = combine(x, [known[0].model, ...models], solver.correct(levels, to));
      }
      x = next;
    }
    if (!allFinite(x.values))
      throw new RangeError(
        `sample: the state is not finite at level ${i}, σ = ${to}; the denoiser is not finite there`,
      );
    yield x;
  }
}

/** Returns γ = min(S_churn / N, √2 - 1), by which each of N steps raises σ. */
export function churnGamma(steps: number, sChurn: number): number {
  return Math.min(sChurn / steps, Math.SQRT2 - 1);
}

function noising(churn: Churn, solver: Solver, steps: number, points: number) {
  requireChurn("sample", churn);
  const { source, sChurn: amount, sMin: from = 0, sMax: to = Infinity, sNoise: noise = 1 } = churn;
  if (solver.memory > 0)
    throw new RangeError(
      "sample: churn and a multistep method, whose earlier evaluations it makes wrong; take a method of one step",
    );
  const streams = Array.from({ length: points }, () => source.split()); // one a point, as in integrateSde
  const gamma = churnGamma(steps, amount);
  return (x: Matrix, sigma: number): [Matrix, number] => {
    if (gamma === 0 || sigma < from || sigma > to) return [x, sigma];
    const raised = sigma * (1 + gamma);
    const z = matrix(x.rows, x.cols);
    streams.forEach((stream, n) => fillNormal(stream, row(z, n)));
    return [addScaled(x, Math.sqrt(raised ** 2 - sigma ** 2) * noise, z), raised];
  };
}

/** @throws RangeError if S_churn or S_noise is negative or not finite, or S_min or S_max is NaN */
export function requireChurn(where: string, { sChurn, sMin, sMax, sNoise = 1 }: Omit<Churn, "source">): void {
  if (!(sChurn >= 0 && sChurn < Infinity))
    throw new RangeError(`${where}: churn of ${sChurn}, expected a finite amount of at least 0`);
  if (!(sNoise >= 0 && sNoise < Infinity))
    throw new RangeError(`${where}: S_noise is ${sNoise}, expected a finite number of at least 0`);
  for (const [name, level] of Object.entries({ S_min: sMin, S_max: sMax }))
    if (Number.isNaN(level)) throw new RangeError(`${where}: ${name} is NaN, expected a noise level`);
}

/** @throws RangeError if there is no noise level, or they do not decrease to at least 0 */
export function requireLevels(where: string, sigmas: ArrayLike<number>): void {
  if (sigmas.length === 0 || !(sigmas[0] >= 0 && sigmas[0] < Infinity))
    throw new RangeError(`${where}: level 0 is ${sigmas[0]}, expected a finite noise level`);
  for (let i = 1; i < sigmas.length; i++)
    if (!(sigmas[i] < sigmas[i - 1] && sigmas[i] >= 0))
      throw new RangeError(
        `${where}: level ${i} is ${sigmas[i]} after ${sigmas[i - 1]}, expected levels that decrease to at least 0`,
      );
}
