import { gaussLegendre, type Quadrature } from "../../math/quadrature.js";

/** A drift-diffusion model dx = v dt + σ dW between two absorbing bounds. */
export interface BoundedDrift {
  readonly v: number;
  readonly sigma: number;
  readonly lower: number;
  readonly upper: number;
}

/** What is conditioned on: the first passage through the lower bound at exactly this time. */
export interface ConditionedPassage {
  readonly from: number;
  /** T, the time of the passage */
  readonly at: number;
}

/** A positive number as factor · e^log: neither of the two over- or underflows where it does. */
interface Scaled {
  readonly factor: number;
  readonly log: number;
}

const valueOf = ({ factor, log }: Scaled) => factor * Math.exp(log);

/** σ² t / L² up to which mirror images converge faster, and loses less, than eigenfunctions. */
const SHORT = 0.1;

/**
 * The density at x after the time t of paths from x₀ that have met no bound. After long times by its expansion in
 * eigenfunctions,
 *
 *     p = e^{v (x - x₀) / σ² - v² t / 2σ²} (2 / L) Σ_n sin(nπ (x - a) / L) sin(nπ (x₀ - a) / L) e^{-n² π² σ² t / 2L²}
 *
 * with a the lower bound and L the distance of the bounds (Cox and Miller, The theory of stochastic processes, 1965),
 * after short ones by that in mirror images, the same sum by Poisson's formula.
 *
 * @throws RangeError if t is not positive, x₀ is not between the bounds, or the model's numbers make none
 */
export function survivingDensity(model: BoundedDrift, from: number, x: number, t: number): number {
  requirePassage("survivingDensity", model, from, t);
  return x > model.lower && x < model.upper ? valueOf(surviving(model, from, x, t)) : 0;
}

/**
 * The density in t of the first passage through the lower bound of paths from x₀: after long times
 *
 *     g = e^{-v (x₀ - a) / σ² - v² t / 2σ²} (π σ² / L²) Σ_n n sin(nπ (x₀ - a) / L) e^{-n² π² σ² t / 2L²}
 *
 * and after short ones by mirror images.
 *
 * @throws RangeError as survivingDensity does
 */
export function lowerPassageDensity(model: BoundedDrift, from: number, t: number): number {
  requirePassage("lowerPassageDensity", model, from, t);
  return valueOf(passage(model, from, t));
}

function surviving(model: BoundedDrift, from: number, x: number, t: number): Scaled {
  const { v, sigma, lower, upper } = model;
  const [L, s] = [upper - lower, sigma ** 2 * t];
  const tilt = (v * (x - from - (v * t) / 2)) / sigma ** 2;
  if (s > SHORT * L * L) {
    const { factor, log } = eigenfunctions(L, s, (n) => wave(model, n, x) * wave(model, n, from));
    return { factor: (2 / L) * factor, log: log + tilt };
  }
  // the distances from the bound that is nearer, whose image cancels most, of the two states, which change places
  const [one, other] = x + from > lower + upper ? [upper - x, upper - from] : [x - lower, from - lower];
  const [a, b] = [Math.min(one, other), Math.max(one, other)];
  let sum = 0;
  // pairs of an image at c and its mirror image at -c, which cancel at the bound; exponents beyond (a - b)² / 2s
  for (let n = -2; n <= 2; n++) {
    const c = b - 2 * n * L;
    const image = c > 0 ? n * L * (a - b + n * L) : (n * L - a) * (n * L - b);
    sum -= Math.sign(c) * Math.exp((-2 * image) / s) * Math.expm1((-2 * a * Math.abs(c)) / s);
  }
  return { factor: sum / Math.sqrt(2 * Math.PI * s), log: tilt - (a - b) ** 2 / (2 * s) };
}

function passage(model: BoundedDrift, from: number, t: number): Scaled {
  const { v, sigma, lower, upper } = model;
  const [L, s, away, left] = [upper - lower, sigma ** 2 * t, from - lower, upper - from];
  const tilt = (-v * (away + (v * t) / 2)) / sigma ** 2;
  if (s > SHORT * L * L) {
    const { factor, log } = eigenfunctions(L, s, (n) => n * wave(model, n, from));
    return { factor: ((Math.PI * sigma ** 2) / L ** 2) * factor, log: log + tilt };
  }
  let sum = 0;
  if (away <= left)
    for (let n = -2; n <= 2; n++) sum += (away + 2 * n * L) * Math.exp((-2 * n * L * (away + n * L)) / s);
  // pairs that cancel at the upper bound
  else
    for (let m = L; m <= 5 * L; m += 2 * L) {
      const image = ((m - left) ** 2 - away ** 2) / (2 * s);
      sum += Math.exp(-image) * (-(m + left) * Math.expm1((-2 * m * left) / s) - 2 * left);
    }
  return { factor: sum / (t * Math.sqrt(2 * Math.PI * s)), log: tilt - away ** 2 / (2 * s) };
}

/** sin(nπ (x - a) / L), from the bound that is nearer. */
function wave({ lower, upper }: BoundedDrift, n: number, x: number): number {
  const L = upper - lower;
  if (x - lower <= upper - x) return Math.sin((n * Math.PI * (x - lower)) / L);
  return (n % 2 === 1 ? 1 : -1) * Math.sin((n * Math.PI * (upper - x)) / L);
}

/** Σ_n term(n) e^{-n² π² s / 2L²}, s = σ² t. */
function eigenfunctions(L: number, s: number, term: (n: number) => number): Scaled {
  const rate = (Math.PI ** 2 * s) / (2 * L ** 2);
  let factor = 0;
  for (let n = 1; (n * n - 1) * rate < 50; n++) factor += term(n) * Math.exp(-(n * n - 1) * rate);
  return { factor, log: -rate };
}

/**
 * The probability of a first passage through the lower bound between two times, t₀ from 0 and t₁ up to ∞; exact to
 * 1e-10 of its value.
 *
 * @throws RangeError if the times do not run up from 0 or more, or as survivingDensity does
 */
export function lowerPassageProbability(model: BoundedDrift, from: number, t0: number, t1: number): number {
  if (!(t0 >= 0 && t1 >= t0))
    throw new RangeError(`lowerPassageProbability: times from ${t0} to ${t1}, expected 0 ≤ t₀ ≤ t₁`);
  requirePassage("lowerPassageProbability", model, from, 1);
  const { v, sigma, lower, upper } = model;
  if (from === lower || from === upper) return from === lower && t0 === 0 ? 1 : 0;
  const [away, variance] = [from - lower, sigma ** 2];
  // where the passage through a lone bound is most frequent, how wide that is in ln t, and where there is none
  const peak = (2 * away ** 2) / (3 * variance + Math.hypot(3 * variance, 2 * v * away));
  const width = Math.sqrt((2 * variance) / (away ** 2 / peak + v ** 2 * peak));
  const decay = (Math.PI ** 2 * variance) / (2 * (upper - lower) ** 2) + v ** 2 / (2 * variance);
  const [first, last] = [Math.max(t0, peak / 1000), Math.min(t1, (800 + (Math.abs(v) * away) / variance) / decay)];
  if (!(first < last)) return 0;
  const density = (u: number) => Math.exp(u) * lowerPassageDensity(model, from, Math.exp(u));
  const [a, b] = [Math.log(first), Math.log(last)];
  const top = Math.min(b, Math.max(a, Math.log(peak)));
  const least = 1e-14 * density(top);
  let total = 0;
  // pieces twice as wide from one to the next
  for (const end of [a, b])
    for (let size = width, at = top; at !== end; size *= 2) {
      const next = end < at ? Math.max(end, at - size) : Math.min(end, at + size);
      total += Math.sign(end - top) * adaptiveIntegral(density, at, next, least);
      at = next;
    }
  return total;
}

/** The probability that the lower bound is met, and before the upper one. */
export function lowerBoundProbability(model: BoundedDrift, from: number): number {
  requirePassage("lowerBoundProbability", model, from, 1);
  const { v, sigma, lower, upper } = model;
  const rate = (2 * v) / sigma ** 2;
  if (rate === 0) return (upper - from) / (upper - lower);
  const left = Math.expm1(-Math.abs(rate) * (upper - from)) / Math.expm1(-Math.abs(rate) * (upper - lower));
  return rate > 0 ? left * Math.exp(-rate * (from - lower)) : left;
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

/** Throws unless the numbers make a model with x₀ between its bounds, and the time is positive. */
export function requirePassage(where: string, model: BoundedDrift, from: number, t: number): void {
  const { v, sigma, lower, upper } = model;
  if (!(Number.isFinite(v) && sigma > 0 && sigma < Infinity && Number.isFinite(upper - lower) && lower < upper))
    throw new RangeError(
      `${where}: v is ${v}, σ ${sigma}, bounds at ${lower} and ${upper}, expected finite numbers, σ > 0 and the lower bound first`,
    );
  if (!(from >= lower && from <= upper))
    throw new RangeError(`${where}: x₀ is ${from}, expected a state between ${lower} and ${upper}`);
  if (!(t > 0 && t < Infinity)) throw new RangeError(`${where}: t is ${t}, expected a positive time`);
}

const rules = new Map<number, Quadrature>();

/** Gauss and Legendre's rule with 160 nodes, or another number. */
function integral(f: (x: number) => number, from: number, to: number, count = 160): number {
  const { nodes, weights } = rules.get(count) ?? rules.set(count, gaussLegendre(count)).get(count)!;
  const half = (to - from) / 2;
  return nodes.reduce((total, node, i) => total + half * weights[i] * f(from + half * (1 + node)), 0);
}

/** The integral of a positive function by halving intervals until their sum is that of the whole. */
function adaptiveIntegral(
  f: (x: number) => number,
  from: number,
  to: number,
  least: number,
  whole = integral(f, from, to, 20),
  depth = 0,
): number {
  const middle = (from + to) / 2;
  const [left, right] = [integral(f, from, middle, 20), integral(f, middle, to, 20)];
  if (depth === 40 || Math.abs(left + right - whole) <= 1e-11 * Math.abs(left + right) + least) return left + right;
  return (
    adaptiveIntegral(f, from, middle, least, left, depth + 1) + adaptiveIntegral(f, middle, to, least, right, depth + 1)
  );
}
