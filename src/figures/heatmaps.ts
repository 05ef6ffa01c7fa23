import { axis, extent, frame, ink, type Figure, type FrameOptions, type Trace } from "./style.js";

/** A table of numbers, drawn as one panel. */
export interface HeatmapPanel {
  readonly name: string;
  readonly rows: number;
  readonly cols: number;
  /** row by row from the top */
  readonly values: ArrayLike<number>;
  /** of the values, in their order; 0 without them */
  readonly standardErrors?: ArrayLike<number>;
}

/** Settings of heatmapsFigure. */
export interface HeatmapsOptions extends Omit<FrameOptions, "height"> {
  readonly rowTitles: readonly string[];
  readonly columnTitles: readonly string[];
  readonly xTitle: string;
  readonly yTitle: string;
  /** what the colour shows, with its unit */
  readonly valueTitle: string;
  /** panels beside each other */
  readonly across?: number;
  /** of the colours; logarithmic without it */
  readonly type?: "log" | "linear";
  /** what is framed in each column, its least unless it is "nothing" */
  readonly framed?: "least" | "nothing";
}

const ROW = 22;

/**
 * Tables of numbers over the same rows and columns, a panel each, on one scale of colours, which is logarithmic and for
 * positive numbers unless asked otherwise: dark is small. Every cell holds its number; the least of each column is
 * framed, and thinly what is farther by less than the standard error of their difference, the two being taken as
 * independent.
 *
 * @throws RangeError if there is no panel, or one has not the shape of the titles
 */
export function heatmapsFigure(
  panels: readonly HeatmapPanel[],
  {
    rowTitles,
    columnTitles,
    xTitle,
    yTitle,
    valueTitle,
    across = 2,
    width = 700,
    title,
    type = "log",
    framed = "least",
  }: HeatmapsOptions,
): Figure {
  if (panels.length === 0) throw new RangeError("heatmapsFigure: no panels, expected at least one");
  for (const { name, rows, cols, values } of panels)
    if (rows !== rowTitles.length || cols !== columnTitles.length || values.length !== rows * cols)
      throw new RangeError(
        `heatmapsFigure: "${name}" is ${rows} × ${cols} with ${values.length} values, expected ${rowTitles.length} × ${columnTitles.length}`,
      );
  const scaled = (value: number) => (type === "log" ? Math.log10(value) : value);
  const [low, high] = extent(type, ...panels.map(({ values }) => values)).map(scaled);
  const shown = Math.min(across, panels.length);
  const down = Math.ceil(panels.length / shown);
  const data: Trace[] = [];
  const layout: Record<string, unknown> = {};
  const annotations: unknown[] = [];
  const shapes: unknown[] = [];
  panels.forEach(({ name, rows, cols, values, standardErrors = [] }, index) => {
    const id = index === 0 ? "" : String(index + 1);
    const [column, line] = [index % shown, Math.floor(index / shown)];
    const gap = { x: 0.05, y: down === 1 ? 0 : 0.13 };
    const size = { x: (1 - gap.x * (shown - 1)) / shown, y: (1 - gap.y * (down - 1)) / down };
    const domain = {
      x: [column * (size.x + gap.x), column * (size.x + gap.x) + size.x],
      y: [1 - line * (size.y + gap.y) - size.y, 1 - line * (size.y + gap.y)],
    };
    const table = Array.from({ length: rows }, (_, i) => Array.from({ length: cols }, (_, j) => values[i * cols + j]));
    const level = (value: number) => (Number.isFinite(scaled(value)) ? scaled(value) : null);
    data.push({
      type: "heatmap",
      z: table.map((line) => line.map((value) => rounded(level(value)))),
      text: table.map((line) => line.map(short)),
      texttemplate: "%{text}",
      textfont: { size: 10 },
      hoverinfo: "text",
      zmin: low,
      zmax: high === low ? low + 1 : high,
      colorscale: "Viridis",
      showscale: index === 0,
      ...(index === 0 && {
        colorbar: {
          title: { text: valueTitle, side: "right" },
          ...(type === "log" && ticks(low, high)),
          thickness: 14,
        },
      }),
      xaxis: `x${id}`,
      yaxis: `y${id}`,
    });
    const common = { showgrid: false, ticks: "", mirror: false, showline: false, tickmode: "array" };
    layout[`xaxis${id}`] = {
      ...axis({ title: line === down - 1 || index + shown >= panels.length ? xTitle : "" }),
      ...common,
      domain: domain.x,
      anchor: `y${id}`,
      tickvals: columnTitles.map((_, j) => j),
      ticktext: [...columnTitles],
    };
    layout[`yaxis${id}`] = {
      ...axis({ title: column === 0 ? yTitle : "" }),
      ...common,
      domain: domain.y,
      anchor: `x${id}`,
      tickvals: rowTitles.map((_, i) => i),
      ticktext: [...rowTitles],
      range: [rows - 0.5, -0.5],
    };
    annotations.push({
      text: name,
      showarrow: false,
      xref: "paper",
      yref: "paper",
      x: domain.x[0],
      y: domain.y[1],
      xanchor: "left",
      yanchor: "bottom",
      font: { size: 14, color: ink },
    });
    for (let j = 0; framed === "least" && j < cols; j++) {
      const own = table.map((line) => line[j]);
      const least = own.indexOf(Math.min(...own));
      const error = (i: number) => standardErrors[i * cols + j] ?? 0;
      for (let i = 0; least >= 0 && i < rows; i++)
        if (i === least || own[i] - own[least] < Math.hypot(error(i), error(least)))
          shapes.push({
            type: "rect",
            xref: `x${id}`,
            yref: `y${id}`,
            x0: j - 0.48,
            x1: j + 0.48,
            y0: i - 0.46,
            y1: i + 0.46,
            line: { color: "#d55e00", width: i === least ? 2 : 1 },
          });
    }
  });
  const height = 120 + down * (rowTitles.length * ROW + 70);
  return {
    data,
    layout: frame({ title, width, height }, { ...layout, annotations, shapes, margin: { l: 60, r: 90, t: 80, b: 60 } }),
  };
}

/** Colour bar ticks at 1, 2 and 5 times powers of ten. */
function ticks(low: number, high: number): Record<string, unknown> {
  const values: number[] = [];
  for (let power = Math.floor(low); power <= high; power++)
    for (const digit of high - low > 2.5 ? [1] : [1, 2, 5]) values.push(digit * 10 ** power);
  const kept = values.filter((value) => Math.log10(value) >= low && Math.log10(value) <= high);
  return { tickmode: "array", tickvals: kept.map(Math.log10), ticktext: kept.map((value) => short(value)) };
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1e3) / 1e3;
}

/** Two significant digits, three from 100 on, one below 0.01. */
function short(value: number): string {
  if (!Number.isFinite(value)) return "";
  if (value >= 100) return String(Math.round(value));
  const text = Number(value.toPrecision(2));
  return Math.abs(text) < 1e-2 && text !== 0 ? text.toExponential(0) : String(text);
}
