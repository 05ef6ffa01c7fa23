import { padded } from "./curves.js";
import { extent, ink, type Figure, type Layout } from "./style.js";

/** A value worth pointing at on the y axis. */
export interface Level {
  readonly y: number;
  readonly label: string;
  /** of the line and its label; ink without it */
  readonly color?: string;
}

/** Pixels of a label's letter and of its line. */
const [LETTER, LINE] = [6.5, 15];

/**
 * The figure with dashed horizontal lines, each with its label at the right of the frame, where no data are; labels
 * that would meet are moved apart. A y axis without a range gets that of the curves with their error bars and the
 * lines.
 *
 * @throws RangeError if a level cannot be shown on the figure's y axis, or the figure is not one of curves with lists of
 *   numbers, as that of a slider is not
 */
export function withLevels(figure: Figure, levels: readonly Level[]): Figure {
  const { shapes = [], annotations = [], yaxis, margin, height, width } = figure.layout as unknown as LevelledLayout;
  if (!yaxis || figure.layout["sliders"])
    throw new RangeError(
      `withLevels: the figure has ${yaxis ? "a slider" : "no y axis"}, expected one of curves; draw the levels on the figures of a slider's steps`,
    );
  const type = yaxis.type === "log" ? "log" : "linear";
  for (const { y, label } of levels)
    if (!(Number.isFinite(y) && (type === "linear" || y > 0)))
      throw new RangeError(
        `withLevels: "${label}" is at ${y}, which ${type === "log" ? "a logarithmic" : "the"} axis cannot show`,
      );
  const at = (y: number) => (type === "log" ? Math.log10(y) : y);
  const range =
    yaxis.range ??
    padded(
      extent(
        type,
        ...figure.data.flatMap(ends),
        levels.map(({ y }) => y),
      ),
      type,
    ).map(at);
  for (const { y, label } of levels)
    if (!(at(y) >= Math.min(...range) && at(y) <= Math.max(...range)))
      throw new RangeError(
        `withLevels: "${label}" is at ${y}, beyond the range of the y axis; take a larger range, or none`,
      );
  const inner = height - margin.t - margin.b;
  const placed = levels
    .map((level) => ({ ...level, pixel: (inner * (at(level.y) - range[0])) / (range[1] - range[0]) }))
    .sort((a, b) => a.pixel - b.pixel);
  const pixels = apart(placed.map(({ pixel }) => pixel));
  const room = 14 + LETTER * Math.max(0, ...levels.map(({ label }) => label.replace(/<[^>]*>/g, "").length));
  return {
    data: figure.data,
    layout: {
      ...figure.layout,
      yaxis: { ...yaxis, range },
      width,
      margin: { ...margin, r: Math.max(margin.r, Math.ceil(room)) },
      shapes: [
        ...shapes,
        ...placed.map(({ y, color = ink }) => ({
          type: "line",
          xref: "paper",
          yref: "y",
          x0: 0,
          x1: 1,
          y0: y,
          y1: y,
          line: { color, width: 1.2, dash: "dash" },
        })),
      ],
      // Plotly places annotations by the logarithm on a log axis, shapes by the value itself.
      annotations: [
        ...annotations,
        ...placed.map(({ y, label, pixel, color = ink }, i) => ({
          text: label,
          showarrow: false,
          xref: "paper",
          yref: "y",
          x: 1,
          xanchor: "left",
          xshift: 4,
          y: at(y),
          yanchor: "middle",
          yshift: Math.round(pixels[i] - pixel),
          font: { size: 12, color },
        })),
      ],
    },
  };
}

/** Places at least a line apart, in the same order, as near to those wanted as moving groups as one allows. */
function apart(wanted: readonly number[]): number[] {
  const groups: number[][] = []; // of wanted places, each shifted down by its lines below
  wanted.forEach((pixel, i) => {
    groups.push([pixel - LINE * i]);
    while (groups.length > 1 && mean(groups[groups.length - 2]) > mean(groups[groups.length - 1]))
      groups.push([...groups.splice(-2)].flat());
  });
  return groups.flatMap((group) => group.map(() => mean(group))).map((place, i) => place + LINE * i);
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** What a trace reaches on the y axis. */
function ends(trace: Layout): number[][] {
  const { y = [], error_y } = trace as {
    readonly y?: readonly (number | null)[];
    readonly error_y?: { array: number[] };
  };
  const shifted = (sign: number) => y.map((value, i) => (value ?? NaN) + sign * (error_y?.array[i] ?? 0));
  return [shifted(-1), shifted(1)];
}

interface LevelledLayout {
  readonly shapes?: readonly unknown[];
  readonly annotations?: readonly unknown[];
  readonly yaxis?: { readonly type: string; readonly range?: readonly [number, number] };
  readonly margin: { readonly r: number; readonly t: number; readonly b: number };
  readonly width: number;
  readonly height: number;
}
