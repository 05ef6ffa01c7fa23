import { panelGrid } from "./grid.js";
import { packedBytes } from "./packed.js";
import { axis, frame, ink, plain, type Figure, type FrameOptions, type Layout, type Trace } from "./style.js";

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
 * @throws RangeError if there is no map, a row has not as many maps as columns, or a map not one level for each cell
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
  if (columnTitles.length === 0 || maps.length === 0)
    throw new RangeError("planeMapsFigure: no maps, expected at least one");
  const counts = [maps.length, ...maps.map((row) => row.length)];
  const wanted = [rowTitles.length, ...maps.map(() => columnTitles.length)];
  if (counts.some((count, i) => count !== wanted[i]))
    throw new RangeError(
      `planeMapsFigure: rows of ${counts.slice(1).join(", ")} maps, expected ${rowTitles.length} of ${columnTitles.length}`,
    );
  const rows = maps.length;
  const { height, panels } = panelGrid({ rows, columns: columnTitles.length, width, margin, gap: { x: 8, y: 8 } });
  const axes: Record<string, unknown> = {};
  const data = panels.flatMap(({ id, row, column, x, y }): Trace[] => {
    const map = maps[row][column];
    const [bottom, left] = [row === rows - 1, column === 0];
    const own = (name: "x" | "y", values: ArrayLike<number>, text: string, shown: boolean) => ({
      ...axis({ title: shown ? text : "", range: [values[0], values[values.length - 1]] }),
      title: { text: shown ? text : "", font: { size: 12 }, standoff: 4 },
      tickfont: { size: 11 },
      nticks: 4,
      ticklen: 3,
      showgrid: false,
      showticklabels: shown,
      automargin: false,
      domain: name === "x" ? x : y,
      anchor: `${name === "x" ? "y" : "x"}${id}`,
      ...(id && { matches: name }),
    });
    axes[`xaxis${id}`] = own("x", map.x, xTitle, bottom);
    axes[`yaxis${id}`] = own("y", map.y, rowTitles[row] ? `<b>${rowTitles[row]}</b><br>${yTitle}` : yTitle, left);
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

/** Returns the title of a panel, above it. */
export function above(text: string, x: readonly [number, number], y: number): Layout {
  return {
    text,
    showarrow: false,
    xref: "paper",
    yref: "paper",
    x: (x[0] + x[1]) / 2,
    xanchor: "center",
    y,
    yanchor: "bottom",
    font: { size: 13, color: ink },
  };
}

const short = (value: number) => Number(value.toPrecision(6)) + 0; // + 0: no -0, which JSON forgets
