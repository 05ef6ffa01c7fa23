/**
 * A figure as plain JSON for Plotly 2 to 4, from 2.28 on where arrays are packed. Numbers that are not finite are null,
 * which Plotly leaves out.
 */
export interface Figure {
  readonly data: readonly Trace[];
  readonly layout: Layout;
}
/** One of Plotly's traces. */
export type Trace = Readonly<Record<string, unknown>>;
/** Plotly's layout of a figure. */
export type Layout = Readonly<Record<string, unknown>>;

/** Okabe and Ito's colours, told apart by any eye and in grey; its yellow, too pale on white, comes last. */
export const palette = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#56b4e9",
  "#e69f00",
  "#000000",
  "#f0e442",
] as const;

/** Series beyond the colours repeat them with another dash and symbol; no series is told by its colour alone. */
export const dashes = ["solid", "dash", "dot", "dashdot"] as const;
/** Marker symbols in the order in which series take them. */
export const symbols = ["circle", "square", "diamond", "triangle-up", "cross", "x", "star", "triangle-down"] as const;

/** Colour of text, axes and of what belongs to no series. */
export const ink = "#222222";
const rule = "#dddddd";
const paper = "#ffffff";
const family = "Open Sans, Helvetica, Arial, sans-serif";

/** Settings of one axis. */
export interface AxisOptions {
  /** the quantity, its symbol and its unit, such as `noise level σ (pixel units)` */
  readonly title: string;
  readonly type?: "linear" | "log";
  /** in the quantity itself, also on a log axis */
  readonly range?: readonly [number, number];
}

/** An axis of the house: outside ticks, a light grid, powers of ten written as such. */
export function axis({ title, type = "linear", range }: AxisOptions): Record<string, unknown> {
  return {
    title: { text: title, standoff: 10 },
    type,
    ...(range && { range: type === "log" ? range.map(Math.log10) : [...range] }),
    ...(type === "log" && { exponentformat: "power", ...(range && logTicks(range)) }),
    ticks: "outside",
    tickcolor: ink,
    linecolor: ink,
    gridcolor: rule,
    showline: true,
    mirror: true,
    zeroline: false,
    automargin: true,
  };
}

/**
 * Powers of ten on a long logarithmic axis, only some of them beyond 14 decades, 1, 2 and 5 times them on a shorter
 * one, written as whole numbers: all nine digits do not fit. Below 0.7 decades not even two of these need be in the
 * range: Plotly's own ticks.
 */
export function logTicks([low, high]: readonly [number, number]): Record<string, unknown> {
  const decades = Math.abs(Math.log10(high / low)); // an axis may run down
  return decades > 2.5 ? { dtick: Math.ceil(decades / 14) } : decades > 0.7 ? digitTicks : {};
}

/** 1, 2 and 5 times powers of ten on a logarithmic axis, each written whole: 0.02, 0.05, 0.1. */
const digitTicks = { dtick: "D2", tickformat: "~g" } as const;

/** Title and size of a figure. */
export interface FrameOptions {
  readonly title: string;
  readonly width?: number;
  readonly height?: number;
}

/** The layout all figures share: 700 pixels wide, white paper, the title at the left. */
export function frame({ title, width = 700, height = 450 }: FrameOptions, more: Layout = {}): Layout {
  return {
    title: { text: title, x: 0, xref: "paper", xanchor: "left", font: { size: 16 } },
    width,
    height,
    font: { family, size: 14, color: ink },
    paper_bgcolor: paper,
    plot_bgcolor: paper,
    margin: { l: 70, r: 20, t: 50, b: 60 },
    legend: { bgcolor: "rgba(255,255,255,0.85)", bordercolor: rule, borderwidth: 1 },
    ...more,
  };
}

/** A copy that JSON keeps: a typed array would become an object, NaN and Infinity invalid. */
export function plain(values: ArrayLike<number>): (number | null)[] {
  return Array.from(values, (value) => (Number.isFinite(value) ? value : null));
}

/** The smallest interval that holds all finite values which the axis can show. */
export function extent(type: "linear" | "log", ...sets: ArrayLike<number>[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const values of sets)
    for (let i = 0; i < values.length; i++) {
      if (!Number.isFinite(values[i]) || (type === "log" && !(values[i] > 0))) continue;
      low = Math.min(low, values[i]);
      high = Math.max(high, values[i]);
    }
  if (low > high)
    throw new RangeError(`figure: no ${type === "log" ? "positive" : "finite"} value to show on a ${type} axis`);
  return [low, high];
}
