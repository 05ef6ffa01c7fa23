import { integral } from "./integral.js";
import { passage, requirePassage, surviving, type BoundedDrift } from "./passage.js";

/** What is conditioned on: the first passage through the lower bound at exactly this time. */
export interface ConditionedPassage {
  readonly from: number;
  /** T, the time of the passage */
  readonly at: number;
}

/** Mean, mode and standard deviation of x at a time before the passage that is conditioned on. */
export interface ConditionedState {
  readonly t: number;
  readonly mean: number;
  readonly mode: number;
  readonly sd: number;
}

/** Standard deviations of a Brownian bridge beyond which there is no density in float64. */
const WIDE = 12;

/**
 * The state at a time t < T of paths from x₀ whose first passage through the lower bound is at T: of density p(x, t)
 * g(T - t | x) / g(T | x₀). Exact to the quadrature's 1e-10; the mode on a grid refined by a parabola.
 *
 * @throws RangeError if t is not between 0 and T, x₀ is not within the bounds, or the model's numbers make none
 */
export function conditionedState(model: BoundedDrift, { from, at }: ConditionedPassage, t: number): ConditionedState {
  if (!(t > 0 && t < at)) throw new RangeError(`conditionedState: t is ${t}, expected a time between 0 and ${at}`);
  requirePassage("conditionedState", model, from, at);
  const { lower, upper, sigma } = model;
  if (from === lower || from === upper)
    throw new RangeError(`conditionedState: x₀ is ${from}, a bound, expected a state between ${lower} and ${upper}`);
  const whole = passage(model, from, at);
  const density = (x: number) => {
    const [p, g] = [surviving(model, from, x, t), passage(model, x, at - t)];
    return (p.factor * g.factor * Math.exp(p.log + g.log - whole.log)) / whole.factor;
  };
  // the bridge without bounds, in which the other one is
  const centre = from + (t / at) * (lower - from);
  const reach = WIDE * sigma * Math.sqrt(t * (1 - t / at));
  const [first, last] = [Math.max(lower, centre - reach), Math.min(upper, centre + reach)];
  const moment = (power: number) => integral((x) => (x - centre) ** power * density(x), first, last);
  const mass = moment(0);
  const shift = moment(1) / mass;
  const n = 2000;
  const h = (last - first) / n;
  const values = Float64Array.from({ length: n + 1 }, (_, i) => (i === 0 || i === n ? 0 : density(first + i * h)));
  const top = values.indexOf(Math.max(...values));
  const [a, b, c] = [values[top - 1], values[top], values[top + 1]];
  return {
    t,
    mean: centre + shift,
    mode: first + h * (top + (0.5 * (a - c)) / (a - 2 * b + c)),
    sd: Math.sqrt(moment(2) / mass - shift * shift),
  };
}
