import type { Distribution } from "../../diffusion/distribution.js";
import type { Estimate } from "../../math/estimate.js";
import type { Source } from "../../math/random.js";
import { flowMapTo } from "../dimension/flowMap.js";
import { volumeDeviation } from "../dimension/flowMapTheory.js";
import { mapGeometry, volumeExponent, type MapGeometry } from "./geometry.js";

/** How the map from codes to data behaves as the noise level of the data falls. */
export interface Collapse {
  readonly data: string;
  /** at each level after the first */
  readonly geometry: readonly MapGeometry[];
  /** the exponent of the volume over the last three levels */
  readonly exponent: number;
  /** the condition number at the last level, median over the points */
  readonly condition: Estimate;
  /** share of the points with det Y > 0 at the last level */
  readonly orientation: number;
  /** of ln |det Y| from the change of the log density, the largest */
  readonly volumeError: number;
}

/** Settings of collapseStudy. */
export interface CollapseOptions {
  readonly count: number;
  readonly source: Source;
  readonly stepsPerDecade?: number;
}

/**
 * Measures the map from codes to data of several distributions at points drawn from each at the last of the levels,
 * which decrease.
 *
 * @throws RangeError as flowMapTo does, or with fewer than four levels
 */
export function collapseStudy(
  kinds: Readonly<Record<string, Distribution>>,
  levels: readonly number[],
  { count, source, ...options }: CollapseOptions,
): Collapse[] {
  return Object.entries(kinds).map(([data, p]) => {
    const map = flowMapTo(p, p.sample(source, count, levels[levels.length - 1]), levels, options);
    const geometry = mapGeometry(map);
    const last = geometry[geometry.length - 1];
    return {
      data,
      geometry,
      exponent: volumeExponent(geometry.slice(-3)),
      condition: last.condition,
      orientation: last.orientation,
      volumeError: volumeDeviation(map, p),
    };
  });
}

/** Curves of a figure's panel over the levels. */
export interface LevelCurves {
  readonly title: string;
  readonly series: readonly {
    readonly name: string;
    readonly x: number[];
    readonly y: number[];
    readonly mode: "lines+markers";
  }[];
}

/** Returns the condition number and the volume over the levels as panels of a figure. */
export function collapsePanels(studies: readonly Collapse[]): LevelCurves[] {
  const panel = (title: string, of: (one: MapGeometry) => number): LevelCurves => ({
    title,
    series: studies.map(({ data, geometry }) => ({
      name: data,
      x: geometry.map(({ sigma }) => sigma),
      y: geometry.map((one) => Number(of(one).toPrecision(4))),
      mode: "lines+markers" as const,
    })),
  });
  return [
    panel("condition number", ({ condition }) => condition.value),
    panel("volume |det Y|", ({ logVolume }) => Math.exp(logVolume.value)),
  ];
}
