/*
 * Modified Bessel functions of the first kind, of the integer and half-integer orders that circles and spheres need.
 * Everything comes from the ratios I_{ν+1}/I_ν, continued fractions of positive terms, and from the two lowest orders
 * in closed form or a series of positive terms: nothing cancels, and nothing over- or underflows.
 */

/** Returns e^{-x} I_ν(x) for ν = 0, ½, 1, 1½, … and x ≥ 0; relative error below 1e-14 for ν ≤ 150.
 *
 * @throws RangeError if ν is not such an order, or x is negative or not a number
 */
export function scaledBesselI(order: number, x: number): number {
  requireArguments("scaledBesselI", order, 0, x);
  const [lowest, ratios] = ladder(order, x);
  return ratios.reduce((product, ratio) => product * ratio, lowest);
}

/** Returns log I_ν(x), also where I_ν overflows or underflows; -∞ at x = 0 for ν > 0.
 *
 * @throws RangeError as scaledBesselI does
 */
export function logBesselI(order: number, x: number): number {
  requireArguments("logBesselI", order, 0, x);
  const [lowest, ratios] = ladder(order, x);
  return ratios.reduce((sum, ratio) => sum + Math.log(ratio), x + Math.log(lowest));
}

/**
 * I_{ν+1}(x) / I_ν(x) for ν = -½, 0, ½, 1, …, from 0 at x = 0 to 1 at ∞. On the unit sphere in n dimensions the mean of
 * a von Mises–Fisher density of concentration κ has length A_n(κ) = besselRatio(n/2 - 1, κ): tanh κ, I_1/I_0, coth κ -
 * 1/κ for n = 1, 2, 3. Gauss's continued fraction from its end, where each term shrinks the rounding of those before;
 * about 6 √x terms.
 *
 * @throws RangeError if ν is not such an order, or x is negative or not a number
 */
export function besselRatio(order: number, x: number): number {
  requireArguments("besselRatio", order, -0.5, x);
  if (x === 0) return 0;
  if (x === Infinity) return 1;
  if (order === -0.5) return Math.tanh(x);
  if (x > HANKEL_FROM * (1 + order * order)) return hankel(order + 1, x) / hankel(order, x);
  // 1 / (b_1 + 1 / (b_2 + …)) with b_k = 2 (ν + k) / x; what is left out after k terms is of the size exp(-k²/x)
  let ratio = 0;
  for (let k = Math.ceil(Math.sqrt(40 * x)) + 20; k > 0; k--) ratio = 1 / ((2 * (order + k)) / x + ratio);
  return ratio;
}

/** x/(1 + ν²) from which ten terms of the expansion at infinity are exact to round-off. */
const HANKEL_FROM = 1e3;

/** √(2πx) e^{-x} I_ν(x) ~ 1 - (4ν²-1)/(8x) + …, Abramowitz and Stegun 9.7.1. */
function hankel(order: number, x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; k <= 10; k++) sum += term *= -((2 * order) ** 2 - (2 * k - 1) ** 2) / (8 * k * x);
  return sum;
}

/** e^{-x} I of order 0 or ½, and the ratios that lead from there up to the order. */
function ladder(order: number, x: number): [lowest: number, ratios: Float64Array] {
  const steps = Math.floor(order);
  const base = order - steps;
  const ratios = new Float64Array(steps);
  if (steps > 0) {
    ratios[steps - 1] = besselRatio(order - 1, x);
    // I_{ν-1} = (2ν/x) I_ν + I_{ν+1}: downwards the ratios are stable
    for (let k = steps - 1; k > 0; k--) ratios[k - 1] = x === 0 ? 0 : 1 / ((2 * (base + k)) / x + ratios[k]);
  }
  return [base === 0 ? scaledI0(x) : scaledIHalf(x), ratios];
}

function scaledIHalf(x: number): number {
  return x === 0 ? 0 : -Math.expm1(-2 * x) / Math.sqrt(2 * Math.PI * x);
}

function scaledI0(x: number): number {
  if (x > 40) return scaledI0AtInfinity(x);
  let [sum, term] = [1, 1]; // Σ (x/2)^{2k} / k!²
  for (let k = 1; term > 1e-17 * sum; k++) sum += term *= (x / (2 * k)) ** 2;
  return Math.exp(-x) * sum;
}

/** The expansion at infinity up to its smallest term, below 1e-30 here. */
function scaledI0AtInfinity(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > 1e-17; k++) sum += term *= (2 * k - 1) ** 2 / (8 * k * x);
  return sum / Math.sqrt(2 * Math.PI * x);
}

function requireArguments(where: string, order: number, least: number, x: number): void {
  if (!(Number.isInteger(2 * order) && order >= least))
    throw new RangeError(`${where}: ν is ${order}, expected a multiple of ½ of at least ${least}`);
  if (!(x >= 0)) throw new RangeError(`${where}: x is ${x}, expected a number of at least 0`);
}
