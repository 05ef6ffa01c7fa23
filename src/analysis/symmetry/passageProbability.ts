import { adaptiveIntegral } from "./integral.js";
import { lowerPassageDensity, requirePassage, type BoundedDrift } from "./passage.js";

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
