import type { DenoiserGauge } from "../../analysis/gauge/denoiser.js";
import { curvesFigure, recordSeries, type Series } from "../curves.js";
import type { Figure, FrameOptions } from "../style.js";

/** The gauge energy E |R|² of a denoiser at one noise level, between two bounds. */
export type GaugeEnergy = Pick<DenoiserGauge, "sigma" | "lower" | "upper">;

const size = { width: 500, height: 340 };
const levels = { title: "noise level σ (pixel value)" };
const energy = { title: "energy (pixel value²)", type: "log" } as const;

/**
 * Draws the relative asymmetry of Jacobians over the noise level, both axes logarithmic.
 *
 * @throws RangeError as curvesFigure does
 */
export function asymmetryFigure(series: readonly Series[], options: FrameOptions): Figure {
  const y = { title: "¼ ‖J - Jᵀ‖² / ‖J‖²", type: "log" } as const;
  return curvesFigure(series, { ...size, ...options, x: levels, y, legend: "bottom right" });
}

/**
 * Draws the gauge energy of a denoiser over the noise level, between its bounds and beside the loss, both axes
 * logarithmic.
 *
 * @throws RangeError as curvesFigure does
 */
export function gaugeEnergyFigure(
  energies: readonly (GaugeEnergy & Pick<DenoiserGauge, "loss">)[],
  options: FrameOptions,
): Figure {
  const names = { loss: "loss E|D - x₀|²", upper: "E|R|², upper bound", lower: "E|R|², lower bound" };
  return curvesFigure(recordSeries(energies, "sigma", names), {
    ...size,
    ...options,
    x: levels,
    y: { ...energy, range: [1e-5, 20] },
    legend: "bottom right",
  });
}

/**
 * Draws the bounds of the gauge energy over the steps of training, a pair of curves for each noise level.
 *
 * @throws RangeError if a noise level is not among the records; as curvesFigure does
 */
export function gaugeTrainingFigure(
  stages: readonly (GaugeEnergy & { readonly step: number })[],
  sigmas: readonly number[],
  options: FrameOptions,
): Figure {
  const series = sigmas.flatMap((sigma) => {
    const own = stages.filter((stage) => stage.sigma === sigma);
    if (own.length === 0) throw new RangeError(`gaugeTrainingFigure: no stage at σ = ${sigma}, expected at least one`);
    return recordSeries(own, "step", { upper: `σ = ${sigma}, upper`, lower: `σ = ${sigma}, lower` });
  });
  return curvesFigure(series, { ...size, ...options, x: { title: "training steps" }, y: energy });
}
