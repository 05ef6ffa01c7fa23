import { requireColumns, row, type Matrix } from "../../math/matrix.js";
import { gaussLegendre } from "../../math/quadrature.js";
import type { ModelStatistics } from "./modelStatistics.js";
import { solveSmall, type Combination, type Solver } from "./solver.js";

/** Settings of dpmSolverV3. */
export interface DpmSolverV3Options {
  readonly order?: 1 | 2 | 3;
  /** derivatives from the nearest points only, better with 5 or 6 evaluations */
  readonly pseudo?: boolean;
  /** with the next evaluation applied to the step before it, better with up to 8 */
  readonly corrector?: boolean;
}

/**
 * DPM-Solver-v3 (arXiv 2310.13268), a multistep method: the part of the equation that the statistics describe is solved
 * exactly, with L = ∫ l, S = ∫ s from λ_s on, and what remains is extrapolated. For f = (1 - l) x - D and g_i =
 * e^{-S_i} f_i - ∫ e^{-S} b,
 *
 *     x_t = e^{-L_t} [x_s - ∫ e^{L+S} (Σ_k g^(k) (λ - λ_s)^k / k! + ∫ e^{-S} b) dλ]
 *
 * Between the levels of the statistics l, s and b are linear; outside they are those of the nearest. With l = 1 and s =
 * b = 0 the step is DDIM's for order 1 and that of UniPC's predictor for order 3.
 *
 * @throws RangeError if the order is not 1, 2 or 3 or the statistics differ in shape; its steps, if x has not their d
 * columns
 */
export function dpmSolverV3(
  statistics: ModelStatistics,
  { order = 3, pseudo = false, corrector = false }: DpmSolverV3Options = {},
): Solver {
  if (![1, 2, 3].includes(order)) throw new RangeError(`dpmSolverV3: the order is ${order}, expected 1, 2 or 3`);
  const { lambda, l, s, b } = statistics;
  for (const [name, m] of Object.entries({ l, s, b }))
    if (m.rows !== lambda.length || m.cols !== l.cols || lambda.length < 2)
      throw new RangeError(
        `dpmSolverV3: ${name} is ${m.rows} × ${m.cols} for ${lambda.length} levels, expected one row a level, two at least, and equal columns`,
      );
  const d = l.cols;
  const weights = (levels: readonly number[], to: number, ahead: boolean): Combination => {
    const start = -Math.log(levels[0]);
    const others = levels.slice(1).map((sigma) => -Math.log(sigma));
    const end = -Math.log(to);
    const nodes = ahead ? [end, ...others] : others;
    const V = derivativeWeights(
      nodes.map((node) => node - start),
      pseudo,
    );
    const state = new Float64Array(d);
    const offset = new Float64Array(d);
    const own = new Float64Array(d);
    const models = nodes.map(() => new Float64Array(d));
    const grids = [end, ...others].map((stop) => cells(lambda, start, stop));
    const onGrids = [l, s, b].map((m) => grids.map((grid) => between(m, lambda, grid)));
    for (let j = 0; j < d; j++) {
      const at = (k: number) => ({
        l: onGrids[0][k].map((c) => c[j]),
        s: onGrids[1][k].map((c) => c[j]),
        b: onGrids[2][k].map((c) => c[j]),
      });
      const ending = integrals(grids[0], at(0), V.length);
      const earlier = others.map((_, i) => integrals(grids[i + 1], at(i + 1), 0));
      const shrink = Math.exp(-ending.L);
      const atNodes = ahead ? [ending, ...earlier] : earlier;
      let [onOwn, constant] = [ending.moments[0], ending.C];
      atNodes.forEach(({ S, beta }, i) => {
        const weight = V.reduce((sum, row, k) => sum + ending.moments[k + 1] * row[i], 0); // of g_i - g_s
        models[i][j] = -shrink * weight * Math.exp(-S);
        onOwn -= weight;
        constant -= weight * beta;
      });
      state[j] = shrink;
      own[j] = -shrink * onOwn;
      offset[j] = -shrink * constant;
    }
    return { state, offset, models: ahead ? [models[0], own, ...models.slice(1)] : [own, ...models] };
  };
  return {
    order,
    memory: order - 1,
    model(x, denoised, sigma) {
      requireColumns("dpmSolverV3", "x", x, d);
      const [at] = between(l, lambda, [-Math.log(sigma), -Math.log(sigma)]);
      return { ...x, values: x.values.map((value, i) => (1 - at[i % d]) * value - denoised.values[i]) };
    },
    predict: (levels, to) => weights(levels, to, false),
    correct: corrector ? (levels, to) => weights(levels, to, true) : undefined,
  };
}

/**
 * Row k - 1 gives g^(k) at 0 as a sum of g(δ_i) - g(0): by the polynomial through all points, or by the divided
 * difference of the k nearest alone.
 */
function derivativeWeights(deltas: readonly number[], pseudo: boolean): number[][] {
  return deltas.map((_, index) => {
    const used = pseudo ? deltas.slice(0, index + 1) : deltas;
    // Σ_i w_i δ_i^m / m! = [m = k], m = 1, 2, …
    const k = index + 1;
    const factorial = [1, 1, 2, 6][k];
    const w = solveSmall(
      used.map((_, m) => used.map((delta) => delta ** (m + 1))),
      used.map((_, m) => (m + 1 === k ? factorial : 0)),
    );
    return deltas.map((_, i) => w[i] ?? 0);
  });
}

/** λ from start to stop, in the direction asked for, by way of the levels of the statistics between them. */
function cells(lambda: Float64Array, start: number, stop: number): number[] {
  const [low, high] = start < stop ? [start, stop] : [stop, start];
  const inner = Array.from(lambda.filter((value) => value > low && value < high));
  return start < stop ? [start, ...inner, stop] : [start, ...inner.reverse(), stop];
}

/** The means over each cell of a grid of what is linear between the rows of m, each of shape [d]. */
function between(m: Matrix, lambda: Float64Array, grid: readonly number[]): Float64Array[] {
  return grid.slice(1).map((end, i) => {
    const middle = (grid[i] + end) / 2;
    const above = lambda.findIndex((value) => value > middle);
    const below = Math.min(Math.max(above < 0 ? lambda.length : above - 1, 0), lambda.length - 2);
    const share = Math.min(Math.max((middle - lambda[below]) / (lambda[below + 1] - lambda[below]), 0), 1);
    const [a, z] = [row(m, below), row(m, below + 1)];
    return a.map((value, j) => value + share * (z[j] - value));
  });
}

/** Exact to round-off for an exponential over a cell, also of a coarse grid. */
const GAUSS = gaussLegendre(8);

/**
 * Over a grid, with l, s and b constant on each cell: L, S, beta = ∫ e^{-S} b, moments[k] = ∫ e^{L+S} (λ - λ_s)^k / k!
 * and C = ∫ e^{L+S} beta, each 0 at the start; the outer ones by the nodes of Gauss and Legendre on each cell.
 */
function integrals(grid: readonly number[], { l, s, b }: { l: number[]; s: number[]; b: number[] }, order: number) {
  let [L, S, beta, C] = [0, 0, 0, 0];
  const moments = new Float64Array(order + 1);
  for (let i = 0; i < l.length; i++) {
    const h = grid[i + 1] - grid[i];
    const betaAfter = (u: number) => beta + b[i] * Math.exp(-S) * (s[i] === 0 ? u : -Math.expm1(-s[i] * u) / s[i]);
    GAUSS.nodes.forEach((node, q) => {
      const u = (h / 2) * (1 + node);
      const weight = (h / 2) * GAUSS.weights[q] * Math.exp(L + S + (l[i] + s[i]) * u);
      C += weight * betaAfter(u);
      let power = 1;
      for (let k = 0; k <= order; k++) {
        moments[k] += weight * power;
        power *= (grid[i] + u - grid[0]) / (k + 1);
      }
    });
    beta = betaAfter(h);
    L += l[i] * h;
    S += s[i] * h;
  }
  return { L, S, beta, C, moments };
}
