import { place } from "./curves.js";
import { plain, axis, frame, palette, symbols, type Figure, type FrameOptions } from "./style.js";

/** Points in the plane, one per row of `values`. */
export interface Cloud {
  readonly name: string;
  readonly points: { readonly rows: number; readonly cols: number; readonly values: ArrayLike<number> };
  /** a line through the points in their order; without it each is a marker */
  readonly line?: boolean;
  /** of a marker, in pixels */
  readonly size?: number;
}

/** Settings of planeFigure. */
export interface PlaneOptions extends FrameOptions {
  readonly xTitle?: string;
  readonly yTitle?: string;
  /** of both axes */
  readonly range?: readonly [number, number];
}

/**
 * Points and lines in the plane, a unit as long across as upwards.
 *
 * @throws RangeError if there is no cloud, or one is not of points in the plane
 */
export function planeFigure(
  clouds: readonly Cloud[],
  { xTitle = "x<sub>1</sub>", yTitle = "x<sub>2</sub>", range, width = 560, height = 520, title }: PlaneOptions,
): Figure {
  if (clouds.length === 0) throw new RangeError("planeFigure: no points, expected at least one cloud");
  const data = clouds.map(({ name, points, line = false, size = 5 }, index) => {
    if (points.cols !== 2) throw new RangeError(`planeFigure: "${name}" has ${points.cols} columns, expected 2`);
    const coordinate = (j: number) =>
      plain(Array.from({ length: points.rows }, (_, n) => Number(points.values[2 * n + j].toPrecision(5))));
    const color = palette[index % palette.length];
    return {
      type: "scatter",
      name,
      mode: line ? "lines" : "markers",
      x: coordinate(0),
      y: coordinate(1),
      line: { color, width: 1.5 },
      marker: { color, size, symbol: symbols[index % symbols.length], opacity: 0.8 },
    };
  });
  const axes = {
    xaxis: axis({ title: xTitle, range }),
    yaxis: { ...axis({ title: yTitle, range }), scaleanchor: "x" },
  };
  return {
    data,
    layout: frame({ title, width, height }, { ...axes, showlegend: clouds.length > 1, legend: place("below") }),
  };
}
