import type { CarriedDensity } from "../../analysis/gauge/flowDensity.js";
import type { DenoiserGauge } from "../../analysis/gauge/denoiser.js";
import { curvesFigure, recordSeries } from "../curves.js";
import type { Mark } from "../marks.js";
import { panelsFigure } from "../panels.js";
import type { Figure, FrameOptions } from "../style.js";

/** The gauge energy E |R|² of a denoiser at one noise level, between two bounds. */
export type GaugeEnergy = Pick<DenoiserGauge, "sigma" | "lower" | "upper">;

const energy = { title: "energy (pixel value²)", type: "log" } as const;

/**
 * Draws the largest error of log p that the flow of each field carries over the number of steps, both axes logarithmic:
 * a field that keeps the density falls with the order of the method, one that does not is level.
 *
 * @throws RangeError as curvesFigure does
 */
export function densityErrorsFigure(
  carried: readonly Pick<CarriedDensity, "field" | "steps" | "errors">[],
  options: FrameOptions,
): Figure {
  const series = carried.map(({ field, steps, errors }) => ({
    name: field === "none" ? "s alone" : `s + ${field}`,
    x: steps,
    y: errors,
    mode: "lines+markers" as const,
  }));
  return panelsFigure([{ title: "", series }], {
    ...options,
    x: { title: "steps of Runge–Kutta 4 from σ = 20 to 0.01" },
    y: { title: "largest |log p by the flow - log p|" },
  });
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
    ...options,
    x: { title: "noise level σ (pixel value)" },
    y: energy,
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
  return curvesFigure(series, { ...options, x: { title: "training steps" }, y: energy });
}

/** A field of size c added to a manifold's score, and its share of the energy. */
export interface GaugeDose {
  readonly gauge: string;
  readonly c: number;
  /** the manifold's name and dimension */
  readonly on: string;
  readonly k: number;
  readonly share: number;
}

/** Settings of gaugeDoseFigure. */
export interface GaugeDoseOptions<Name extends string> extends FrameOptions {
  /** the fields that hold estimates */
  readonly estimators: readonly Name[];
  /** shares worth pointing at in the panel of a manifold, by its name */
  readonly marks?: Readonly<Record<string, readonly Mark[]>>;
  /** of estimate less dimension */
  readonly range?: readonly [number, number];
}

/**
 * Draws estimates of the dimension less the dimension over the gauge field's share of the energy, a panel for each kind
 * of field and manifold, a line for each estimator. Lines that coincide are drawn a little apart.
 *
 * @throws RangeError as panelsFigure does
 */
export function gaugeDoseFigure<Name extends string>(
  effects: readonly (GaugeDose & Readonly<Record<Name, number>>)[],
  { estimators, marks = {}, range = [-1, 4], ...options }: GaugeDoseOptions<Name>,
): Figure {
  const titles = [...new Set(effects.map(({ gauge, on }) => `${gauge}, ${on}`))];
  const panels = titles.map((title) => {
    const own = effects.filter(({ gauge, on, c }) => `${gauge}, ${on}` === title && c > 0);
    const series = estimators.map((name, i) => ({
      name,
      x: own.map(({ share }) => share),
      y: own.map((effect) => effect[name] - effect.k + 0.04 * (i - (estimators.length - 1) / 2)),
      mode: "lines+markers" as const,
    }));
    return { title, series, marks: marks[own[0].on] };
  });
  return panelsFigure(panels, {
    ...options,
    x: { title: "gauge share of the energy" },
    y: { title: "estimate less dimension", type: "linear", range },
  });
}
