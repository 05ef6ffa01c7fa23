import type { SkipMap } from "../../analysis/samples/skipMaps.js";
import type { TeleportRun } from "../../analysis/samples/teleportation.js";
import type { Estimate } from "../../math/estimate.js";
import { curvesFigure, padded } from "../curves.js";
import { heatmapsFigure } from "../heatmaps.js";
import { imagesFigure, type ImagesOptions } from "../images.js";
import { withLevels, type Level } from "../levels.js";
import { withMarks } from "../marks.js";
import { extent, type Figure, type FrameOptions } from "../style.js";

/** The Fréchet distance of samples that began at σ. */
export interface SkipPoint {
  readonly name: string;
  readonly sigma: number;
  readonly frechet: Estimate;
}

/** Settings of skipFigure. */
export interface SkipFigureOptions extends FrameOptions {
  readonly yTitle?: string;
  /** levels worth pointing at, by their labels */
  readonly marks?: Readonly<Record<string, number>>;
  /** distances worth comparing with, by their labels */
  readonly levels?: readonly Level[];
}

/**
 * Fréchet distances against the level teleported to, one curve a name, from the top of the noise at the left to the
 * bottom; both axes logarithmic, with error bars of one standard error.
 *
 * @throws RangeError if there is no point
 */
export function skipFigure(
  points: readonly SkipPoint[],
  { yTitle = "Fréchet distance of features", marks = {}, levels = [], ...options }: SkipFigureOptions,
): Figure {
  const series = [...new Set(points.map(({ name }) => name))].map((name) => {
    const own = points.filter((point) => point.name === name).sort((a, b) => b.sigma - a.sigma);
    return {
      name,
      x: own.map(({ sigma }) => sigma),
      y: own.map(({ frechet }) => frechet.value),
      error: own.map(({ frechet }) => frechet.standardError),
      mode: "lines+markers" as const,
    };
  });
  const [low, high] = padded(
    extent(
      "log",
      points.map(({ sigma }) => sigma),
    ),
    "log",
  );
  const y = padded(
    extent(
      "log",
      points.flatMap(({ frechet: { value, standardError } }) => [value - standardError, value, value + standardError]),
      levels.map(({ y }) => y),
    ),
    "log",
  );
  const figure = curvesFigure(series, {
    ...options,
    legend: "below",
    x: { title: "level teleported to, σ<sub>skip</sub> (pixel value)", type: "log", range: [high, low] },
    y: { title: yTitle, type: "log", range: y },
  });
  const { xaxis, yaxis } = figure.layout as Record<string, object>;
  const marked = withMarks(
    {
      ...figure,
      layout: { ...figure.layout, xaxis: { ...xaxis, ...ticks(low, high) }, yaxis: { ...yaxis, ...ticks(...y) } },
    },
    Object.entries(marks).map(([label, x]) => ({ label, x })),
  );
  return levels.length > 0 ? withLevels(marked, levels) : marked;
}

/** The Fréchet distance of samples that saved a share of the evaluations. */
export interface SkipCost {
  readonly saved: number;
  readonly frechet: Pick<Estimate, "value">;
}

/**
 * Fréchet distances over that of the first point, the whole grid's, against the share of the evaluations that is saved,
 * one curve for each list of points.
 *
 * @throws RangeError if there is no list
 */
export function skipCostFigure(costs: Readonly<Record<string, readonly SkipCost[]>>, options: FrameOptions): Figure {
  const series = Object.entries(costs).map(([name, points]) => ({
    name,
    x: points.map(({ saved }) => saved),
    y: points.map(({ frechet }) => frechet.value / points[0].frechet.value),
    mode: "lines+markers" as const,
  }));
  return curvesFigure(series, {
    ...options,
    x: { title: "share of the evaluations saved", type: "linear" },
    y: { title: "Fréchet distance / that of the whole grid", type: "log", range: [0.8, 10] },
    legend: "top left",
  });
}

/**
 * Tables of positive numbers, a row for each level teleported to and a column for each number of evaluations, as
 * `heatmapsFigure` draws them.
 *
 * @throws RangeError if there is no map, or as heatmapsFigure does
 */
export function skipMapsFigure(
  maps: readonly SkipMap<number | Estimate>[],
  { valueTitle = "Fréchet distance", ...options }: Omit<FrameOptions, "height"> & { readonly valueTitle?: string },
): Figure {
  if (maps.length === 0) throw new RangeError("skipMapsFigure: no maps, expected at least one");
  const [{ levels, budgets }] = maps;
  const panels = maps.map(({ name, values }) => ({
    name,
    rows: levels.length,
    cols: budgets.length,
    values: values.map((one) => (typeof one === "number" ? one : one.value)),
    standardErrors: values.map((one) => (typeof one === "number" ? 0 : one.standardError)),
  }));
  return heatmapsFigure(panels, {
    ...options,
    valueTitle,
    rowTitles: levels.map(String),
    columnTitles: budgets.map(String),
    xTitle: "evaluations",
    yTitle: "σ<sub>skip</sub>",
  });
}

/**
 * Images of the same seeds by the level that they were teleported to, a column for each run.
 *
 * @throws RangeError as imagesFigure does
 */
export function skipSamplesFigure(
  runs: readonly Pick<TeleportRun, "sigma" | "samples">[],
  { seeds = 4, ...options }: Omit<FrameOptions, "height"> & Pick<ImagesOptions, "range"> & { readonly seeds?: number },
): Figure {
  return imagesFigure(
    runs.map(({ samples: { rows, cols, values } }) => ({
      rows: Math.min(seeds, rows),
      cols,
      values: values.subarray(0, Math.min(seeds, rows) * cols),
    })),
    {
      ...options,
      columnTitles: runs.map(({ sigma }) => sigma.toPrecision(2)),
      xTitle: "level teleported to, σ<sub>skip</sub>",
      yTitle: "seed",
    },
  );
}

/** 1, 2 and 5 times powers of ten: an axis of one decade has no other power to name. */
function ticks(low: number, high: number): Record<string, unknown> {
  const values = Array.from({ length: 16 }, (_, i) => 10 ** (i - 8))
    .flatMap((power) => [power, 2 * power, 5 * power])
    .filter((value) => value >= low && value <= high);
  return { tickmode: "array", tickvals: values, ticktext: values.map((value) => String(Number(value.toPrecision(1)))) };
}
