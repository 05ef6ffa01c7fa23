import type { Estimate } from "../math/estimate.js";
import {
  axis,
  dashes,
  extent,
  frame,
  logTicks,
  palette,
  plain,
  symbols,
  type AxisOptions,
  type Figure,
  type FrameOptions,
  type Trace,
} from "./style.js";

/** One curve, or one set of points. */
export interface Series {
  readonly name: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** a theory is a line, a measurement has markers */
  readonly mode?: "lines" | "markers" | "lines+markers";
  /** one standard deviation of each y, drawn as error bars */
  readonly error?: ArrayLike<number>;
  /** the series whose colour it has, such as the theory of a measurement */
  readonly like?: string;
  /** thin and grey: single paths behind their mean, say */
  readonly faint?: boolean;
  /** of a marker, in pixels */
  readonly size?: number;
  /** words at the right of each point, such as its name */
  readonly labels?: readonly string[];
}

/** Returns estimates over x as a series with their standard errors as error bars, to four digits. */
export function estimateSeries(
  name: string,
  x: ArrayLike<number>,
  estimates: readonly Pick<Estimate, "value" | "standardError">[],
): Series {
  const rounded = (value: number) => Number(value.toPrecision(4)); // finer than a pixel, and short in a stored notebook
  return {
    name,
    x,
    y: estimates.map(({ value }) => rounded(value)),
    error: estimates.map(({ standardError }) => rounded(standardError)),
    mode: "lines+markers",
  };
}

/** The fields of a record that hold such values. */
type FieldsOf<Row, Value> = { [Field in keyof Row]: Row[Field] extends Value ? Field : never }[keyof Row] & string;

/**
 * Returns a series of the estimates in each named field of the records, over the numbers in another field.
 *
 * @example
 *   curvesFigure(recordSeries(levels, "sigma", { loss: "loss", upper: "upper bound" }), { … });
 */
export function recordSeries<Row extends object>(
  records: readonly Row[],
  x: FieldsOf<Row, number>,
  names: Readonly<Partial<Record<FieldsOf<Row, Estimate>, string>>>,
): Series[] {
  const at = records.map((record) => record[x] as number);
  return Object.entries<string>(names as Record<string, string>).map(([field, name]) =>
    estimateSeries(
      name,
      at,
      records.map((record) => (record as Record<string, unknown>)[field] as Estimate),
    ),
  );
}

/** Settings of curvesFigure. */
export interface CurvesOptions extends FrameOptions {
  readonly x: AxisOptions;
  readonly y: AxisOptions;
  readonly legend?: LegendPlace;
}

/** A place of the legend: a corner of the frame, or a row below it, where it hides nothing. */
export type LegendPlace = "top right" | "top left" | "bottom right" | "bottom left" | "below";

/**
 * Named curves and points over one pair of axes; the x axis is logarithmic unless asked otherwise. Points that a log
 * axis cannot show are left out of the frame, as Plotly does.
 *
 * @throws RangeError if there is no series, or one has not as many y as x
 */
export function curvesFigure(
  series: readonly Series[],
  { x, y, legend = "top right", ...options }: CurvesOptions,
): Figure {
  if (series.length === 0) throw new RangeError("curvesFigure: no series, expected at least one");
  for (const { name, x, y } of series)
    if (x.length !== y.length)
      throw new RangeError(`curvesFigure: "${name}" has ${x.length} x and ${y.length} y, expected ${x.length} y`);
  const names = series.map(({ name }) => name);
  const places = stylePlaces(names);
  const xAxis = { type: "log", ...x } as const;
  const range = xAxis.range ?? padded(extent(xAxis.type, ...series.map((one) => one.x)), xAxis.type);
  return {
    data: series.map((one, index) =>
      trace(one, places[index], one.like === undefined ? places[index] : places[colorIndex(names, one)]),
    ),
    layout: frame(options, {
      xaxis: axis({ ...xAxis, range }),
      yaxis: {
        ...axis(y),
        ...(y.type === "log" && !y.range && logTicks(extent("log", ...series.map((one) => one.y)))),
      },
      showlegend: series.length > 1,
      legend: place(legend),
    }),
  };
}

/** Models that many figures show, in the order of the palette: each has its colour and symbol in all of them. */
const models = ["Gaussian", "isotropic", "mixture of 10", "delta", "mean only"];

/** Fields under the names of what they belong to: each has the place of a model that no figure shows beside it. */
const kin: Readonly<Record<string, string>> = {
  "white-noise data": "isotropic",
  "training set": "delta",
  "shuffled weights": "mean only",
  "shuffled network": "mean only",
};

/**
 * Returns the places in the palette of a figure's names. A model has its own, and so have the scores of the training set
 * and of white noise and a network with shuffled weights; beside them, other names take what no model has first. Where
 * two names have one place, the later is an other name.
 */
export function stylePlaces(names: readonly string[]): number[] {
  const own = names.map((name) => models.indexOf(kin[name] ?? name));
  const fixed = own.map((place, i) => (own.indexOf(place) === i ? place : -1));
  const free = [...models.keys()].filter((place) => !fixed.includes(place));
  let beyond = models.length;
  if (free.length < models.length) free.unshift(beyond++, beyond++);
  return fixed.map((place) => (place >= 0 ? place : (free.shift() ?? beyond++)));
}

/** Returns the place, among the names of a figure, of the series whose colour one has. */
export function colorIndex(names: readonly string[], { name, like = name }: Series): number {
  return names.indexOf(names.includes(like) ? like : name);
}

/** One series in the colour, dash and symbol of its index, or in the colour of another. */
export function trace(
  { name, x, y, mode = "lines", error, faint = false, size = 7, labels }: Series,
  index: number,
  colored = index,
): Trace {
  const color = faint ? "#bbbbbb" : palette[colored % palette.length];
  return {
    type: "scatter",
    name,
    x: plain(x),
    y: plain(y),
    mode,
    line: { color, width: faint ? 0.7 : 2, dash: dashes[Math.floor(index / palette.length) % dashes.length] },
    marker: { color, size, symbol: symbols[index % symbols.length] },
    ...(labels && { mode: `${mode}+text`, text: [...labels], textposition: "middle right", textfont: { size: 12 } }),
    ...(error && { error_y: { type: "data", array: plain(error), color, thickness: 1.2 } }),
  };
}

/** Returns Plotly's settings for a place of the legend. */
export function place(where: LegendPlace): Record<string, unknown> {
  if (where === "below") return { orientation: "h", x: 0, y: -0.18, yanchor: "top" };
  const [yanchor, xanchor] = where.split(" ");
  return {
    x: xanchor === "right" ? 0.98 : 0.02,
    xanchor,
    y: yanchor === "top" ? 0.98 : 0.02,
    yanchor,
    bgcolor: "rgba(255,255,255,0.85)",
    bordercolor: "#dddddd",
    borderwidth: 1,
  };
}

/** The interval with 3 % of its length on either side, so that no marker is cut. */
export function padded([low, high]: [number, number], type: "linear" | "log"): [number, number] {
  if (type === "log") {
    const factor = (high / low) ** 0.03 || 1;
    return low === high ? [low / 2, high * 2] : [low / factor, high * factor];
  }
  const margin = low === high ? 1 : 0.03 * (high - low);
  return [low - margin, high + margin];
}
