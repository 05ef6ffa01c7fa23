import { addTo, matrix, matrixFromRows, scale, scaleColumns, type Matrix } from "../../math/matrix.js";
import type { ButcherTableau } from "../../math/ode.js";
import { solveReference } from "../../math/solve.js";

/*
 * One step of any of these samplers is a sum: the state it starts from and what the denoiser said, at this level, at
 * levels before it or at stages between, each times a number that depends on the levels alone. A solver is the table of
 * those numbers.
 */

/** One number, or one for each column of the state. */
export type Weight = number | Float64Array;

/** A combination state · x + Σ_i models[i] · m_i + offset */
export interface Combination {
  readonly state: Weight;
  readonly models: readonly Weight[];
  /** shape [d] */
  readonly offset?: Float64Array;
}

/** A state between two levels at which the denoiser is asked once more. */
export interface Stage extends Combination {
  readonly sigma: number;
}

/** A sampling method as a table of numbers: one loop, in sampler.ts, runs all of them. */
export interface Solver {
  readonly order: number;
  /** how many earlier steps' evaluations a step uses: 0 in one-step methods, order - 1 in multistep ones */
  readonly memory: number;
  /** what is kept of an evaluation; D itself without it */
  model?(x: Matrix, denoised: Matrix, sigma: number): Matrix;
  /** the stages after the first, each a combination of the models up to it */
  stages?(from: number, to: number): readonly Stage[];
  /** the state at `to` of the models at `levels`, the newest first, followed by those of the stages */
  predict(levels: readonly number[], to: number): Combination;
  /** the state at `to` again, of the models at `to` and at the levels */
  correct?(levels: readonly number[], to: number): Combination;
}

/**
 * An explicit Runge-Kutta method in σ, on dx/dσ = (x - D) / σ: Euler's is DDIM (arXiv 2010.02502), Heun's the one of
 * arXiv 2206.00364.
 */
export function rungeKutta({ order, a, b, c }: ButcherTableau): Solver {
  // States and slopes as combinations; entry 0 is the weight of x, entry i + 1 that of D_i.
  const tableau = (from: number, to: number) => {
    const h = to - from;
    const slopes: number[][] = [];
    const along = (weights: readonly number[]) => {
      const sum = [1, ...b.map(() => 0)];
      weights.forEach((weight, i) => slopes[i].forEach((value, j) => (sum[j] += h * weight * value)));
      return sum;
    };
    const stages = b.map((_, i) => {
      const sigma = from + c[i] * h;
      const state = i === 0 ? along([]) : along(a[i - 1]);
      slopes.push(state.map((value, j) => (value - (j === i + 1 ? 1 : 0)) / sigma));
      return { sigma, ...combination(state.slice(0, i + 1)) };
    });
    return { stages: stages.slice(1), end: combination(along(b)) };
  };
  return {
    order,
    memory: 0,
    stages: (from, to) => tableau(from, to).stages,
    predict: ([from], to) => tableau(from, to).end,
  };
}

function combination([state, ...models]: number[]): Combination {
  return { state, models };
}

/**
 * DPM-Solver++ of order 1 (DDIM), 2 or 3 (arXiv 2211.01095), for the denoiser in λ = -ln σ: multistep ones ask once a
 * step, the others order times. The multistep 3 has the published coefficients, whose last term is half of the
 * interpolating polynomial's: its order is 2.
 *
 * @throws RangeError if the order is not 1, 2 or 3
 */
export function dpmSolver(order: 1 | 2 | 3 = 3, { multistep = true } = {}): Solver {
  requireOrder("dpmSolver", order);
  return multistep
    ? { order, memory: order - 1, predict: multistepWeights }
    : { order, memory: 0, stages: singlestepStages(order), predict: singlestepWeights(order) };
}

function multistepWeights([s, s1, s2]: readonly number[], t: number): Combination {
  const h = Math.log(s / t);
  const p1 = Math.expm1(-h);
  if (s1 === undefined) return { state: t / s, models: [-p1] };
  const r0 = Math.log(s1 / s) / h;
  if (s2 === undefined) return { state: t / s, models: [-p1 - p1 / (2 * r0), p1 / (2 * r0)] };
  const r1 = Math.log(s2 / s1) / h;
  const p2 = p1 / h + 1;
  const p3 = p2 / h - 0.5;
  // weights of (m_0 - m_1) / r_0 and (m_1 - m_2) / r_1
  const first = p2 * (1 + r0 / (r0 + r1)) - p3 / (r0 + r1);
  const second = (p3 - p2 * r0) / (r0 + r1);
  return { state: t / s, models: [-p1 + first / r0, second / r1 - first / r0, -second / r1] };
}

const singlestepStages =
  (order: number) =>
  (s: number, t: number): Stage[] => {
    const h = Math.log(s / t);
    const at = (r: number, models: number[]): Stage => ({
      sigma: s * Math.exp(-r * h),
      state: Math.exp(-r * h),
      models,
    });
    const e = (r: number) => Math.expm1(-r * h);
    if (order === 1) return [];
    if (order === 2) return [at(1 / 2, [-e(1 / 2)])];
    const second = 2 * (e(2 / 3) / ((2 / 3) * h) + 1);
    return [at(1 / 3, [-e(1 / 3)]), at(2 / 3, [-e(2 / 3) - second, second])];
  };

const singlestepWeights =
  (order: number) =>
  ([s]: readonly number[], t: number): Combination => {
    const h = Math.log(s / t);
    const p1 = Math.expm1(-h);
    if (order === 1) return { state: t / s, models: [-p1] };
    if (order === 2) return { state: t / s, models: [0, -p1] }; // r = 1/2: the half-way model alone
    const last = 1.5 * (p1 / h + 1);
    return { state: t / s, models: [-p1 - last, 0, last] };
  };

/**
 * UniPC of order 1, 2 or 3 with B(h) = h or e^h - 1 (arXiv 2302.04867), for the denoiser: a multistep predictor, and a
 * corrector that uses the evaluation which the next step needs anyway.
 *
 * @throws RangeError if the order is not 1, 2 or 3, or the variant none of its two
 */
export function uniPC(order: 1 | 2 | 3 = 3, variant: "bh1" | "bh2" = "bh1"): Solver {
  requireOrder("uniPC", order);
  if (variant !== "bh1" && variant !== "bh2")
    throw new RangeError(`uniPC: the variant is ${JSON.stringify(variant)}, expected "bh1" or "bh2"`);
  // The models' differences (m_i - m_0) / r_i get -B ρ_i, where Σ_j r_j^{i-1} ρ_j = b_i.
  const weights = (levels: readonly number[], t: number, withNew: boolean): Combination => {
    const [s, ...earlier] = levels;
    const h = Math.log(s / t);
    const e = Math.expm1(-h);
    const B = variant === "bh1" ? -h : e;
    const r = earlier.map((sigma) => Math.log(s / sigma) / h);
    if (withNew) r.unshift(1);
    const b: number[] = [];
    for (let i = 1, phi = e / -h - 1, factorial = 1; i <= r.length; i++) {
      b.push((phi * factorial) / B);
      factorial *= i + 1;
      phi = phi / -h - 1 / factorial;
    }
    const rho =
      r.length === 1
        ? [0.5]
        : solveSmall(
            b.map((_, i) => r.map((value) => value ** i)),
            b,
          );
    const differences = rho.map((value, i) => (-B * value) / r[i]);
    const own = differences.reduce((sum, value) => sum - value, -e);
    return { state: t / s, models: withNew ? [differences[0], own, ...differences.slice(1)] : [own, ...differences] };
  };
  return {
    order,
    memory: order - 1,
    predict: (levels, to) => weights(levels, to, false),
    correct: (levels, to) => weights(levels, to, true),
  };
}

function requireOrder(where: string, order: number): void {
  if (![1, 2, 3].includes(order)) throw new RangeError(`${where}: the order is ${order}, expected 1, 2 or 3`);
}

/** Solves A x = b for a handful of unknowns. */
export function solveSmall(A: readonly (readonly number[])[], b: readonly number[]): number[] {
  return b.length === 0
    ? []
    : Array.from(solveReference(matrixFromRows(A), matrix(b.length, 1, Float64Array.from(b))).values);
}

/** The state that a combination makes of x and the models. */
export function combine(x: Matrix, models: readonly Matrix[], { state, models: weights, offset }: Combination): Matrix {
  const result = typeof state === "number" ? scale(x, state) : scaleColumns(x, state);
  const sum = result.values;
  weights.forEach((weight, k) => {
    const { values } = models[k];
    if (typeof weight === "number") addTo(sum, weight, values);
    else for (let i = 0; i < sum.length; i++) sum[i] += weight[i % x.cols] * values[i];
  });
  if (offset) for (let i = 0; i < result.values.length; i++) result.values[i] += offset[i % x.cols];
  return result;
}
