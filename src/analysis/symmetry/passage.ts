/** A drift-diffusion model dx = v dt + σ dW between two absorbing bounds. */
export interface BoundedDrift {
  readonly v: number;
  readonly sigma: number;
  readonly lower: number;
  readonly upper: number;
}

/** A positive number as factor · e^log: neither of the two over- or underflows where it does. */
export interface Scaled {
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

/** survivingDensity, unchecked and scaled. */
export function surviving(model: BoundedDrift, from: number, x: number, t: number): Scaled {
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

/** lowerPassageDensity, unchecked and scaled. */
export function passage(model: BoundedDrift, from: number, t: number): Scaled {
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
