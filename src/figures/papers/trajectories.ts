import type { CoordinateName } from "../../analysis/trajectories/coordinates.js";
import type { Determination } from "../../analysis/trajectories/determination.js";
import type { RemainingShares } from "../../analysis/trajectories/dimensionality.js";
import type { ModeDeviation } from "../../analysis/trajectories/modeDeviation.js";
import type { Matrix } from "../../math/matrix.js";
import { curvesFigure, type Series } from "../curves.js";
import { panelsFigure } from "../panels.js";
import type { Figure, FrameOptions } from "../style.js";

/** What the axes of paths leave, in some of the coordinates of a trajectory. */
export interface NamedShares {
  readonly name: string;
  readonly remaining: RemainingShares;
}

/** Settings of componentsFigure. */
export interface ComponentsOptions extends FrameOptions {
  /** how many axes are shown */
  readonly axes?: number;
}

const titles: Readonly<Record<CoordinateName, string>> = {
  state: "state x<sub>t</sub>",
  increment: "increment Δx<sub>t</sub>",
  noise: "noise estimate ε",
  endpoint: "endpoint estimate x̂<sub>0</sub>",
};

/** Shares below are of no account, and those of exactly flat paths. */
const LEAST = 1e-5;

/**
 * Draws what the first 1, 2, … principal axes of single paths leave of their variance, on the average over the paths:
 * one panel for each coordinate.
 *
 * @throws RangeError if there is nothing to draw of a coordinate
 */
export function componentsFigure(
  paths: readonly NamedShares[],
  { axes = 10, width = 800, ...options }: ComponentsOptions,
): Figure {
  const panels = (Object.keys(titles) as CoordinateName[]).map((coordinate) => ({
    title: titles[coordinate],
    series: paths.flatMap(({ name, remaining }): Series[] => {
      const shares = remaining[coordinate];
      return shares ? [{ name, ...left(shares.subarray(0, axes)), mode: "lines+markers" }] : [];
    }),
  }));
  return panelsFigure(panels, {
    ...options,
    width,
    columns: 2,
    x: { title: "principal axes", type: "linear", range: [0.5, axes + 0.5] },
    y: { title: "share of variance left", type: "log", range: [LEAST, 1] },
  });
}

/** The curve of a coordinate; what falls below the frame ends it. */
function left(shares: Float64Array): { readonly x: number[]; readonly y: number[] } {
  const end = shares.findIndex((share) => share < LEAST);
  const kept = end < 0 ? Array.from(shares) : [...shares.subarray(0, end), LEAST];
  return { x: kept.map((_, k) => k + 1), y: kept.map((share) => Number(share.toPrecision(4))) };
}

/** Moments from one marker to the next: so few that each is seen with its error. */
const STEP = 3;

/**
 * Draws the deviation of trajectories from the rotation law along features, measured with its standard errors, over
 * that of the Gaussian, by the part ᾱ of the data in the variance.
 *
 * @throws RangeError if there are no features
 */
export function modeDeviationFigure(deviations: readonly ModeDeviation[], options: FrameOptions): Figure {
  const rounded = (values: Float64Array) => Array.from(values, (value) => Number(value.toPrecision(4)));
  const series = deviations.flatMap(({ k, lambda, alphaBar, measured, standardError, theory }): Series[] => {
    const name = `feature ${k}, λ = ${lambda.toPrecision(2)}`;
    const marked = (values: Float64Array) => rounded(values.filter((_, t) => t % STEP === 0));
    return [
      { name, x: marked(alphaBar), y: marked(measured), error: marked(standardError), mode: "markers" },
      { name: `r(ᾱ, ${lambda.toPrecision(2)})`, x: rounded(alphaBar), y: rounded(theory), like: name },
    ];
  });
  return curvesFigure(series, {
    ...options,
    x: { title: "ᾱ, the part of the data in the variance", type: "linear" },
    y: { title: "deviation (amplitudes in x<sub>T</sub>)" },
    legend: "below",
  });
}

/** Returns the mean over the trajectories at each moment. */
function means({ rows, cols, values }: Matrix): number[] {
  return Array.from({ length: cols }, (_, t) => {
    let sum = 0;
    for (let n = 0; n < rows; n++) sum += values[n * cols + t];
    return Number((sum / rows).toPrecision(4));
  });
}

/** The deviation of a field's trajectories from a rotation. */
export interface FieldDeviation {
  readonly name: string;
  /** ᾱ at each moment */
  readonly alphaBar: Float64Array;
  /** the relative squared deviation, shape [n, moments] */
  readonly offRotation: Matrix;
}

/**
 * Draws how far trajectories are from a rotation by the part ᾱ of the data in the variance, on the average over the
 * trajectories, and as markers what a theory expects of the field of the same name.
 *
 * @throws RangeError if there are no fields
 */
export function offRotationFigure(
  fields: readonly FieldDeviation[],
  theories: Readonly<Record<string, (alphaBar: number) => number>>,
  { width = 840, ...options }: FrameOptions,
): Figure {
  const shares = Array.from({ length: 21 }, (_, i) => i / 20);
  const measured = fields.map(({ name, alphaBar, offRotation }) => ({ name, x: alphaBar, y: means(offRotation) }));
  const expected = Object.entries(theories).map(([like, theory]) => ({
    name: `${like}, theory`,
    like,
    x: shares,
    y: shares.map(theory),
    mode: "markers" as const,
  }));
  return panelsFigure([{ title: "", series: [...measured, ...expected] }], {
    ...options,
    width,
    x: { title: "ᾱ, the part of the data in the variance", type: "linear" },
    y: { title: "‖deviation‖² / ‖x<sub>t</sub>‖²", type: "linear" },
  });
}

/** What of the ends of a field's trajectories is not yet determined. */
export interface FieldDetermination {
  readonly name: string;
  /** from x_T and x_t, and from all states so far, shape [n, moments] */
  readonly determination: Determination;
}

/**
 * Draws what of the ends of trajectories lies outside of the span of x_T and x_t, and of the first field what lies
 * outside of the span of all states so far, by the number of steps taken.
 *
 * @throws RangeError if there are no fields
 */
export function determinationFigure(
  fields: readonly FieldDetermination[],
  { width = 840, ...options }: FrameOptions,
): Figure {
  const curve = (values: Matrix) => ({ x: Array.from({ length: values.cols }, (_, t) => t), y: means(values) });
  const past = fields.slice(0, 1).map(({ name, determination }) => ({
    name: `${name}, all states so far`,
    like: name,
    ...curve(determination.fromPast),
    mode: "lines+markers" as const,
  }));
  const series = [...fields.map(({ name, determination }) => ({ name, ...curve(determination.fromState) })), ...past];
  return panelsFigure([{ title: "", series }], {
    ...options,
    width,
    x: { title: "steps taken", type: "linear" },
    y: { title: "share of ‖x<sub>0</sub>‖² outside", type: "log", range: [1e-3, 1] },
  });
}
