import { matrix, type Matrix } from "../../math/matrix.js";
import type { BlockTridiagonal } from "../../math/blockTridiagonal.js";
import type { Lagrangian } from "./lagrangian.js";

/** States at increasing times, or at decreasing ones of an equation of reverse time. */
export interface Path {
  /** shape [N + 1] */
  readonly times: Float64Array;
  /** shape [N + 1, d] */
  readonly points: Matrix;
}

/** The place in each interval where L is evaluated: its middle, of order 2, or its beginning, of order 1. */
export type Rule = "midpoint" | "left";

/** The states in the N intervals of a path, as the discrete action sees them. */
export interface Intervals {
  /** dt with its sign, shape [N] */
  readonly h: Float64Array;
  /** shape [N] */
  readonly t: Float64Array;
  /** shape [N, d] */
  readonly x: Matrix;
  /** Δx / h, shape [N, d] */
  readonly v: Matrix;
}

/**
 * Returns the states in the intervals of a path.
 *
 * @throws RangeError if there are fewer than two times, not a point for each, or they do not all run one way
 */
export function intervals({ times, points }: Path, rule: Rule = "midpoint"): Intervals {
  const [N, d, theta] = [times.length - 1, points.cols, rule === "left" ? 0 : 0.5];
  if (N < 1 || points.rows !== N + 1)
    throw new RangeError(`intervals: ${N + 1} times and ${points.rows} points, expected two or more of each`);
  const [h, t, x, v] = [new Float64Array(N), new Float64Array(N), matrix(N, d), matrix(N, d)];
  for (let k = 0; k < N; k++) {
    h[k] = times[k + 1] - times[k];
    if (!(h[k] * (times[N] - times[0]) > 0))
      throw new RangeError(`intervals: t = ${times[k + 1]} after ${times[k]}, expected times that all run one way`);
    t[k] = times[k] + theta * h[k];
    for (let j = 0; j < d; j++) {
      const [a, b] = [points.values[k * d + j], points.values[(k + 1) * d + j]];
      x.values[k * d + j] = a + theta * (b - a);
      v.values[k * d + j] = (b - a) / h[k];
    }
  }
  return { h, t, x, v };
}

/** The discrete action S = Σ h L(x, Δx / h, t) and its gradient in the inner points. */
export interface ActionGradient {
  readonly value: number;
  /** ∂S/∂x_k for k = 1 … N - 1, shape [(N - 1) d] */
  readonly gradient: Float64Array;
  /** ∂S/∂x_N of the last interval and -∂S/∂x_0 of the first, and so on: the discrete momenta, shape [N, d] each */
  readonly momenta: { readonly before: Matrix; readonly after: Matrix };
}

/**
 * Returns the discrete action of a path with its exact gradient. `momenta.after` are D₂ L_d of each interval, by its
 * end, and `momenta.before` -D₁ L_d, by its beginning: where the gradient is 0, `after` of one interval is `before` of the
 * next (Marsden and West, Discrete mechanics and variational integrators, 2001).
 *
 * @throws RangeError as intervals does, or if times run the other way than the Lagrangian's, or points are not of its
 * dimension
 */
export function action(lagrangian: Lagrangian, path: Path, rule: Rule = "midpoint"): ActionGradient {
  requireDimension("action", lagrangian, path.points);
  const { h, t, x, v } = intervals(path, rule);
  requireDirection(lagrangian, h);
  const theta = rule === "left" ? 0 : 0.5;
  const L = lagrangian.first(x, v, t);
  const [N, d] = [h.length, x.cols];
  const [before, after] = [matrix(N, d), matrix(N, d)];
  let value = 0;
  for (let k = 0; k < N; k++) {
    value += h[k] * L.value[k];
    for (let i = k * d; i < (k + 1) * d; i++) {
      before.values[i] = L.v.values[i] - (1 - theta) * h[k] * L.x.values[i];
      after.values[i] = L.v.values[i] + theta * h[k] * L.x.values[i];
    }
  }
  const gradient = new Float64Array((N - 1) * d);
  for (let i = 0; i < gradient.length; i++) gradient[i] = after.values[i] - before.values[i + d];
  return { value, gradient, momenta: { before, after } };
}

/**
 * Returns the Hessian of the discrete action in the inner points.
 *
 * @throws RangeError as action does, or if the Lagrangian has no second derivatives
 */
export function actionHessian(lagrangian: Lagrangian, path: Path, rule: Rule = "midpoint"): BlockTridiagonal {
  requireDimension("actionHessian", lagrangian, path.points);
  const { h, t, x, v } = intervals(path, rule);
  requireDirection(lagrangian, h);
  if (!lagrangian.second)
    throw new RangeError(`actionHessian: the Lagrangian of ${lagrangian.name} has no second derivatives`);
  const { xx, xv, vv } = lagrangian.second(x, v, t);
  const [N, d, b] = [h.length, x.cols, rule === "left" ? 0 : 0.5];
  const a = 1 - b;
  const diagonal = Array.from({ length: N - 1 }, () => new Float64Array(d * d));
  const above = Array.from({ length: N - 2 }, () => new Float64Array(d * d));
  for (let k = 0; k < N; k++)
    for (let i = 0; i < d; i++)
      for (let j = 0; j < d; j++) {
        const [at, ij, ji] = [i * d + j, k * d * d + i * d + j, k * d * d + j * d + i];
        const [X, M, Mt, V] = [xx.values[ij], xv.values[ij], xv.values[ji], vv.values[ij]];
        if (k > 0) diagonal[k - 1][at] += a * a * h[k] * X - a * (M + Mt) + V / h[k];
        if (k < N - 1) diagonal[k][at] += b * b * h[k] * X + b * (M + Mt) + V / h[k];
        if (k > 0 && k < N - 1) above[k - 1][at] += a * b * h[k] * X + a * M - b * Mt - V / h[k];
      }
  return { size: d, diagonal, above };
}

/** Throws unless states are of a Lagrangian's dimension. */
export function requireDimension(where: string, { name, dimension }: Lagrangian, states: Matrix): void {
  if (states.cols !== dimension)
    throw new RangeError(`${where}: states of ${states.cols} coordinates, expected ${dimension} for ${name}`);
}

function requireDirection({ name, reverse }: Lagrangian, h: Float64Array): void {
  if (h[0] < 0 !== reverse)
    throw new RangeError(
      `action: times run ${reverse ? "up" : "down"}, expected ${reverse ? "decreasing" : "increasing"} ones for ${name}`,
    );
}
