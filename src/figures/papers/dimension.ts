import {
  axis,
  dashes,
  extent,
  frame,
  ink,
  palette,
  plain,
  symbols,
  type Figure,
  type FrameOptions,
  type Trace,
} from "../style.js";
import { padded, place, type LegendPlace } from "../curves.js";

/** An estimate of the dimension at several scales. */
export interface DimensionSeries {
  readonly name: string;
  readonly scales: ArrayLike<number>;
  readonly average: ArrayLike<number>;
  /** drawn as error bars where it is finite */
  readonly error?: ArrayLike<number>;
  /** a theory, drawn as a line without markers */
  readonly theory?: boolean;
}

/** Settings of dimensionFigure. */
export interface DimensionOptions extends FrameOptions {
  readonly xTitle?: string;
  readonly yTitle?: string;
  /** true dimensions, drawn as dotted lines */
  readonly truth?: readonly number[];
  /** scales at which the estimates are dimensions, drawn as a band */
  readonly plateaus?: readonly { readonly from: number; readonly to: number }[];
  /** dimensions that the axis holds */
  readonly range?: readonly [low: number, high: number];
  readonly legend?: LegendPlace;
}

/**
 * Estimates of the intrinsic dimension against the scale at which they were made, logarithmic, over bands of the scales
 * of a plateau.
 *
 * @throws RangeError if there is no series, or one has not as many estimates as scales
 */
export function dimensionFigure(series: readonly DimensionSeries[], options: DimensionOptions): Figure {
  const {
    xTitle = "noise level σ (unit of x)",
    yTitle = "intrinsic dimension",
    truth = [],
    plateaus = [],
    range,
    legend = "top right",
    ...rest
  } = options;
  if (series.length === 0) throw new RangeError("dimensionFigure: no series, expected at least one");
  for (const { name, scales, average } of series)
    if (scales.length !== average.length)
      throw new RangeError(
        `dimensionFigure: "${name}" has ${scales.length} scales and ${average.length} estimates, expected ${scales.length} estimates`,
      );
  const [low, high] = padded(extent("log", ...series.map(({ scales }) => scales)), "log");
  const yRange = range ?? padded(extent("linear", truth, ...series.map(({ average }) => average)), "linear");
  const lines = truth.map((k, i): Trace => ({
    type: "scatter",
    mode: "lines",
    name: "true dimension",
    showlegend: i === 0,
    x: [low, high],
    y: [k, k],
    line: { color: ink, width: 1.5, dash: "dot" },
    hoverinfo: "skip",
  }));
  let colours = 0;
  const curves = series.map(({ name, scales, average, error, theory = false }): Trace => {
    const index = theory ? -1 : colours++;
    const color = theory ? ink : palette[index % palette.length];
    return {
      type: "scatter",
      name,
      x: plain(scales),
      y: plain(average),
      mode: theory ? "lines" : "lines+markers",
      line: {
        color,
        width: theory ? 2.5 : 1.5,
        dash: theory ? "solid" : dashes[Math.floor(index / palette.length) % dashes.length],
      },
      ...(!theory && { marker: { color, size: 7, symbol: symbols[index % symbols.length] } }),
      ...(error && { error_y: { type: "data", array: plain(error), color, thickness: 1.2 } }),
    };
  });
  const bands = plateaus.map(({ from, to }) => ({
    type: "rect",
    xref: "x",
    yref: "paper",
    x0: from,
    x1: to,
    y0: 0,
    y1: 1,
    fillcolor: "#0072b2",
    opacity: 0.09,
    line: { width: 0 },
    layer: "below",
  }));
  return {
    data: [...lines, ...curves],
    layout: frame(rest, {
      xaxis: axis({ title: xTitle, type: "log", range: [low, high] }),
      yaxis: axis({ title: yTitle, range: yRange }),
      showlegend: true,
      legend: place(legend),
      shapes: bands,
    }),
  };
}
