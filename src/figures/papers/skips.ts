import type { Estimate } from "../../math/estimate.js";
import { curvesFigure, padded } from "../curves.js";
import { withMarks, type Mark } from "../marks.js";
import { extent, type Figure, type FrameOptions } from "../style.js";

/** The Fréchet distance of samples that began at σ. */
export interface SkipPoint {
  readonly name: string;
  readonly sigma: number;
  readonly frechet: Estimate;
}

/** Settings of skipFigure. */
export interface SkipFigureOptions extends FrameOptions {
  readonly yTitle: string;
  readonly marks?: readonly Mark[];
}

/**
 * Fréchet distances against the level teleported to, one curve a name, from the top of the noise at the left to the
 * bottom; both axes logarithmic, with error bars of one standard error.
 *
 * @throws RangeError if there is no point
 */
export function skipFigure(
  points: readonly SkipPoint[],
  { yTitle, marks = [], ...options }: SkipFigureOptions,
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
  return withMarks(
    {
      ...figure,
      layout: { ...figure.layout, xaxis: { ...xaxis, ...ticks(low, high) }, yaxis: { ...yaxis, ...ticks(...y) } },
    },
    marks,
  );
}

/** 1, 2 and 5 times powers of ten: an axis of one decade has no other power to name. */
function ticks(low: number, high: number): Record<string, unknown> {
  const values = Array.from({ length: 16 }, (_, i) => 10 ** (i - 8))
    .flatMap((power) => [power, 2 * power, 5 * power])
    .filter((value) => value >= low && value <= high);
  return { tickmode: "array", tickvals: values, ticktext: values.map((value) => String(Number(value.toPrecision(1)))) };
}
