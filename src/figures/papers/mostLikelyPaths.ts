import type { Transition } from "../../analysis/symmetry/attractor.js";
import type { PointRows } from "../pointRows.js";
import { panelGrid } from "../grid.js";
import { packedTrace } from "../packed.js";
import { sliderFigure } from "../slider.js";
import { axis, dashes, frame, ink, palette, plain, type Figure, type FrameOptions, type Trace } from "../style.js";

/** A line through points of the plane. */
export interface PlanePath {
  readonly name: string;
  readonly points: PointRows;
  /** grey and thin: a place, and no path */
  readonly outline?: boolean;
}

/** One panel of paths in the plane. */
export interface PathPanel {
  readonly title: string;
  /** lines in their order; a name has the same colour in every panel */
  readonly paths: readonly PlanePath[];
  /** markers, each group by its name */
  readonly marks?: readonly { readonly name: string; readonly points: PointRows }[];
  /** drawn grey under the paths: z at (x_i, y_j) in row j, on a scale of its square root */
  readonly density?: { readonly x: ArrayLike<number>; readonly y: ArrayLike<number>; readonly z: ArrayLike<number> };
}

/** Settings of pathPanelsFigure. */
export interface PathPanelsOptions extends Omit<FrameOptions, "height"> {
  readonly xRange: readonly [number, number];
  readonly yRange: readonly [number, number];
  readonly xTitle?: string;
  readonly yTitle?: string;
  /** panels beside each other; all of them without it */
  readonly columns?: number;
}

const symbols = ["circle", "square", "diamond", "cross", "x"] as const;
const side = { l: 66, r: 14 };
/** Pixels above the titles, of a line of them, and below for the axis. */
const [ABOVE, LINE, AXIS] = [66, 18, 62];
/** Pixels of a row of the legend below, and entries in one. */
const [LEGEND, ENTRIES] = [28, 3];

/**
 * Paths in the plane, panels side by side, a unit as long across as upwards, with one legend below them.
 *
 * @throws RangeError if there is no panel, points are not of the plane, an axis does not run up, or a density has not a
 * value for each point
 */
export function pathPanelsFigure(
  panels: readonly PathPanel[],
  {
    xRange,
    yRange,
    xTitle = "x<sub>1</sub>",
    yTitle = "x<sub>2</sub>",
    columns = panels.length,
    width = 700,
    title,
  }: PathPanelsOptions,
): Figure {
  if (panels.length === 0) throw new RangeError("pathPanelsFigure: no panels, expected at least one");
  for (const [low, high] of [xRange, yRange])
    if (!(low < high))
      throw new RangeError(`pathPanelsFigure: an axis from ${low} to ${high}, expected one that runs up`);
  const names = [...new Set(panels.flatMap(({ paths }) => paths.map(({ name }) => name)))];
  const markNames = [...new Set(panels.flatMap(({ marks = [] }) => marks.map(({ name }) => name)))];
  const legendRows = Math.ceil((names.length + markNames.length) / ENTRIES);
  const rows = Math.ceil(panels.length / columns);
  const titles = LINE * Math.max(...panels.map((panel) => panel.title.split("<br>").length));
  const margin = { ...side, t: ABOVE + titles, b: AXIS + legendRows * LEGEND };
  const grid = panelGrid({
    rows,
    columns,
    width,
    margin,
    gap: { x: 16, y: 24 + titles },
    panelHeight: (wide) => (wide * (yRange[1] - yRange[0])) / (xRange[1] - xRange[0]),
  });
  const axes: Record<string, unknown> = {};
  const annotations: unknown[] = [];
  const seen = new Set<string>();
  const data = panels.flatMap(({ title: own, paths, marks = [], density }, index): Trace[] => {
    const { id, row, column, x, y } = grid.panels[index];
    const bottom = row === rows - 1 || index + columns >= panels.length;
    const on = { xaxis: `x${id}`, yaxis: `y${id}` };
    const shared = { showgrid: !density, automargin: false };
    axes[`xaxis${id}`] = {
      ...axis({ title: bottom ? xTitle : "", range: xRange }),
      ...shared,
      domain: x,
      anchor: `y${id}`,
      showticklabels: bottom,
    };
    axes[`yaxis${id}`] = {
      ...axis({ title: column === 0 ? yTitle : "", range: yRange }),
      ...shared,
      domain: y,
      anchor: `x${id}`,
      showticklabels: column === 0,
    };
    annotations.push({
      text: own,
      xref: "paper",
      yref: "paper",
      x: (x[0] + x[1]) / 2,
      xanchor: "center",
      y: y[1],
      yanchor: "bottom",
      showarrow: false,
      font: { size: 13, color: ink },
    });
    const entry = (name: string) => {
      const first = !seen.has(name);
      seen.add(name);
      return { name, legendgroup: name, showlegend: first };
    };
    return [
      ...(density ? [heatmap(density, on)] : []),
      ...paths.map(({ name, points, outline = false }) => {
        const at = names.indexOf(name);
        return {
          type: "scatter",
          ...on,
          ...entry(name),
          mode: "lines",
          ...coordinates(points),
          line: outline
            ? { color: "#888888", width: 1.2 }
            : { color: palette[at % palette.length], width: 2.2, dash: dashes[at % dashes.length] },
          hoverinfo: "skip",
        };
      }),
      ...marks.map(({ name, points }) => ({
        type: "scatter",
        ...on,
        ...entry(name),
        mode: "markers",
        ...coordinates(points),
        marker: {
          color: ink,
          size: 8,
          symbol: symbols[markNames.indexOf(name) % symbols.length],
          line: { color: "#ffffff", width: 1 },
        },
        cliponaxis: false,
        hoverinfo: "skip",
      })),
    ];
  });
  const legend = {
    orientation: "h",
    x: 0,
    xanchor: "left",
    y: -AXIS / (grid.height - margin.t - margin.b),
    yanchor: "top",
    bgcolor: "rgba(0,0,0,0)",
    borderwidth: 0,
  };
  const layout = { margin, ...axes, annotations, showlegend: true, legend };
  return { data: data.map(packedTrace), layout: frame({ title, width, height: grid.height }, layout) };
}

/** Settings of transitionSlider. */
export interface TransitionOptions extends Omit<PathPanelsOptions, "columns">, Pick<PathPanel, "density" | "marks"> {
  readonly variable: string;
  /** the transition shown first */
  readonly initial: number;
  /** those that are shown at every place of the slider */
  readonly always: readonly number[];
}

/**
 * Returns a slider over most likely paths, one at each place, with a few of them always there to compare.
 *
 * @throws RangeError if one of these is none of the transitions, or as pathPanelsFigure does
 */
export function transitionSlider(
  transitions: readonly Transition[],
  { variable, initial, always, density, marks, ...options }: TransitionOptions,
): Figure {
  const missing = always.find((at) => !transitions[at]);
  if (missing !== undefined)
    throw new RangeError(`transitionSlider: no transition ${missing}, expected one of the ${transitions.length}`);
  const compared = always.map((at) => ({
    name: `${variable} = ${transitions[at].label}`,
    points: transitions[at].points,
  }));
  const steps = transitions.map(({ label, title, points }) => {
    const panel = { title, density, marks, paths: [{ name: "most likely path", points }, ...compared] };
    return { label, figure: pathPanelsFigure([panel], { width: 480, ...options }) };
  });
  return sliderFigure(steps, { variable, initial });
}

function coordinates({ rows, cols, values }: PointRows): { x: (number | null)[]; y: (number | null)[] } {
  if (cols !== 2) throw new RangeError(`pathPanelsFigure: points of ${cols} coordinates, expected 2`);
  const at = (j: number) => plain(Array.from({ length: rows }, (_, i) => Number(values[2 * i + j].toPrecision(5)) + 0)); // no -0
  return { x: at(0), y: at(1) };
}

function heatmap({ x, y, z }: NonNullable<PathPanel["density"]>, on: Record<string, string>): Trace {
  if (z.length !== x.length * y.length)
    throw new RangeError(
      `pathPanelsFigure: the density has ${z.length} values on ${x.length} × ${y.length} points, expected one each`,
    );
  const most = Array.from(z).reduce((largest, value) => Math.max(largest, value), 0) || 1;
  return {
    type: "heatmap",
    ...on,
    x: plain(x).map((value) => Number(value!.toPrecision(5))),
    y: plain(y).map((value) => Number(value!.toPrecision(5))),
    z: Array.from({ length: y.length }, (_, j) =>
      Array.from({ length: x.length }, (_, i) => Math.round(100 * Math.sqrt(z[j * x.length + i] / most))),
    ),
    colorscale: [
      [0, "#ffffff"],
      [1, "#9db4c8"],
    ],
    showscale: false,
    hoverinfo: "skip",
  };
}
