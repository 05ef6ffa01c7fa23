/**
 * The noise levels of Karras et al. (arXiv 2206.00364): equal steps in σ^(1/ρ) from sigmaMax down to sigmaMin, then 0;
 * steps + 1 levels.
 *
 * @throws RangeError if steps is not an integer of at least 2, or the levels are not 0 < sigmaMin < sigmaMax
 */
export function karrasSigmas(steps: number, { sigmaMin = 0.002, sigmaMax = 80, rho = 7 } = {}): Float64Array {
  requireRange("karrasSigmas", steps, 2, sigmaMin, sigmaMax);
  if (!(rho > 0)) throw new RangeError(`karrasSigmas: ρ is ${rho}, expected a positive number`);
  const [top, bottom] = [sigmaMax ** (1 / rho), sigmaMin ** (1 / rho)];
  const sigmas = Float64Array.from({ length: steps + 1 }, (_, i) => (top + (i / (steps - 1)) * (bottom - top)) ** rho);
  return pinned(sigmas, [0, sigmaMax], [steps - 1, sigmaMin], [steps, 0]);
}

/**
 * Noise levels in equal steps of log σ from sigmaMax down to sigmaMin, both included; steps + 1 levels, none of them 0.
 *
 * @throws RangeError if steps is not a positive integer, or the levels are not 0 < sigmaMin < sigmaMax
 */
export function geometricSigmas(steps: number, { sigmaMin = 0.002, sigmaMax = 80 } = {}): Float64Array {
  requireRange("geometricSigmas", steps, 1, sigmaMin, sigmaMax);
  const sigmas = Float64Array.from({ length: steps + 1 }, (_, i) => sigmaMax * (sigmaMin / sigmaMax) ** (i / steps));
  return pinned(sigmas, [0, sigmaMax], [steps, sigmaMin]);
}

/** The levels with their ends exactly as asked, not as powers round them. */
function pinned(sigmas: Float64Array, ...ends: [index: number, sigma: number][]): Float64Array {
  for (const [index, sigma] of ends) sigmas[index] = sigma;
  return sigmas;
}

function requireRange(where: string, steps: number, least: number, sigmaMin: number, sigmaMax: number): void {
  if (!(Number.isSafeInteger(steps) && steps >= least))
    throw new RangeError(`${where}: ${steps} steps, expected an integer of at least ${least}`);
  if (!(sigmaMin > 0 && sigmaMin < sigmaMax && sigmaMax < Infinity))
    throw new RangeError(`${where}: levels from ${sigmaMax} down to ${sigmaMin}, expected 0 < sigmaMin < sigmaMax`);
}
