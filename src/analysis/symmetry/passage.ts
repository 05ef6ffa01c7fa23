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

/** The exponent beyond which a term of a series is 0 in float64. */
const NEGLIGIBLE = 745;

/**
 * The density at x after the time t of paths from x₀ that have met no bound, by its expansion in eigenfunctions,
 *
 *     p = e^{v (x - x₀) / σ² - v² t / 2σ²} (2 / L) Σ_n sin(nπ (x - a) / L) sin(nπ (x₀ - a) / L) e^{-n² π² σ² t / 2L²}
 *
 * with a the lower bound and L the distance of the bounds (Cox and Miller, The theory of stochastic processes, 1965).
 *
 * @throws RangeError if t is not positive
 */
export function survivingDensity({ v, sigma, lower, upper }: BoundedDrift, from: number, x: number, t: number): number {
  const L = upper - lower;
  const sum = series("survivingDensity", sigma, L, t, (n) => {
    const wave = (n * Math.PI) / L;
    return Math.sin(wave * (x - lower)) * Math.sin(wave * (from - lower));
  });
  return (2 / L) * sum * Math.exp((v * (x - from)) / sigma ** 2 - (v * v * t) / (2 * sigma ** 2));
}

/**
 * The density in t of the first passage through the lower bound of paths from x₀,
 *
 *     g = e^{-v (x₀ - a) / σ² - v² t / 2σ²} (π σ² / L²) Σ_n n sin(nπ (x₀ - a) / L) e^{-n² π² σ² t / 2L²}
 *
 * @throws RangeError if t is not positive
 */
export function lowerPassageDensity({ v, sigma, lower, upper }: BoundedDrift, from: number, t: number): number {
  const L = upper - lower;
  const sum = series("lowerPassageDensity", sigma, L, t, (n) => n * Math.sin((n * Math.PI * (from - lower)) / L));
  const tilt = Math.exp((-v * (from - lower)) / sigma ** 2 - (v * v * t) / (2 * sigma ** 2));
  return ((Math.PI * sigma ** 2) / L ** 2) * sum * tilt;
}

function series(where: string, sigma: number, L: number, t: number, term: (n: number) => number): number {
  if (!(t > 0)) throw new RangeError(`${where}: t is ${t}, expected a positive time`);
  const rate = (Math.PI ** 2 * sigma ** 2 * t) / (2 * L ** 2);
  let sum = 0;
  for (let n = 1; n * n * rate < NEGLIGIBLE; n++) sum += term(n) * Math.exp(-n * n * rate);
  return sum;
}

/** The probability of a first passage through the lower bound between two times. */
export function lowerPassageProbability(model: BoundedDrift, from: number, t0: number, t1: number): number {
  return integral((t) => lowerPassageDensity(model, from, t), t0, t1);
}

/** The probability that the lower bound is met, and before the upper one. */
export function lowerBoundProbability({ v, sigma, lower, upper }: BoundedDrift, from: number): number {
  if (v === 0) return (upper - from) / (upper - lower);
  const weight = (x: number) => Math.exp((-2 * v * x) / sigma ** 2);
  return (weight(from) - weight(upper)) / (weight(lower) - weight(upper));
}

/** Mean, mode and standard deviation of x at a time before the passage that is conditioned on. */
export interface ConditionedState {
  readonly t: number;
  readonly mean: number;
  readonly mode: number;
  readonly sd: number;
}

/**
 * The state at a time t < T of paths from x₀ whose first passage through the lower bound is at T: of density p(x, t)
 * g(T - t | x) / g(T | x₀). Exact to the quadrature's 1e-10; the mode on a grid refined by a parabola.
 *
 * @throws RangeError if t is not between 0 and T
 */
export function conditionedState(model: BoundedDrift, { from, at }: ConditionedPassage, t: number): ConditionedState {
  if (!(t > 0 && t < at)) throw new RangeError(`conditionedState: t is ${t}, expected a time between 0 and ${at}`);
  const density = (x: number) => survivingDensity(model, from, x, t) * lowerPassageDensity(model, x, at - t);
  const moment = (power: number) => integral((x) => x ** power * density(x), model.lower, model.upper);
  const mass = moment(0);
  const mean = moment(1) / mass;
  const n = 2000;
  const h = (model.upper - model.lower) / n;
  const values = Float64Array.from({ length: n + 1 }, (_, i) =>
    i === 0 || i === n ? 0 : density(model.lower + i * h),
  );
  const top = values.indexOf(Math.max(...values));
  const [a, b, c] = [values[top - 1], values[top], values[top + 1]];
  return {
    t,
    mean,
    mode: model.lower + h * (top + (0.5 * (a - c)) / (a - 2 * b + c)),
    sd: Math.sqrt(moment(2) / mass - mean * mean),
  };
}

let rule: Quadrature | undefined;

/** Gauss and Legendre's rule with 160 nodes. */
function integral(f: (x: number) => number, from: number, to: number): number {
  const { nodes, weights } = (rule ??= gaussLegendre(160));
  const half = (to - from) / 2;
  return nodes.reduce((total, node, i) => total + half * weights[i] * f(from + half * (1 + node)), 0);
}
