import type { PointRows } from "./pointRows.js";
import { streamlines, type LatticeField, type Streamline } from "./streamlines.js";
import { axis, frame, ink, palette, plain, type Figure, type FrameOptions, type Trace } from "./style.js";

/** The parts of one panel over the density, each drawn where it is given. */
export interface FieldPanel {
  readonly title: string;
  /** arrows centred on their points */
  readonly arrows?: {
    readonly points: PointRows;
    readonly vectors: PointRows;
    /** such as the density: arrows are those of weight · vector, a current, and drawn where the weight is at least `least` of the largest */ readonly weight?: ArrayLike<number>;
  };
  /** lines along the field, or along weight · vector where there is a weight: closed ones, say, of what goes round */
  readonly streams?: LatticeField;
  /** lines that visit the states in turn: path n is row n of each, its start a ring and its end a dot */
  readonly paths?: readonly PointRows[];
  readonly points?: PointRows;
  /** a few points that matter, drawn large over the arrows */
  readonly marks?: PointRows;
}

/** Settings of fieldsFigure. */
export interface FieldsOptions extends FrameOptions {
  /** drawn grey under every panel: z at (x_i, y_j) in row j */
  readonly density?: { readonly x: ArrayLike<number>; readonly y: ArrayLike<number>; readonly z: ArrayLike<number> };
  /** of both axes of every panel */
  readonly range: readonly [number, number];
  /** share from which something is drawn: an arrow of the largest weight, a streamline of the longest weight · vector */
  readonly least?: number;
  /** length of the longest arrow, in the unit of x; the same scale in all panels */
  readonly longest?: number;
  readonly xTitle?: string;
  readonly yTitle?: string;
}

/**
 * Panels of the plane side by side: vector fields or their currents as arrows, paths and points over a density. All
 * arrows of a figure have one scale.
 *
 * @throws RangeError if there is no panel, or arrays that belong together differ in length
 */
export function fieldsFigure(
  panels: readonly FieldPanel[],
  {
    density,
    range,
    least = 0.01,
    longest,
    xTitle = "x<sub>1</sub>",
    yTitle = "x<sub>2</sub>",
    width = 700,
    ...options
  }: FieldsOptions,
): Figure {
  if (panels.length === 0) throw new RangeError("fieldsFigure: no panels, expected at least one");
  const shown = panels.map(({ title, arrows }) => arrows && visible(title, arrows, least));
  const lengths = shown.flatMap((arrows) => arrows?.map(({ u, v }) => Math.hypot(u, v)) ?? []);
  const spacing =
    (range[1] - range[0]) / Math.sqrt(Math.max(1, ...panels.map(({ arrows }) => arrows?.points.rows ?? 1)));
  const scale = (longest ?? 2 * spacing) / (Math.max(...lengths, 0) || 1);
  const margin = { l: 60, r: 10, t: 85, b: 55 };
  const gap = 0.03;
  const share = (1 - gap * (panels.length - 1)) / panels.length;
  const side = (width - margin.l - margin.r) * share;

  const axes: Record<string, unknown> = {};
  const annotations: unknown[] = [];
  const data = panels.flatMap((panel, p): Trace[] => {
    const id = p === 0 ? "" : String(p + 1);
    const on = { xaxis: `x${id}`, yaxis: `y${id}` };
    const from = p * (share + gap);
    axes[`xaxis${id}`] = {
      ...axis({ title: xTitle, range }),
      domain: [from, from + share],
      anchor: `y${id}`,
      showgrid: false,
    };
    axes[`yaxis${id}`] = {
      ...axis({ title: p === 0 ? yTitle : "", range }),
      anchor: `x${id}`,
      showgrid: false,
      scaleanchor: `x${id}`,
      constrain: "domain",
      ...(p > 0 && { showticklabels: false }),
    };
    annotations.push({
      text: panel.title,
      x: from + share / 2,
      xref: "paper",
      xanchor: "center",
      y: 1,
      yref: "paper",
      yanchor: "bottom",
      showarrow: false,
      font: { size: 13, color: ink },
    });
    const traces: Trace[] = [];
    if (density)
      traces.push({
        type: "heatmap",
        ...on,
        x: plain(density.x),
        y: plain(density.y),
        z: rowsOf(density),
        colorscale: [
          [0, "#ffffff"],
          [1, "#9db4c8"],
        ],
        zsmooth: "best",
        showscale: false,
        hoverinfo: "skip",
      });
    if (panel.points)
      traces.push({
        type: "scatter",
        ...on,
        mode: "markers",
        ...coordinates(panel.points),
        marker: { size: 2, color: ink, opacity: 0.35 },
        hoverinfo: "skip",
        showlegend: false,
      });
    if (panel.paths) traces.push(...pathTraces(panel.title, panel.paths, on));
    if (panel.streams)
      traces.push({
        type: "scatter",
        ...on,
        mode: "lines",
        ...streamTrace(streamlines(panel.streams, { range, least }), 0.022 * (range[1] - range[0])),
        line: { color: ink, width: 1.2 },
        hoverinfo: "skip",
        showlegend: false,
      });
    const arrows = shown[p];
    if (arrows)
      traces.push({
        type: "scatter",
        ...on,
        mode: "lines",
        ...segments(arrows, scale),
        line: { color: ink, width: 1.2 },
        hoverinfo: "skip",
        showlegend: false,
      });
    if (panel.marks)
      traces.push({
        type: "scatter",
        ...on,
        mode: "markers",
        ...coordinates(panel.marks),
        marker: { size: 8, color: palette[1], line: { color: "#ffffff", width: 1 } },
        hoverinfo: "skip",
        showlegend: false,
      });
    return traces;
  });
  return {
    data,
    layout: frame(
      { ...options, width, height: options.height ?? Math.round(side + margin.t + margin.b) },
      { margin, ...axes, annotations, showlegend: false },
    ),
  };
}

interface Arrow {
  readonly x: number;
  readonly y: number;
  readonly u: number;
  readonly v: number;
}

function visible(
  title: string,
  { points, vectors, weight }: NonNullable<FieldPanel["arrows"]>,
  least: number,
): Arrow[] {
  if (points.rows !== vectors.rows || (weight && weight.length !== points.rows))
    throw new RangeError(
      `fieldsFigure: "${title}" has ${points.rows} points, ${vectors.rows} vectors${weight ? ` and ${weight.length} weights` : ""}, expected ${points.rows} of each`,
    );
  const most = weight ? Array.from(weight).reduce((largest, value) => Math.max(largest, value), 0) : 0;
  const arrows: Arrow[] = [];
  for (let i = 0; i < points.rows; i++) {
    const [x, y, u, v] = [
      points.values[2 * i],
      points.values[2 * i + 1],
      vectors.values[2 * i],
      vectors.values[2 * i + 1],
    ];
    const w = weight ? weight[i] : 1;
    if ((!weight || w >= least * most) && Number.isFinite(w * (u + v))) arrows.push({ x, y, u: w * u, v: w * v });
  }
  return arrows;
}

/** Shaft and two strokes of the head of every arrow in one line, with gaps between. */
function segments(arrows: readonly Arrow[], scale: number): { x: (number | null)[]; y: (number | null)[] } {
  const [x, y]: (number | null)[][] = [[], []];
  const put = (a: number | null, b: number | null) => {
    x.push(a === null ? null : rounded(a));
    y.push(b === null ? null : rounded(b));
  };
  for (const { x: cx, y: cy, u, v } of arrows) {
    const [du, dv] = [scale * u, scale * v];
    const [tipX, tipY] = [cx + du / 2, cy + dv / 2];
    put(cx - du / 2, cy - dv / 2);
    for (const angle of [2.6, -2.6]) {
      const [c, s] = [0.35 * Math.cos(angle), 0.35 * Math.sin(angle)];
      put(tipX, tipY);
      put(tipX + c * du - s * dv, tipY + s * du + c * dv);
    }
    put(null, null);
  }
  return { x, y };
}

/** All lines in one, with gaps between, and in the middle of each the two strokes of a head of the given length. */
function streamTrace(lines: readonly Streamline[], size: number): { x: (number | null)[]; y: (number | null)[] } {
  const [x, y]: (number | null)[][] = [[], []];
  for (const line of lines) {
    const i = Math.floor(line.x.length / 2);
    const [tipX, tipY] = [line.x[i], line.y[i]];
    const [du, dv] = [tipX - line.x[i - 1], tipY - line.y[i - 1]];
    const strokes = [2.6, -2.6].map((angle) => {
      const [c, s] = [Math.cos(angle), Math.sin(angle)].map((part) => (size * part) / Math.hypot(du, dv));
      return [tipX + c * du - s * dv, tipY + s * du + c * dv];
    });
    x.push(...line.x.map(rounded), null, rounded(strokes[0][0]), rounded(tipX), rounded(strokes[1][0]), null);
    y.push(...line.y.map(rounded), null, rounded(strokes[0][1]), rounded(tipY), rounded(strokes[1][1]), null);
  }
  return { x, y };
}

function pathTraces(title: string, states: readonly PointRows[], on: { xaxis: string; yaxis: string }): Trace[] {
  const count = states[0]?.rows ?? 0;
  if (states.some(({ rows }) => rows !== count))
    throw new RangeError(`fieldsFigure: "${title}" has paths whose states differ in number, expected ${count} in each`);
  return Array.from({ length: count }, (_, n) => {
    const color = palette[n % palette.length];
    const at = (j: number) => plain(states.map(({ values }) => rounded(values[2 * n + j])));
    return {
      type: "scatter",
      ...on,
      mode: "lines+markers",
      x: at(0),
      y: at(1),
      line: { color, width: 1.5 },
      marker: {
        color,
        line: { color, width: 1.5 },
        symbol: states.map((_, i) => (i === 0 ? "circle-open" : "circle")),
        size: states.map((_, i) => (i === 0 || i === states.length - 1 ? 7 : 0)),
      },
      hoverinfo: "skip",
      showlegend: false,
    };
  });
}

function coordinates({ rows, values }: PointRows): { x: (number | null)[]; y: (number | null)[] } {
  const at = (j: number) => plain(Array.from({ length: rows }, (_, i) => rounded(values[2 * i + j])));
  return { x: at(0), y: at(1) };
}

function rowsOf({ x, y, z }: NonNullable<FieldsOptions["density"]>): (number | null)[][] {
  if (z.length !== x.length * y.length)
    throw new RangeError(
      `fieldsFigure: the density has ${z.length} values on ${x.length} × ${y.length} points, expected one each`,
    );
  const largest = Array.from(z).reduce((most, value) => (value > most ? value : most), 0) || 1; // NaN is no largest
  return Array.from({ length: y.length }, (_, j) =>
    plain(Array.from({ length: x.length }, (_, i) => Math.round((100 * z[j * x.length + i]) / largest) / 100)),
  );
}

const rounded = (value: number) => Math.round(value * 1000) / 1000 + 0; // + 0: no -0, which JSON forgets
