import type { DifferentiableDenoiser } from "../../diffusion/distribution.js";
import type { Denoiser } from "../../diffusion/score.js";
import { addScaled, squaredDistances, type Matrix } from "../../math/matrix.js";
import { normal, type Source } from "../../math/random.js";
import { columnMeans } from "../../math/stats.js";
import { stochasticAsymmetry } from "./asymmetry.js";
import { leastGaugeEnergy } from "./lowerBound.js";
import { fitPotential, sampledEnergy } from "./galerkin.js";
import { linePotentialGradient } from "./lineIntegral.js";
import { estimateMean, type Estimate } from "../../math/estimate.js";
import { sampledNeurons } from "./ridge.js";

/**
 * The gauge part R of a denoiser D = ∇Φ + R at one noise level; R = σ² r of its score's. Energies are sums over
 * coordinates, in the unit of x squared.
 */
export interface DenoiserGauge {
  readonly sigma: number;
  /** the relative one of ∂D/∂x, at the test data noised: 0 of a gradient */
  readonly asymmetry: Estimate;
  /** E |R|² is at least this much */
  readonly lower: Estimate;
  /** E |D - ∇Φ|² on the test data for the Φ found on the others: E |R|² is at most this much, in expectation */
  readonly upper: Estimate;
  /** E |D - x|² = σ⁴ E |s + r|², the energy of the whole field in the unit of E |R|² */
  readonly energy: Estimate;
  /** E |D - x_0|², what training lowers */
  readonly loss: Estimate;
  /** E |∇Φ - x_0|² - E |D - x_0|², in pairs; -E |R|² for the exact Φ */
  readonly lossChange: Estimate;
  /** the same with the R of another point: what a change as large as R does to the loss where it is no gauge part */
  readonly otherChange: Estimate;
  /** ∇Φ, a denoiser without gauge part, at this noise level alone */
  readonly gradient: (x: Matrix) => Matrix;
}

/** Settings of denoiserGauge. */
export interface DenoiserGaugeOptions {
  readonly source: Source;
  /** functions fitted to what the line integral leaves */
  readonly ridges?: number;
}

/**
 * The gauge part of a denoiser between two bounds. The upper one is from a potential: the line integral from the mean
 * of the data, whose gradient differs from D by its asymmetry alone, plus a quadratic and ridges fitted to the
 * difference on noised `fit` data. Both data, clean, of shape [n, d] and unseen in training; all expectations are over
 * the noised `test` data.
 *
 * @throws RangeError if the data differ in dimension, or are too few for the fit
 */
export function denoiserGauge(
  net: DifferentiableDenoiser,
  fit: Matrix,
  test: Matrix,
  sigma: number,
  { source, ridges = 400 }: DenoiserGaugeOptions,
): DenoiserGauge {
  const noised = addScaled(fit, sigma, normal(source, fit.rows, fit.cols));
  const z = normal(source, test.rows, test.cols);
  const x = addScaled(test, sigma, z);
  const line = linePotentialGradient(net, columnMeans(fit));
  const rest = addScaled(net.denoiser(noised, sigma), -1, line(noised, sigma));
  const phi = fitPotential(noised, rest, { basis: sampledNeurons(source, ridges, noised) });
  const gradient = (at: Matrix) => addScaled(line(at, sigma), 1, phi.gradient(at, sigma));

  const [D, gradients] = [net.denoiser(x, sigma), gradient(x)];
  const { gauge } = sampledEnergy(D, gradients);
  const R = addScaled(D, -1, gradients);
  const losses = squaredDistances(D, test);
  const changes = squaredDistances(gradients, test).map((value, n) => value - losses[n]);
  const others = { ...D, values: D.values.map((value, i) => value - R.values[(i + x.cols) % R.values.length]) };
  const otherChanges = squaredDistances(others, test).map((value, n) => value - losses[n]);
  const { relative, standardError } = stochasticAsymmetry(net, x, sigma, { source });
  return {
    sigma,
    asymmetry: { value: relative, standardError, count: test.rows },
    lower: leastGaugeEnergy(net, x, z, sigma, { source }),
    upper: gauge,
    energy: estimateMean(squaredDistances(D, x)),
    loss: estimateMean(losses),
    lossChange: estimateMean(changes),
    otherChange: estimateMean(otherChanges),
    gradient,
  };
}

/**
 * Returns denoiserGauge at several noise levels. `source` makes the source of each: made of one seed, all levels meet
 * the same draws.
 *
 * @throws RangeError as denoiserGauge does
 */
export function gaugeOverLevels(
  net: DifferentiableDenoiser,
  fit: Matrix,
  test: Matrix,
  sigmas: ArrayLike<number>,
  { source, ...options }: Omit<DenoiserGaugeOptions, "source"> & { readonly source: () => Source },
): DenoiserGauge[] {
  return Array.from(sigmas, (sigma) => denoiserGauge(net, fit, test, sigma, { ...options, source: source() }));
}

/**
 * The denoiser ∇Φ at the noise levels of the parts, for a sampler that asks at these alone.
 *
 * It throws RangeError at any other level.
 */
export function gradientDenoiser(parts: readonly Pick<DenoiserGauge, "sigma" | "gradient">[]): Denoiser {
  return (x, sigma) => {
    const part = parts.find((one) => Math.abs(one.sigma - sigma) <= 1e-9 * sigma);
    if (!part)
      throw new RangeError(
        `gradientDenoiser: σ is ${sigma}, expected one of ${parts.map((one) => Number(one.sigma.toPrecision(4))).join(", ")}, where the potential is known`,
      );
    return part.gradient(x);
  };
}
