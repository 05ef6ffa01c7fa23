import { colorIndex, padded, stylePlaces, trace, type Series } from "./curves.js";
import type { Mark } from "./marks.js";
import { axis, extent, frame, ink, type AxisOptions, type Figure, type FrameOptions, type Layout } from "./style.js";

/** One pair of axes of a figure, with its curves. */
export interface Panel {
  readonly title: string;
  readonly series: readonly Series[];
  /** vertical lines at these x, each with its label above */
  readonly marks?: readonly Mark[];
}

/** Settings of panelsFigure. */
export interface PanelsOptions extends FrameOptions {
  readonly x: AxisOptions;
  readonly y: AxisOptions;
  /** gives each panel the y range of its own curves: where these lie apart, and what each does matters */
  readonly ownY?: boolean;
  /** panels beside each other; all of them without it */
  readonly columns?: number;
}

/** Pixels between panels, the same where they have ticks of their own, and of a panel's height. */
const [GAP, TICKS, HEIGHT] = [34, 62, 300];

/** Pixels that a decade needs for three ticks. */
const DECADE = 110;

/** Pixels that a legend of these names takes beside the panels. */
const legendWidth = (names: readonly string[]) => Math.max(150, 55 + 7 * Math.max(...names.map((name) => name.length)));

/**
 * Curves in panels beside and below each other, all with the same axes unless each has its own y range, logarithmic
 * unless asked otherwise, and one legend at the right. A name has the same colour and symbol in every panel.
 *
 * @throws RangeError if there is no panel or no series in one, or one has not as many y as x
 */
export function panelsFigure(
  panels: readonly Panel[],
  { x, y, ownY = false, columns = panels.length, width = 700, height, title }: PanelsOptions,
): Figure {
  if (panels.length === 0) throw new RangeError("panelsFigure: no panels, expected at least one");
  for (const { title, series } of panels) {
    if (series.length === 0)
      throw new RangeError(`panelsFigure: no series in the panel "${title}", expected at least one`);
    for (const { name, x, y } of series)
      if (x.length !== y.length)
        throw new RangeError(`panelsFigure: "${name}" has ${x.length} x and ${y.length} y, expected ${x.length} y`);
  }
  const all = panels.flatMap(({ series }) => series);
  const names = [...new Set(all.map(({ name }) => name))];
  const places = stylePlaces(names);
  const [xAxis, yAxis] = [
    shared(
      x,
      all.map((one) => one.x),
    ),
    shared(
      y,
      all.map((one) => one.y),
    ),
  ];

  const rows = Math.ceil(panels.length / columns);
  const margin = {
    l: 75,
    r: names.length > 1 ? legendWidth(names) : 20,
    t: panels.some(({ marks = [] }) => marks.length > 0) ? 95 : 75,
    b: 65,
  };
  const pitchY = HEIGHT + 2 * GAP;
  const full = height ?? margin.t + margin.b + rows * pitchY - 2 * GAP;
  const [inX, inY] = [width - margin.l - margin.r, full - margin.t - margin.b];
  const layout: Record<string, unknown> = {
    margin,
    showlegend: names.length > 1,
    legend: { x: 1.02, xanchor: "left", y: 1, yanchor: "top" },
  };
  const annotations: Layout[] = [];
  const shapes: Layout[] = [];
  const data = panels.flatMap(({ title, series, marks = [] }, i) => {
    const [row, col] = [Math.floor(i / columns), i % columns];
    const id = i === 0 ? "" : String(i + 1);
    const span = (at: number, count: number, pixels: number, gap: number) => {
      const size = (pixels - (count - 1) * gap) / count;
      return [at * (size + gap), at * (size + gap) + size].map((value) => value / pixels);
    };
    const across = span(col, columns, inX, ownY ? TICKS : GAP);
    const own = ownY
      ? shared(
          y,
          series.map((one) => one.y),
        )
      : yAxis;
    const down = span(row, rows, inY, 2 * GAP)
      .map((value) => 1 - value)
      .reverse();
    const bottom = row === rows - 1 || i + columns >= panels.length;
    layout[`xaxis${id}`] = {
      ...axis({ ...xAxis, title: bottom ? xAxis.title : "" }),
      ...fewTicks(xAxis, (across[1] - across[0]) * inX),
      domain: across,
      anchor: `y${id}`,
    };
    layout[`yaxis${id}`] = {
      ...axis({ ...own, title: col === 0 ? own.title : "" }),
      ...fewTicks(own, HEIGHT),
      domain: down,
      anchor: `x${id}`,
      showticklabels: ownY || col === 0,
    };
    if (title)
      annotations.push({
        text: title,
        xref: "paper",
        yref: "paper",
        x: across[0],
        xanchor: "left",
        y: down[1],
        yanchor: "bottom",
        showarrow: false,
        font: { size: 14 },
        yshift: marks.length > 0 ? 16 : 2,
      });
    for (const { x, label } of marks) {
      const at = xAxis.type === "log" ? Math.log10(x) : x;
      shapes.push({
        type: "line",
        xref: `x${id}`,
        yref: `y${id} domain`,
        x0: x,
        x1: x,
        y0: 0,
        y1: 1,
        line: { color: ink, width: 1, dash: "dash" },
      });
      annotations.push({
        text: label,
        xref: `x${id}`,
        yref: `y${id} domain`,
        x: at,
        y: 1,
        yanchor: "bottom",
        showarrow: false,
        font: { size: 12 },
      });
    }
    return series.map((one) => {
      const index = names.indexOf(one.name);
      const seen = panels.slice(0, i).some((panel) => panel.series.some(({ name }) => name === one.name));
      return {
        ...trace(one, places[index], places[colorIndex(names, one)]),
        legendgroup: one.name,
        legendrank: index + 1,
        showlegend: !seen,
        xaxis: `x${id}`,
        yaxis: `y${id}`,
      };
    });
  });
  return { data, layout: frame({ title, width, height: full }, { ...layout, annotations, shapes }) };
}

/** Only powers on a logarithmic axis whose decades are short, and every second of them on a very long one. */
function fewTicks({ type, range: [low, high] }: ReturnType<typeof shared>, pixels: number): Layout {
  const decades = Math.log10(high / low);
  if (type !== "log" || decades < 1.5) return {};
  return decades > 8 ? { dtick: 2 } : pixels / decades < DECADE ? { dtick: 1 } : {};
}

/** The axis of all panels, its range that of all their curves. */
function shared(
  options: AxisOptions,
  values: ArrayLike<number>[],
): AxisOptions & { readonly type: "log" | "linear"; readonly range: readonly [number, number] } {
  const type = options.type ?? "log";
  return { ...options, type, range: options.range ?? padded(extent(type, ...values), type) };
}
