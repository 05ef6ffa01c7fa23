import { place } from "../curves.js";
import { above, panelGrid, type GridPanel } from "../grid.js";
import { axis, frame, ink, palette, plain, type Figure, type FrameOptions, type Trace } from "../style.js";

/** Histograms of samples on the line from many models of one kind, as densities over the same bins. */
export interface HistogramBands {
  /** what the row of the figure is, such as `ε = 0.01` */
  readonly row: string;
  /** what its column is, such as `P = 64` */
  readonly column: string;
  /** of the bins, increasing, one more than there are bins */
  readonly edges: ArrayLike<number>;
  /** average over the models */
  readonly mean: ArrayLike<number>;
  /** first and third quartile of the models */
  readonly lower: ArrayLike<number>;
  readonly upper: ArrayLike<number>;
  /** p_ε, which a model would meet that knows the training points alone */
  readonly exact: ArrayLike<number>;
  /** samples by the exact score with the models' sampler */
  readonly flow: ArrayLike<number>;
}

/** Settings of histogramBandsFigure. */
export interface HistogramBandsOptions extends Omit<FrameOptions, "height"> {
  readonly xTitle?: string;
  /** densities at the lower and upper end of every panel; what is less leaves them below */
  readonly range?: readonly [number, number];
}

/** Pixels of a panel's height and of a line of a title. */
const [HEIGHT, LINE] = [118, 18];
const red = palette[1];

/**
 * Draws the average of the models' histograms with the band of its quartiles, over p_ε and the samples of the exact
 * score: a panel for each row and column, with logarithmic densities, so that what fills the gaps between the training
 * points is seen beside the peaks at them (Fig. 2 of "Generalization through variance", Vastola, ICLR 2025). Rows and
 * columns are in the order in which they first appear.
 *
 * @throws RangeError if there is not one set of histograms for each row and column, one has not a value for each bin or
 *   edges that do not increase, or the range is not of positive densities
 */
export function histogramBandsFigure(
  bands: readonly HistogramBands[],
  { xTitle = "x", range = [1e-3, 30], width = 700, title }: HistogramBandsOptions,
): Figure {
  if (bands.length === 0) throw new RangeError("histogramBandsFigure: no histograms, expected at least one");
  if (!(range[0] > 0 && range[1] > range[0] && range[1] < Infinity))
    throw new RangeError(
      `histogramBandsFigure: the range is ${range.join(" to ")}, expected positive densities, the lower first`,
    );
  const rows = [...new Set(bands.map(({ row }) => row))];
  const columns = [...new Set(bands.map(({ column }) => column))];
  const lines = Math.max(...columns.map((text) => text.split("<br>").length));
  const margin = { l: 70, r: 12, t: 56 + LINE * lines, b: 80 };
  const sizes = { rows: rows.length, columns: columns.length, width, margin };
  const { height, panels } = panelGrid({ ...sizes, gap: { x: 8, y: 10 }, panelHeight: () => HEIGHT });
  const axes: Record<string, unknown> = {};
  const data = panels.flatMap((panel): Trace[] => {
    const { id, row, column, x, y } = panel;
    const found = bands.filter((one) => one.row === rows[row] && one.column === columns[column]);
    if (found.length !== 1)
      throw new RangeError(
        `histogramBandsFigure: ${found.length} sets of histograms of "${rows[row]}", "${columns[column]}", expected one`,
      );
    const { edges } = found[0];
    const common = (outer: boolean) => ({
      tickfont: { size: 11 },
      ticks: outer ? "outside" : "",
      showticklabels: outer,
      ticklen: 3,
      automargin: false,
    });
    axes[`xaxis${id}`] = {
      ...axis({ title: "", range: [edges[0], edges[edges.length - 1]] }),
      ...common(row === rows.length - 1),
      title: { text: row === rows.length - 1 ? xTitle : "", font: { size: 12 }, standoff: 4 },
      nticks: 5,
      domain: x,
      anchor: `y${id}`,
      ...(id && { matches: "x" }),
    };
    axes[`yaxis${id}`] = {
      ...axis({ title: "", type: "log", range }),
      ...common(column === 0),
      dtick: 1,
      tickformat: "~g",
      title: { text: column === 0 ? `<b>${rows[row]}</b><br>density` : "", font: { size: 12 }, standoff: 4 },
      domain: y,
      anchor: `x${id}`,
      ...(id && { matches: "y" }),
    };
    return traces(found[0], panel, range[0]);
  });
  const annotations = panels.filter(({ row }) => row === 0).map(({ column, x, y }) => above(columns[column], x, y[1]));
  const legend = { ...place("below"), y: -48 / (height - margin.t - margin.b), font: { size: 12 } };
  return { data, layout: frame({ title, width, height }, { margin, ...axes, annotations, legend }) };
}

function traces(bands: HistogramBands, { id, row, column }: GridPanel, least: number): Trace[] {
  const { edges, mean, lower, upper, exact, flow } = bands;
  const bins = edges.length - 1;
  for (let i = 0; i <= bins; i++)
    if (bins < 1 || (i > 0 && !(edges[i] > edges[i - 1])))
      throw new RangeError(
        `histogramBandsFigure: the edges ${Array.from(edges).join(", ")} at "${bands.row}", "${bands.column}", expected two or more that increase`,
      );
  const named = { mean, lower, upper, exact, flow };
  for (const [name, values] of Object.entries(named))
    if (values.length !== bins)
      throw new RangeError(
        `histogramBandsFigure: ${name} has ${values.length} values in ${bins} bins at "${bands.row}", "${bands.column}"`,
      );
  const x = plain(Array.from({ length: bins }, (_, i) => short((edges[i] + edges[i + 1]) / 2)));
  const line = (name: string, values: ArrayLike<number>, line: object, more: object = {}): Trace => ({
    type: "scatter",
    mode: "lines",
    name,
    x,
    y: plain(Array.from(values, (value) => short(value < least ? least / 2 : value))), // NaN stays a gap
    line: { shape: "hvh", ...line },
    hoverinfo: "skip",
    legendgroup: name,
    showlegend: row === 0 && column === 0,
    xaxis: `x${id}`,
    yaxis: `y${id}`,
    ...more,
  });
  const band = "quartiles of the models";
  return [
    line(band, lower, { width: 0 }, { showlegend: false }),
    line(band, upper, { width: 0 }, { fill: "tonexty", fillcolor: "rgba(213,94,0,0.28)" }),
    line("exact score, same steps", flow, { color: "#8c8c8c", width: 1.6 }),
    line("p<sub>ε</sub>", exact, { color: ink, width: 1.2, dash: "4px,2px" }),
    line("mean of the models", mean, { color: red, width: 1.6 }),
  ];
}

const short = (value: number) => Number(value.toPrecision(3)) + 0;
