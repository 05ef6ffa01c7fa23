import { addTerms, allFinite, dot, matrix, relativeError, requireSameShape, type Matrix } from "./matrix.js";
import { room } from "./room.js";
import { mean } from "./stats.js";

/** The right-hand side of dx/dt = f(x, t), on many points at once: x and the result of shape [n, d]. */
export type Field = (x: Matrix, t: number) => Matrix;

/** An explicit Runge-Kutta method as its Butcher tableau. Row i of `a` makes stage i + 1 of the stages before it. */
export interface ButcherTableau {
  readonly order: number;
  readonly a: readonly (readonly number[])[];
  readonly b: readonly number[];
  readonly c: readonly number[];
}

/** Euler's method. */
export const euler: ButcherTableau = { order: 1, a: [], b: [1], c: [0] };
/** Heun's method, the explicit trapezoidal rule. */
export const heun: ButcherTableau = { order: 2, a: [[1]], b: [1 / 2, 1 / 2], c: [0, 1] };
/** The classical Runge–Kutta method. */
export const rk4: ButcherTableau = {
  order: 4,
  a: [[1 / 2], [0, 1 / 2], [0, 0, 1]],
  b: [1 / 6, 1 / 3, 1 / 3, 1 / 6],
  c: [0, 1 / 2, 1 / 2, 1],
};

/**
 * The solution of dx/dt = f(x, t) from x(times[0]) = x, one step of the method from each time to the next, up or down.
 * Yields x at every time, beginning with the given one.
 *
 * @throws RangeError if there is no time, or a time or a state is not finite
 */
export function* integrate(
  field: Field,
  x: Matrix,
  times: ArrayLike<number>,
  method: ButcherTableau = rk4,
): Generator<Matrix, void, undefined> {
  if (times.length === 0) throw new RangeError("integrate: no times, expected at least the one of the given state");
  for (let i = 0; i < times.length; i++)
    if (!Number.isFinite(times[i]))
      throw new RangeError(`integrate: times[${i}] is ${times[i]}, expected a finite number`);
  yield x;
  for (let i = 1; i < times.length; i++) {
    x = step(field, x, times[i - 1], times[i], method);
    if (!allFinite(x.values))
      throw new RangeError(
        `integrate: the state is not finite at times[${i}] = ${times[i]}; take smaller steps, or end before the field is singular`,
      );
    yield x;
  }
}

/** One step of an explicit method from t to the next time. */
export function step(field: Field, x: Matrix, t: number, next: number, { a, b, c }: ButcherTableau): Matrix {
  const h = next - t;
  const stages: Matrix[] = [];
  const along = (weights: readonly number[]) => combine(x, h, weights, stages);
  b.forEach((_, i) => {
    const slope = field(i === 0 ? x : along(a[i - 1]), t + c[i] * h);
    requireSameShape("step", x, slope);
    stages.push(slope);
  });
  return along(b);
}

/** Returns x + h Σ w_i k_i; without x the sum alone. */
export function combine(
  x: Matrix | undefined,
  h: number,
  weights: readonly number[],
  stages: readonly Matrix[],
): Matrix {
  const { rows, cols } = stages[0];
  const sum = x ? room(rows * cols) : new Float64Array(rows * cols);
  addTerms(
    sum,
    x?.values ?? sum,
    weights.map((weight) => h * weight),
    stages.map(({ values }) => values),
  );
  return matrix(rows, cols, sum);
}

/** The last value of a process: `last(integrate(…))` is its end point, no other state kept. */
export function last<T>(values: Iterable<T>): T {
  let found: { value: T } | undefined;
  for (const value of values) found = { value };
  if (!found) throw new RangeError("last: the process yields nothing");
  return found.value;
}

/** Returns steps + 1 equidistant numbers, the first and last exactly as given. */
export function linspace(from: number, to: number, steps: number): Float64Array {
  if (!(Number.isSafeInteger(steps) && steps > 0))
    throw new RangeError(`linspace: ${steps} steps, expected a positive integer`);
  return Float64Array.from({ length: steps + 1 }, (_, i) => (i === steps ? to : from + (i / steps) * (to - from)));
}

/** The errors of a method at several step sizes. */
export interface Convergence {
  /** step sizes, decreasing */
  readonly h: number[];
  /** relative error of the end point, one for each step size */
  readonly error: number[];
  readonly order: number;
}

/**
 * The errors of a method at the end of [from, to] against the exact state there, for each number of equal steps, and
 * their observed order.
 */
export function convergence(
  field: Field,
  x: Matrix,
  exact: Matrix,
  { from, to, steps, method }: { from: number; to: number; steps: readonly number[]; method: ButcherTableau },
): Convergence {
  const h = steps.map((n) => Math.abs(to - from) / n);
  const error = steps.map((n) => relativeError(last(integrate(field, x, linspace(from, to, n), method)), exact));
  return { h, error, order: observedOrder(h, error) };
}

/**
 * The exponent p of error ∝ h^p: the least-squares slope of ln error on ln h.
 *
 * @throws RangeError with fewer than two sizes, or if a size or an error is not positive
 */
export function observedOrder(h: readonly number[], error: readonly number[]): number {
  if (h.length !== error.length || h.length < 2)
    throw new RangeError(
      `observedOrder: ${h.length} step sizes and ${error.length} errors, expected two or more of each`,
    );
  const bad = [...h, ...error].find((value) => !(value > 0 && value < Infinity));
  if (bad !== undefined)
    throw new RangeError(
      `observedOrder: a step size or error is ${bad}, expected positive numbers; an error of 0 has no order`,
    );
  const [u, v] = [h, error].map((values) => {
    const logs = values.map(Math.log);
    const centre = mean(logs);
    return logs.map((log) => log - centre);
  });
  return dot(u, v) / dot(u, u);
}
