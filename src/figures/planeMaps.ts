import { above, panelGrid } from "./grid.js";
import { packedBytes } from "./packed.js";
import { axis, frame, plain, type Figure, type FrameOptions, type Trace } from "./style.js";

/** A map of the plane, drawn as one panel. */
export interface PlaneMap {
  /** in row j and column i the level at (x_i, y_j), an integer from 0 to 255 */
  readonly levels: ArrayLike<number>;
  /** centres of the cells, increasing in equal steps */
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** drawn on top, one per row */
  readonly points?: { readonly rows: number; readonly values: ArrayLike<number> };
}

/** Settings of planeMapsFigure. */
export interface PlaneMapsOptions extends Omit<FrameOptions, "height"> {
  readonly rowTitles: readonly string[];
  readonly columnTitles: readonly string[];
  /** what the colour shows, with its unit */
  readonly valueTitle: string;
  /** levels on the colour bar and what they mean; the first and last are the ends of the scale of colours */
  readonly ticks: readonly (readonly [level: number, text: string])[];
  /** Plotly's text on a cell, in which %{z} is its level; only the place without it */
  readonly hover?: string;
  readonly xTitle?: string;
  readonly yTitle?: string;
}

const margin = { l: 72, r: 84, t: 74, b: 46 };

/**
 * Maps of the plane in rows and columns, a unit as long across as upwards, on one scale of colours: dark is small.
 *
 * @throws RangeError if the maps are not as many as the titles or not of one part of the plane, one has not a level for
 *   each cell, its cells do not increase in equal steps, its points are not in the plane, or there are no ticks
 */
export function planeMapsFigure(
  maps: readonly (readonly PlaneMap[])[],
  {
    rowTitles,
    columnTitles,
    valueTitle,
    ticks,
    hover,
    xTitle = "x<sub>1</sub>",
    yTitle = "x<sub>2</sub>",
    width = 700,
    title,
  }: PlaneMapsOptions,
): Figure {
  if (ticks.length < 2) throw new RangeError(`planeMapsFigure: ${ticks.length} ticks, expected those of both ends`);
  const { across, up } = ranges(maps, rowTitles.length, columnTitles.length);
  const rows = maps.length;
  const panelHeight = (wide: number) => (wide * (up[1] - up[0])) / (across[1] - across[0]);
  const sizes = { rows, columns: columnTitles.length, width, margin };
  const { height, panels } = panelGrid({ ...sizes, gap: { x: 8, y: 8 }, panelHeight });
  const axes: Record<string, unknown> = {};
  const data = panels.flatMap(({ id, row, column, x, y }): Trace[] => {
    const map = maps[row][column];
    const [bottom, left] = [row === rows - 1, column === 0];
    const own = (name: "x" | "y", range: Range, text: string, shown: boolean) => ({
      ...axis({ title: "", range }),
      title: { text: shown ? text : "", font: { size: 12 }, standoff: 4 },
      tickfont: { size: 11 },
      tickvals: inner(range),
      ticks: shown ? "outside" : "",
      ticklen: 3,
      showgrid: false,
      showticklabels: shown,
      automargin: false,
      domain: name === "x" ? x : y,
      anchor: `${name === "x" ? "y" : "x"}${id}`,
      ...(id && { matches: name }),
    });
    axes[`xaxis${id}`] = own("x", across, xTitle, bottom);
    axes[`yaxis${id}`] = own("y", up, rowTitles[row] ? `<b>${rowTitles[row]}</b><br>${yTitle}` : yTitle, left);
    if (!id) Object.assign(axes["yaxis"] as object, { scaleanchor: "x", constrain: "domain" });
    return [heatmap(map, id, hover), ...(map.points ? [markers(map.points, id)] : [])];
  });
  const annotations = panels
    .filter(({ row }) => row === 0)
    .map(({ column, x, y }) => above(columnTitles[column], x, y[1]));
  const coloraxis = {
    cmin: ticks[0][0],
    cmax: ticks[ticks.length - 1][0],
    colorscale: "Viridis",
    colorbar: {
      title: { text: valueTitle, side: "right", font: { size: 13 } },
      tickmode: "array",
      tickvals: ticks.map(([level]) => level),
      ticktext: ticks.map(([, text]) => text),
      tickfont: { size: 11 },
      thickness: 12,
      x: 1.015,
      len: 1,
      ypad: 0,
    },
  };
  return {
    data,
    layout: frame({ title, width, height }, { margin, ...axes, annotations, coloraxis, showlegend: false }),
  };
}

type Range = readonly [from: number, to: number];

/** What all maps cover, once they are as many as the titles and of one part of the plane. */
function ranges(maps: readonly (readonly PlaneMap[])[], rows: number, columns: number): Record<"across" | "up", Range> {
  if (rows === 0 || columns === 0) throw new RangeError("planeMapsFigure: no maps, expected at least one");
  if (maps.length !== rows || maps.some(({ length }) => length !== columns))
    throw new RangeError(
      `planeMapsFigure: rows of ${maps.map(({ length }) => length).join(", ")} maps, expected ${rows} rows of ${columns}`,
    );
  const range = (values: ArrayLike<number>): Range => [short(values[0]), short(values[values.length - 1])];
  const text = ({ x, y }: PlaneMap) => [range(x), range(y)].map((ends) => ends.join(" to ")).join(" and ");
  maps.flat().forEach(requireGrid);
  const [first, ...others] = maps.flat();
  for (const other of others)
    if (text(other) !== text(first))
      throw new RangeError(`planeMapsFigure: a map of ${text(other)}, expected ${text(first)} as the first`);
  return { across: range(first.x), up: range(first.y) };
}

function requireGrid({ x, y, points }: PlaneMap): void {
  for (const [name, values] of Object.entries({ x, y })) {
    const n = values.length;
    if (n < 2) throw new RangeError(`planeMapsFigure: ${n} cells along ${name}, expected at least 2`);
    const step = (values[n - 1] - values[0]) / (n - 1);
    for (let i = 0; i < n; i++)
      if (!(step > 0 && Math.abs(values[i] - values[0] - i * step) < 1e-3 * step))
        throw new RangeError(
          `planeMapsFigure: ${name}[${i}] is ${values[i]}, expected centres that increase in equal steps`,
        );
  }
  if (points && points.values.length !== 2 * points.rows)
    throw new RangeError(
      `planeMapsFigure: ${points.rows} points with ${points.values.length} numbers, expected two each`,
    );
}

/** Ticks at whole numbers, or tenths, hundredths … of them, away from the corners, where those of two panels meet. */
function inner([from, to]: Range): number[] {
  const step = 10 ** Math.round(Math.log10((to - from) / 3));
  const first = Math.ceil((from + (to - from) / 12) / step);
  const count = Math.floor((to - (to - from) / 12) / step) - first + 1;
  return Array.from({ length: count }, (_, i) => short((first + i) * step));
}

function heatmap({ levels, x, y }: PlaneMap, id: string, hover: string | undefined): Trace {
  const step = (values: ArrayLike<number>) => short((values[values.length - 1] - values[0]) / (values.length - 1));
  return {
    type: "heatmap",
    z: packedBytes(levels, y.length, x.length),
    x0: short(x[0]),
    dx: step(x),
    y0: short(y[0]),
    dy: step(y),
    coloraxis: "coloraxis",
    ...(hover ? { hovertemplate: `(%{x:.2f}, %{y:.2f}): ${hover}<extra></extra>` } : { hoverinfo: "x+y" }),
    xaxis: `x${id}`,
    yaxis: `y${id}`,
  };
}

function markers({ rows, values }: NonNullable<PlaneMap["points"]>, id: string): Trace {
  const coordinate = (j: number) => plain(Array.from({ length: rows }, (_, i) => short(values[2 * i + j])));
  return {
    type: "scatter",
    mode: "markers",
    x: coordinate(0),
    y: coordinate(1),
    marker: { color: "#d55e00", size: 6, line: { color: "#ffffff", width: 1 } },
    hoverinfo: "skip",
    cliponaxis: false,
    xaxis: `x${id}`,
    yaxis: `y${id}`,
  };
}

const short = (value: number) => Number(value.toPrecision(6)) + 0; // + 0: no -0, which JSON forgets
