import { allFinite, type Matrix } from "./matrix.js";
import { combine, type Field, type ButcherTableau } from "./ode.js";

/**
 * Dormand and Prince's pair of orders 5 and 4 (J. Comput. Appl. Math. 6, 1980). `b` has order 5 and is the last row of
 * `a`, so that the last stage of a step is the first of the next.
 */
export const dormandPrince: ButcherTableau & { readonly errorWeights: readonly number[] } = {
  order: 5,
  a: [
    [1 / 5],
    [3 / 40, 9 / 40],
    [44 / 45, -56 / 15, 32 / 9],
    [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
    [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
    [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
  ],
  b: [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84, 0],
  c: [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1],
  errorWeights: [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40],
};

/**
 * Weights of the fifth coefficient of the dense output, Hairer, Nørsett and Wanner, Solving Ordinary Differential
 * Equations I, II.6.
 */
const DENSE = [
  -12715105075 / 11282082432,
  0,
  87487479700 / 32700410799,
  -10690763975 / 1880347072,
  701980252875 / 199316789632,
  -1453857185 / 822651844,
  69997945 / 29380423,
];

/** The accuracy of an adaptive integration and the work allowed for it. */
export interface AdaptiveOptions {
  /** the error of each step, estimated, is below atol + rtol |x| in the mean square over all entries */
  readonly rtol?: number;
  readonly atol?: number;
  /** steps, taken or rejected, before it is given up */
  readonly maxSteps?: number;
}

/** One accepted step. */
export interface AdaptiveStep {
  readonly t: number;
  /** x(t), shape [n, d] */
  readonly x: Matrix;
  /** x anywhere between the step's beginning and t, to fourth order (dense output) */
  readonly at: (t: number) => Matrix;
  /** evaluations of the field so far */
  readonly evaluations: number;
}

/**
 * The solution of dx/dt = f(x, t) from x(from) = x to the time `to`, up or down, in steps whose size the error estimate
 * chooses (Dormand and Prince 5(4), local extrapolation). Yields every accepted step; its `at` gives the state between.
 * All points take the same steps: give points of very different stiffness apart.
 *
 * @throws RangeError if a time or tolerance is not finite and positive where it must be, if the state is not finite, if
 * maxSteps do not suffice, or the steps become too small for round-off
 */
export function* integrateAdaptive(
  field: Field,
  x: Matrix,
  from: number,
  to: number,
  options: AdaptiveOptions = {},
): Generator<AdaptiveStep, void, undefined> {
  const { rtol = 1e-6, atol = 1e-9, maxSteps = 10_000 } = options;
  for (const [name, time] of [
    ["from", from],
    ["to", to],
  ] as const)
    if (!Number.isFinite(time)) throw new RangeError(`integrateAdaptive: ${name} is ${time}, expected a finite number`);
  if (!(rtol >= 0 && atol >= 0 && rtol + atol > 0 && rtol + atol < Infinity))
    throw new RangeError(
      `integrateAdaptive: rtol is ${rtol} and atol ${atol}, expected two finite numbers of at least 0, one of them positive`,
    );
  if (from === to) return;

  const direction = Math.sign(to - from);
  const scaled = (error: Float64Array, x0: Matrix, x1: Matrix) =>
    meanSquare(error, (i) => atol + rtol * Math.max(Math.abs(x0.values[i]), Math.abs(x1.values[i])));
  let t = from;
  let first = field(x, t);
  let evaluations = 1;
  let h = direction * Math.min(Math.abs(to - from), initialStep(x, first, atol, rtol));
  let grow = 5;
  for (let tries = 0; t !== to; tries++) {
    if (tries === maxSteps)
      throw new RangeError(
        `integrateAdaptive: ${maxSteps} steps lead from ${from} only to ${t}, expected ${to}; raise rtol or maxSteps, or end before the field is singular`,
      );
    if (Math.abs(h) < 4 * Number.EPSILON * Math.max(Math.abs(t), Math.abs(to - from)))
      throw new RangeError(
        `integrateAdaptive: the step at ${t} is ${h}, too small to go on; end before the field is singular, or raise rtol`,
      );
    const next = Math.abs(to - t) <= Math.abs(h) * (1 + 1e-10) ? to : t + h;
    h = next - t;
    const { a, b, c, errorWeights } = dormandPrince;
    const stages = [first];
    for (let i = 1; i < b.length; i++)
      stages.push(field(combine(x, h, a[i - 1], stages), i >= 5 ? next : t + c[i] * h));
    evaluations += b.length - 1;
    const moved = combine(x, h, b, stages);
    const error = scaled(combine(undefined, h, errorWeights, stages).values, x, moved);
    if (Number.isNaN(error) || error === Infinity) {
      if (!allFinite(first.values))
        throw new RangeError(`integrateAdaptive: the field is not finite at ${t}; end before it is singular`);
      h /= 10; // a stage left the field's domain
    } else if (error > 1) {
      h *= Math.max(0.2, 0.9 * error ** -0.2);
      grow = 1; // no growth right after a rejection
    } else {
      yield { t: next, x: moved, at: denseOutput(t, x, next, moved, stages), evaluations };
      h *= Math.min(grow, Math.max(0.2, 0.9 * error ** -0.2));
      [t, x, first, grow] = [next, moved, stages[6], 5];
    }
  }
}

/** The states at the given times, x at the first of them; between steps by dense output. Yields x first. */
export function* integrateAdaptiveAt(
  field: Field,
  x: Matrix,
  times: ArrayLike<number>,
  options: AdaptiveOptions = {},
): Generator<Matrix, void, undefined> {
  if (times.length === 0)
    throw new RangeError("integrateAdaptiveAt: no times, expected at least the one of the given state");
  const direction = Math.sign(times[times.length - 1] - times[0]);
  for (let i = 1; i < times.length; i++)
    if (!(direction * (times[i] - times[i - 1]) > 0))
      throw new RangeError(
        `integrateAdaptiveAt: times[${i}] is ${times[i]} after ${times[i - 1]}, expected times in one direction`,
      );
  yield x;
  let wanted = 1;
  for (const step of integrateAdaptive(field, x, times[0], times[times.length - 1], options))
    while (wanted < times.length && direction * (step.t - times[wanted]) >= 0) yield step.at(times[wanted++]);
}

function denseOutput(
  t: number,
  x: Matrix,
  next: number,
  moved: Matrix,
  stages: readonly Matrix[],
): (time: number) => Matrix {
  const h = next - t;
  return (time) => {
    if (time === next) return moved;
    const s = (time - t) / h;
    if (!(s >= 0 && s <= 1))
      throw new RangeError(`integrateAdaptive: the step covers ${t} to ${next}, asked for ${time}`);
    const fifth = combine(undefined, h, DENSE, stages).values;
    const values = x.values.map((start, i) => {
      const difference = moved.values[i] - start;
      const bend = h * stages[0].values[i] - difference;
      return (
        start +
        s * (difference + (1 - s) * (bend + s * (difference - h * stages[6].values[i] - bend + (1 - s) * fifth[i])))
      );
    });
    return { ...x, values };
  };
}

/** About a hundredth of the time in which x changes by its own size (Hairer, Nørsett and Wanner, II.4, first guess). */
function initialStep(x: Matrix, slope: Matrix, atol: number, rtol: number): number {
  const size = (i: number) => atol + rtol * Math.abs(x.values[i]);
  const [d0, d1] = [meanSquare(x.values, size), meanSquare(slope.values, size)];
  return d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : (0.01 * d0) / d1;
}

/** √ of the mean of (v_i / size_i)²; 0 / 0 counts as 0. */
function meanSquare(v: Float64Array, size: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < v.length; i++) if (v[i] !== 0) sum += (v[i] / size(i)) ** 2;
  return Math.sqrt(sum / Math.max(v.length, 1));
}
