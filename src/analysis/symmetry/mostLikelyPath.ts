import { solveBlockTridiagonal, type BlockTridiagonal } from "../../math/blockTridiagonal.js";
import { minimize } from "../../math/lbfgs.js";
import { dot, matrix, row, type Matrix } from "../../math/matrix.js";
import { normal, randomSource } from "../../math/random.js";
import { action, actionHessian, intervals, type ActionGradient, type Path, type Rule } from "./action.js";
import type { Lagrangian } from "./lagrangian.js";

/** Two states and the times between them. */
export interface PathProblem {
  readonly lagrangian: Lagrangian;
  /** shape [N + 1] */
  readonly times: Float64Array;
  /** the state at the first time, shape [d] */
  readonly from: ArrayLike<number>;
  /** the state at the last time, shape [d] */
  readonly to: ArrayLike<number>;
  /** by default the midpoint's */
  readonly rule?: Rule;
}

/** The most likely path that was found, and how well it is known. */
export interface MostLikelyPath extends Path {
  readonly lagrangian: Lagrangian;
  readonly rule: Rule;
  /** S */
  readonly action: number;
  /** the largest |∂S/∂x| of a coordinate of an inner point, relative to the largest momentum */
  readonly gradient: number;
  /** what a further step of Newton's method would take off S; not a number where there are no second derivatives */
  readonly decrement: number;
  readonly iterations: number;
}

/** Settings of mostLikelyPath. */
export interface MostLikelyPathOptions {
  /** the points to begin with, shape [N + 1, d]; by default equal steps from one end to the other */
  readonly guess?: Matrix;
  /** of the gradient in coordinates in which a Brownian path's action is a sum of squares; without second derivatives */
  readonly tolerance?: number;
  readonly maxIterations?: number;
}

/** The points in equal steps from one end of a problem to the other. */
export function straightGuess({ times, from, to }: Omit<PathProblem, "lagrangian">): Matrix {
  const N = times.length - 1;
  const points = matrix(N + 1, from.length);
  for (let k = 0; k <= N; k++) row(points, k).forEach((_, j, own) => (own[j] = from[j] + (k / N) * (to[j] - from[j])));
  return points;
}

/** Steps of L-BFGS before Newton's method, which needs a start near the minimum. */
const SAFE_STEPS = 50;

/** Steps of Newton's method with less than 1e-12 of the action to gain, after which it is a valley too flat to follow. */
const IDLE_STEPS = 50;

/**
 * Returns a minimum of the discrete action between two states: L-BFGS in coordinates in which a Brownian path's action
 * is a sum of squares, as the safe start, then Newton's method on the block-tridiagonal Hessian, shifted where it is not
 * positive definite, with backtracking, down to round-off, or 1e-12 of the action in a flat valley; off a saddle
 * along the direction in which the action falls most. A local minimum: another guess may lead to another.
 *
 * @throws RangeError if the ends are not finite or of the Lagrangian's dimension, the guess does not fit, or it does not
 * converge
 */
export function mostLikelyPath(problem: PathProblem, options: MostLikelyPathOptions = {}): MostLikelyPath {
  const { lagrangian, times, from, to, rule = "midpoint" } = problem;
  const { guess = straightGuess(problem), tolerance = 1e-8, maxIterations = 1000 } = options;
  const [N, d] = [times.length - 1, lagrangian.dimension];
  if (from.length !== d || to.length !== d || guess.rows !== N + 1 || guess.cols !== d)
    throw new RangeError(
      `mostLikelyPath: ends of ${from.length} and ${to.length} coordinates and a guess of ${guess.rows} × ${guess.cols}, expected ${d}, ${d} and ${N + 1} × ${d}`,
    );
  if (N < 1) throw new RangeError(`mostLikelyPath: ${N + 1} times, expected two or more`);
  const bad = [...Array.from(from), ...Array.from(to)].find((value) => !Number.isFinite(value));
  if (bad !== undefined || !guess.values.every(Number.isFinite))
    throw new RangeError(
      `mostLikelyPath: a coordinate of an end or the guess is ${bad ?? NaN}, expected finite numbers`,
    );
  const withInner = (inner: Float64Array): Path => {
    const points = matrix(N + 1, d);
    points.values.set(from);
    points.values.set(inner, d);
    points.values.set(to, N * d);
    return { times, points };
  };
  const evaluate = (inner: Float64Array) => action(lagrangian, withInner(inner), rule);
  /** S is infinite where the Lagrangian is not defined: searches turn back */
  const attempt = (inner: Float64Array): Pick<ActionGradient, "value" | "gradient"> => {
    try {
      return evaluate(inner);
    } catch (error) {
      if (error instanceof RangeError) return { value: Infinity, gradient: new Float64Array(inner.length).fill(NaN) };
      throw error;
    }
  };
  const finish = (inner: Float64Array, decrement: number, iterations: number): MostLikelyPath => {
    const { value, gradient, momenta } = evaluate(inner);
    const relative = largest(gradient) / (largest(momenta.after.values) || 1);
    return { ...withInner(inner), lagrangian, rule, action: value, gradient: relative, decrement, iterations };
  };

  const begun = guess.values.slice(d, N * d);
  evaluate(begun);
  const map = brownianCoordinates(lagrangian, withInner(begun), rule);
  const scaled = (y: Float64Array) => {
    const { value, gradient } = attempt(sum(begun, map.forward(y)));
    return { value, gradient: map.transposed(gradient) };
  };
  const second = lagrangian.second !== undefined;
  let [y, steps] = [new Float64Array(begun.length), 0];
  const limit = second ? SAFE_STEPS : 20 * maxIterations;
  for (const step of minimize(scaled, y, {
    tolerance: second ? 1e-2 : tolerance,
    maxIterations: limit + 1,
    memory: 20,
  })) {
    [y, steps] = [step.x as Float64Array<ArrayBuffer>, steps + 1];
    if (second && steps > limit) break;
  }
  const start = sum(begun, map.forward(y));
  if (!second) return finish(start, NaN, steps);

  let [inner, here, shift, idle] = [start, attempt(start), 0, 0];
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    const hessian = actionHessian(lagrangian, withInner(inner), rule);
    const scale = largest(Float64Array.from(hessian.diagonal, largest));
    let direction = solveBlockTridiagonal(hessian, here.gradient, shift);
    while (!direction) {
      shift = Math.max(4 * shift, 1e-6 * scale);
      if (!(shift < Infinity))
        throw new RangeError(
          `mostLikelyPath: the Hessian of S = ${here.value} of ${lagrangian.name} is not finite; take another guess, or a smoother system`,
        );
      direction = solveBlockTridiagonal(hessian, here.gradient, shift);
    }
    const decrement = dot(here.gradient, direction) / 2;
    idle = decrement <= 1e-12 * Math.abs(here.value) ? idle + 1 : 0;
    if (idle > IDLE_STEPS) return finish(inner, decrement, steps + iteration);
    const slack = 16 * Number.EPSILON * Math.abs(here.value);
    let moved: { inner: Float64Array<ArrayBuffer>; next: typeof here } | undefined;
    for (let step = 1; step > 1e-8 && !moved; step /= 2) {
      const tried = Float64Array.from(inner, (value, i) => value - step * direction[i]);
      const next = attempt(tried);
      if (next.value <= here.value - 1e-4 * step * decrement + slack) moved = { inner: tried, next };
    }
    const settled = decrement <= 4 * Number.EPSILON * Math.abs(here.value) || decrement < 1e-28;
    if (settled && shift === 0) {
      const better = moved && largest(moved.next.gradient) < largest(here.gradient);
      if (!better) return finish(inner, decrement, steps + iteration);
    } else if (settled) {
      // a minimum whose Hessian is only just positive definite, or semidefinite, or a saddle
      if (solveBlockTridiagonal(hessian, here.gradient)) shift = 0;
      else {
        const lower = belowSaddle(hessian, shift, inner, (tried) => attempt(tried).value < here.value - slack);
        if (!lower) return finish(inner, decrement, steps + iteration);
        [inner, here] = [lower, attempt(lower)];
      }
      continue;
    } else if (!moved)
      throw new RangeError(
        `mostLikelyPath: no step lowers S = ${here.value} of ${lagrangian.name} although ${decrement} is left to gain; take more times, or a smoother system`,
      );
    ({ inner, next: here } = moved!);
    shift = shift > 1e-12 * scale ? shift / 8 : 0;
  }
  throw new RangeError(
    `mostLikelyPath: ${maxIterations} steps of Newton's method do not suffice for ${lagrangian.name}; raise maxIterations, or take another guess`,
  );
}

/**
 * Returns a point that is lower than a saddle, along the eigenvector of the least eigenvalue of the Hessian H by inverse
 * iteration with H + shift, as far away as the points are from 0 or nearer; none where there is no such point.
 */
function belowSaddle(
  hessian: BlockTridiagonal,
  shift: number,
  inner: Float64Array,
  isLower: (tried: Float64Array) => boolean,
): Float64Array<ArrayBuffer> | undefined {
  let u = normal(randomSource(1), 1, inner.length).values;
  for (let k = 0; k < 30; k++) {
    u = solveBlockTridiagonal(hessian, u, shift)!;
    const size = largest(u);
    u = u.map((value) => value / size);
  }
  for (let step = largest(inner) || 1; step > 1e-8 * (largest(inner) || 1); step /= 2)
    for (const sign of [1, -1]) {
      const tried = Float64Array.from(inner, (value, i) => value + sign * step * u[i]);
      if (isLower(tried)) return tried;
    }
  return undefined;
}

/**
 * x = P y with Pᵀ K P = 1, K the tridiagonal Hessian of Σ m Δx² / 2|h|: by the Cholesky factor of K, the same for every
 * coordinate.
 */
function brownianCoordinates(lagrangian: Lagrangian, path: Path, rule: Rule) {
  const { h, t, x } = intervals(path, rule);
  const [n, d] = [h.length - 1, x.cols];
  const weight = lagrangian.mass(x, t).map((mass, k) => mass / Math.abs(h[k]));
  const [pivot, link] = [new Float64Array(n), new Float64Array(n)]; // L of K = L Lᵀ: its diagonal, and left of it
  for (let k = 0; k < n; k++) {
    link[k] = k > 0 ? -weight[k] / pivot[k - 1] : 0;
    pivot[k] = Math.sqrt(weight[k] + weight[k + 1] - link[k] ** 2);
  }
  return {
    /** L⁻ᵀ y */
    forward(y: Float64Array): Float64Array<ArrayBuffer> {
      const result = Float64Array.from(y);
      for (let k = n - 1; k >= 0; k--)
        for (let j = 0; j < d; j++) {
          if (k < n - 1) result[k * d + j] -= link[k + 1] * result[(k + 1) * d + j];
          result[k * d + j] /= pivot[k];
        }
      return result;
    },
    /** L⁻¹ g */
    transposed(g: Float64Array): Float64Array<ArrayBuffer> {
      const result = Float64Array.from(g);
      for (let k = 0; k < n; k++)
        for (let j = 0; j < d; j++) {
          if (k > 0) result[k * d + j] -= link[k] * result[(k - 1) * d + j];
          result[k * d + j] /= pivot[k];
        }
      return result;
    },
  };
}

const sum = (a: Float64Array, b: Float64Array) => Float64Array.from(a, (value, i) => value + b[i]);

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}
