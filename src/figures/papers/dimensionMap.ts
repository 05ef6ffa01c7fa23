import { extent, frame, palette, plain, axis, type Figure, type FrameOptions, type Trace } from "../style.js";
import { padded } from "../curves.js";

/** Settings of dimensionMapFigure. */
export interface DimensionMapOptions extends FrameOptions {
  readonly xTitle?: string;
  readonly yTitle?: string;
}

/** The symbol of each dimension, so that none is told by its colour alone. */
const SYMBOLS = ["circle-open", "triangle-up-open", "circle", "square"];

/**
 * Points in the plane, shape [n, 2], each drawn in the colour and symbol of the integer next to its estimated
 * dimension.
 *
 * @throws RangeError if the points are not in the plane, or there are not as many estimates as points
 */
export function dimensionMapFigure(
  points: { readonly rows: number; readonly cols: number; readonly values: ArrayLike<number> },
  dimensions: ArrayLike<number>,
  { xTitle = "x<sub>1</sub>", yTitle = "x<sub>2</sub>", ...options }: DimensionMapOptions,
): Figure {
  if (points.cols !== 2) throw new RangeError(`dimensionMapFigure: points of ${points.cols} coordinates, expected 2`);
  if (dimensions.length !== points.rows)
    throw new RangeError(
      `dimensionMapFigure: ${dimensions.length} estimates for ${points.rows} points, expected ${points.rows}`,
    );
  const nearest = Array.from(dimensions, (value) => Math.max(0, Math.round(value)));
  const kinds = [...new Set(nearest)].filter(Number.isFinite).sort((a, b) => a - b);
  const data = kinds.map((k): Trace => {
    const rows = nearest.flatMap((value, n) => (value === k ? [n] : []));
    const at = (j: number) => plain(rows.map((n) => Number(points.values[2 * n + j].toPrecision(4))));
    return {
      type: "scatter",
      mode: "markers",
      name: `dimension ${k}`,
      x: at(0),
      y: at(1),
      text: rows.map((n) => dimensions[n].toFixed(2)),
      marker: { color: palette[k % palette.length], symbol: SYMBOLS[k % SYMBOLS.length], size: k === 0 ? 11 : 6 },
    };
  });
  const column = (j: number) => Array.from({ length: points.rows }, (_, n) => points.values[2 * n + j]);
  return {
    data,
    layout: frame(
      { height: 560, ...options },
      {
        xaxis: { ...axis({ title: xTitle, range: padded(extent("linear", column(0)), "linear") }) },
        yaxis: { ...axis({ title: yTitle, range: padded(extent("linear", column(1)), "linear") }), scaleanchor: "x" },
        showlegend: true,
        legend: { x: 0.02, xanchor: "left", y: 0.98, yanchor: "top" },
      },
    ),
  };
}
