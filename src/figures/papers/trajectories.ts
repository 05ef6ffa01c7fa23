import type { CoordinateName } from "../../analysis/trajectories/coordinates.js";
import type { RemainingShares } from "../../analysis/trajectories/dimensionality.js";
import type { Series } from "../curves.js";
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
  { axes = 10, width = 900, ...options }: ComponentsOptions,
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
