import { addTo, dot } from "./matrix.js";

/** A function f(x) with its gradient, for x of shape [n]. */
export type Objective = (x: Float64Array) => { readonly value: number; readonly gradient: Float64Array };

/** The memory and the end of a minimisation. */
export interface MinimizeOptions {
  /** ends when the largest entry of |∇f| is at most this */
  readonly tolerance?: number;
  /** pairs of steps and gradient changes remembered */
  readonly memory?: number;
  readonly maxIterations?: number;
}

/** One iterate of a minimisation. */
export interface MinimizeStep {
  /** shape [n] */
  readonly x: Float64Array;
  readonly value: number;
  /** the largest entry of |∇f| */
  readonly gradient: number;
  /** evaluations so far */
  readonly evaluations: number;
}

interface Point {
  readonly x: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
}

/**
 * A local minimum of a smooth function from x, by the limited-memory BFGS method with a line search for the strong
 * Wolfe conditions (Nocedal and Wright, Numerical Optimization, algorithms 7.4, 7.5, 3.5 and 3.6). Yields every
 * iterate, the given x first, f falling but for round-off; the last one satisfies the tolerance.
 *
 * @throws RangeError if f or its gradient is not finite at the given x, if maxIterations do not suffice, or if no step
 * lowers f: the gradient is wrong or round-off hides what is left to gain
 */
export function* minimize(
  f: Objective,
  x: Float64Array,
  { tolerance = 1e-8, memory = 10, maxIterations = 1000 }: MinimizeOptions = {},
): Generator<MinimizeStep, void, undefined> {
  let evaluations = 0;
  const evaluate = (at: Float64Array): Point => {
    evaluations++;
    const { value, gradient } = f(at);
    if (gradient.length !== at.length)
      throw new RangeError(`minimize: the gradient has ${gradient.length} entries, expected ${at.length}`);
    return { x: at, value, gradient };
  };
  let here = evaluate(x.slice());
  if (!(Number.isFinite(here.value) && here.gradient.every(Number.isFinite)))
    throw new RangeError(
      `minimize: f is ${here.value} at the given x, or its gradient is not finite; expected finite values`,
    );
  const pairs: { s: Float64Array; y: Float64Array; sy: number }[] = [];
  for (let iteration = 0; ; iteration++) {
    const size = here.gradient.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0);
    yield { x: here.x.slice(), value: here.value, gradient: size, evaluations };
    if (size <= tolerance) return;
    if (iteration === maxIterations)
      throw new RangeError(
        `minimize: the gradient is ${size} after ${maxIterations} iterations, expected ${tolerance}; raise maxIterations or the tolerance, or scale the variables`,
      );
    const direction = towardsMinimum(here.gradient, pairs);
    const first = pairs.length > 0 ? 1 : Math.min(1, 1 / Math.sqrt(dot(here.gradient, here.gradient)));
    const next = lineSearch(evaluate, here, direction, first);
    if (!next)
      throw new RangeError(
        `minimize: no step lowers f = ${here.value} although its gradient is ${size}, expected ${tolerance}; check the gradient, or raise the tolerance if round-off hides what is left`,
      );
    const pair = { s: difference(next.x, here.x), y: difference(next.gradient, here.gradient) };
    const sy = dot(pair.s, pair.y);
    if (sy > 0) pairs.push({ ...pair, sy });
    if (pairs.length > memory) pairs.shift();
    here = next;
  }
}

/** -H ∇f with the inverse Hessian H of the pairs: the two-loop recursion. */
function towardsMinimum(
  gradient: Float64Array,
  pairs: readonly { s: Float64Array; y: Float64Array; sy: number }[],
): Float64Array {
  const q = gradient.map((entry) => -entry);
  const alphas = pairs.map(() => 0);
  for (let k = pairs.length - 1; k >= 0; k--) {
    const { s, y, sy } = pairs[k];
    alphas[k] = dot(s, q) / sy;
    addTo(q, -alphas[k], y);
  }
  if (pairs.length > 0) {
    const { y, sy } = pairs[pairs.length - 1];
    const scale = sy / dot(y, y);
    for (let i = 0; i < q.length; i++) q[i] *= scale;
  }
  pairs.forEach(({ s, y, sy }, k) => addTo(q, alphas[k] - dot(y, q) / sy, s));
  return q;
}

/** Strong Wolfe: f falls by 1e-4 of what its slope promises, and the slope by a tenth in magnitude. */
const [DECREASE, CURVATURE] = [1e-4, 0.9];

interface Trial {
  readonly step: number;
  readonly value: number;
  readonly slope: number;
  readonly point: Point;
}

/** A point along the direction that satisfies the conditions, or undefined where none is found. */
function lineSearch(
  evaluate: (x: Float64Array) => Point,
  from: Point,
  direction: Float64Array,
  first: number,
): Point | undefined {
  const at = (step: number): Trial => {
    const x = from.x.slice();
    addTo(x, step, direction);
    const point = evaluate(x);
    return { step, value: point.value, slope: dot(point.gradient, direction), point };
  };
  const start: Trial = { step: 0, value: from.value, slope: dot(from.gradient, direction), point: from };
  if (!(start.slope < 0)) return undefined;
  // Where the fall is below round-off of f, its slope tells (Hager and Zhang's approximate Wolfe conditions).
  const slack = 8 * Number.EPSILON * Math.abs(start.value);
  const falls = (t: Trial) =>
    t.value <= start.value + DECREASE * t.step * start.slope ||
    (t.value <= start.value + slack && t.slope <= (2 * DECREASE - 1) * start.slope);
  const isFlat = (t: Trial) => Math.abs(t.slope) <= -CURVATURE * start.slope;

  let [low, trial] = [start, at(first)];
  let high: Trial | undefined; // low and high hold a good step between them, low the lower one
  for (let i = 0; i < 60 && !high; i++) {
    if (!falls(trial) || trial.value > low.value + slack) high = trial;
    else if (isFlat(trial)) return trial.point;
    else if (trial.slope >= 0) [low, high] = [trial, low];
    else [low, trial] = [trial, at(2 * trial.step)];
  }
  for (let i = 0; i < 60 && high; i++) {
    trial = at(between(low, high));
    if (trial.step === low.step || trial.step === high.step) break; // nothing representable lies between
    if (!falls(trial) || trial.value > low.value + slack) high = trial;
    else if (isFlat(trial)) return trial.point;
    else {
      if (trial.slope * (high.step - low.step) >= 0) high = low;
      low = trial;
    }
  }
  return low.value < start.value ? low.point : undefined;
}

/**
 * The minimum of the cubic through both values and slopes, kept a tenth of the interval from its ends; else the middle.
 */
function between(a: Trial, b: Trial): number {
  const width = b.step - a.step;
  const d1 = a.slope + b.slope - (3 * (b.value - a.value)) / width;
  const d2 = Math.sign(width) * Math.sqrt(d1 * d1 - a.slope * b.slope);
  const step = b.step - (width * (b.slope + d2 - d1)) / (b.slope - a.slope + 2 * d2);
  const fraction = (step - a.step) / width;
  return fraction >= 0.1 && fraction <= 0.9 ? step : a.step + width / 2;
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - b[i]);
}
