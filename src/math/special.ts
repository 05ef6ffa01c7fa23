import { createRequire } from "node:module";

/** The part used of Moshier's Cephes library, compiled to WebAssembly. Loaded at the first use: that takes 20 ms. */
interface Cephes {
  erf(x: number): number;
  erfc(x: number): number;
  lgam(x: number): number;
  psi(x: number): number;
  ndtri(p: number): number;
  igamc(a: number, x: number): number;
}
let loaded: Cephes | undefined;
const cephes = (): Cephes => (loaded ??= createRequire(import.meta.url)("cephes") as Cephes);

/** Cephes reports an underflow as an error; here it is the limit. */
function orLimit(limit: number, f: () => number): number {
  try {
    return f();
  } catch (error) {
    if (/underflow/.test((error as Error).message)) return limit;
    throw error;
  }
}

/** Returns erf x = 2/√π ∫₀ˣ e^{-t²} dt. */
export function erf(x: number): number {
  if (Number.isNaN(x)) return NaN;
  return Math.abs(x) > 6 ? Math.sign(x) : cephes().erf(x); // 1 - erf 6 is 2e-17
}

/** Returns 1 - erf x, to full relative accuracy in the tail. */
export function erfc(x: number): number {
  if (Number.isNaN(x)) return NaN;
  return orLimit(x > 0 ? 0 : 2, () => cephes().erfc(x));
}

/** Returns log Γ(x), to an absolute 1e-15 near its zeros 1 and 2. @throws RangeError if x is not positive */
export function logGamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`logGamma: x is ${x}, expected a positive number`);
  return cephes().lgam(x);
}

/** Returns ψ(x), the derivative of log Γ(x). @throws RangeError if x is not positive */
export function digamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`digamma: x is ${x}, expected a positive number`);
  return cephes().psi(x);
}

/** The probability that a standard normal variable is below x. */
export function normalCdf(x: number): number {
  return erfc(-x * Math.SQRT1_2) / 2;
}

/**
 * The quantile of a standard normal variable at probability p; ∓∞ at 0 and 1. @throws RangeError if p is not from 0 to
 * 1
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`normalQuantile: p is ${p}, expected a probability from 0 to 1`);
  if (p === 0) return -Infinity;
  return p === 1 ? Infinity : cephes().ndtri(p);
}

/**
 * The probability that a χ² variable of k degrees of freedom exceeds x: the p-value of a χ² test.
 *
 * @throws RangeError if x is negative or k is not positive
 */
export function chiSquareTail(x: number, k: number): number {
  if (!(x >= 0)) throw new RangeError(`chiSquareTail: x is ${x}, expected a number of at least 0`);
  if (!(k > 0 && k < Infinity))
    throw new RangeError(`chiSquareTail: k is ${k}, expected a positive number of degrees of freedom`);
  if (x === Infinity) return 0;
  return orLimit(x < k ? 1 : 0, () => cephes().igamc(k / 2, x / 2));
}
