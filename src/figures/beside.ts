import type { Figure, Layout, Trace } from "./style.js";

/** Settings of beside. */
export interface BesideOptions {
  readonly title: string;
  /** the share of the width inside the margins that the left figure has */
  readonly share?: number;
  readonly width?: number;
}

/** Pixels between the two for the second's axis. */
const GAP = 78;

/**
 * Returns two figures of one pair of axes each as one, images and a curve, say: the left one with the height it needs
 * for its shape, the right one as high.
 *
 * @throws RangeError if one of them has more axes, or the share is not above 0 and below 1
 */
export function beside(left: Figure, right: Figure, { title, share = 0.55, width = 900 }: BesideOptions): Figure {
  if (!(share > 0 && share < 1)) throw new RangeError(`beside: the share is ${share}, expected one between 0 and 1`);
  for (const [name, { layout }] of Object.entries({ left, right }))
    if ("xaxis2" in layout || "yaxis2" in layout)
      throw new RangeError(`beside: the ${name} figure has several axes, expected one pair`);
  const own = left.layout as { readonly width: number; readonly height: number; readonly margin: Margin };
  const { margin } = own;
  const inside = width - margin.l - margin.r;
  const leftWidth = inside * share - GAP / 2;
  const height = ((own.height - margin.t - margin.b) * leftWidth) / (own.width - margin.l - margin.r);
  const [end, begin] = [leftWidth / inside, (leftWidth + GAP) / inside];
  const axisOf = ({ layout }: Figure, name: string) => layout[name] as Layout;
  const legend = right.layout["legend"] as { readonly x?: number } | undefined;
  return {
    data: [...left.data, ...right.data.map((trace): Trace => ({ ...trace, xaxis: "x2", yaxis: "y2" }))],
    layout: {
      ...left.layout,
      ...right.layout,
      title: { ...(left.layout["title"] as object), text: title },
      width,
      height: Math.round(height + margin.t + margin.b),
      margin,
      plot_bgcolor: "#ffffff",
      xaxis: { ...axisOf(left, "xaxis"), domain: [0, end] },
      yaxis: axisOf(left, "yaxis"),
      xaxis2: { ...axisOf(right, "xaxis"), domain: [begin, 1], anchor: "y2" },
      yaxis2: { ...axisOf(right, "yaxis"), anchor: "x2" },
      ...(legend?.x !== undefined && { legend: { ...legend, x: begin + legend.x * (1 - begin) } }),
    },
  };
}

interface Margin {
  readonly l: number;
  readonly r: number;
  readonly t: number;
  readonly b: number;
}
