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
  if (x > 26) return Math.exp((-x * x) / 2) * beyond(x) * Math.exp((-x * x) / 2); // Cephes has 0 from 26.6 on
  return orLimit(2, () => cephes().erfc(x));
}

/** e^{x²} erfc x for large x, by its asymptotic series. */
function beyond(x: number): number {
  let [term, sum] = [1, 1];
  for (let k = 1; k < 8; k++) sum += term *= (1 - 2 * k) / (2 * x * x);
  return sum / (x * Math.sqrt(Math.PI));
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
  const [a, eta] = [k / 2, Math.abs(x / k - 1) < 0.5 ? skewness(x / k - 1) : NaN];
  if (a >= 200 && !Number.isNaN(eta)) return nearMean(a, eta);
  return orLimit(x < k ? 1 : 0, () => cephes().igamc(a, x / 2));
}

/** η of the sign of μ with η²/2 = μ - log(1 + μ), without the cancellation near 0. */
function skewness(mu: number): number {
  let half = mu - Math.log1p(mu);
  if (Math.abs(mu) < 0.1) {
    half = 0; // Σ_{k>1} (-μ)^k / k
    for (let k = 20; k > 1; k--) half = 1 / k - mu * half;
    half *= mu * mu;
  }
  return Math.sign(mu) * Math.sqrt(2 * half);
}

/** Temme's uniform expansion of Γ(a, x) / Γ(a) for large a (NIST's handbook, 8.12.4 and 8.12.8): to 1e-15 from a = 200. */
function nearMean(a: number, eta: number): number {
  const rest = TEMME.reduceRight((sum, row) => sum / a + row.reduceRight((inner, c) => inner * eta + c, 0), 0);
  const peak = Math.exp((-a * eta * eta) / 2) / Math.sqrt(2 * Math.PI * a);
  return erfc(eta * Math.sqrt(a / 2)) / 2 + peak * rest;
}

/** Row k: c_k(η) of that expansion as a series in η, from its recurrence 8.12.10 in rational numbers. */
const TEMME = [
  [
    -0.3333333333333333, 0.08333333333333333, -0.014814814814814815, 0.0011574074074074073, 0.0003527336860670194,
    -0.0001787551440329218, 3.919263178522438e-5, -2.185448510679992e-6, -1.85406221071516e-6, 8.296711340953087e-7,
    -1.7665952736826078e-7, 6.707853543401498e-9, 1.0261809784240309e-8, -4.382036018453353e-9, 9.14769958223679e-10,
    -2.5514193994946248e-11,
  ],
  [
    -0.001851851851851852, -0.003472222222222222, 0.0026455026455026454, -0.0009902263374485596, 0.00020576131687242798,
    -4.018775720164609e-7, -1.8098550334489977e-5, 7.64916091608111e-6, -1.6120900894563446e-6, 4.647127802807434e-9,
    1.378633446915721e-7, -5.752545603517705e-8, 1.1951628599778148e-8, -1.7543241719747647e-11,
  ],
  [
    0.004133597883597883, -0.0026813271604938273, 0.0007716049382716049, 2.0093878600823047e-6, -0.0001073665322636516,
    5.2923448829120125e-5, -1.2760635188618728e-5, 3.423578734096138e-8, 1.3721957309062934e-6, -6.298992138380055e-7,
    1.4280614206064242e-7, -2.0477098421990866e-10,
  ],
  [
    0.0006494341563786008, 0.00022947209362139917, -0.0004691894943952557, 0.00026772063206283885,
    -7.561801671883977e-5, -2.396505113867297e-7, 1.1082654115347302e-5, -5.6749528269915965e-6, 1.4230900732435883e-6,
    -2.7861080291528143e-11,
  ],
  [
    -0.0008618882909167117, 0.0007840392217200666, -0.0002990724803031902, -1.4638452578843418e-6, 6.641498215465122e-5,
    -3.968365047179435e-5, 1.1375726970678419e-5, 2.507497226237533e-10,
  ],
];
