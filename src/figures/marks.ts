import { ink, type Figure } from "./style.js";

/** A level worth pointing at on the x axis. */
export interface Mark {
  readonly x: number;
  readonly label: string;
}

/**
 * The figure with dashed vertical lines, each with its label at the top of the frame.
 *
 * @throws RangeError if a mark cannot be shown on the figure's x axis
 */
export function withMarks(figure: Figure, marks: readonly Mark[]): Figure {
  const { shapes = [], annotations = [], xaxis } = figure.layout as { shapes?: unknown[]; annotations?: unknown[]; xaxis?: { type?: string } };
  const log = xaxis?.type === "log";
  for (const { x, label } of marks) if (!(Number.isFinite(x) && (!log || x > 0))) throw new RangeError(`withMarks: "${label}" is at ${x}, which ${log ? "a logarithmic" : "the"} axis cannot show`);
  return {
    data: figure.data,
    layout: {
      ...figure.layout,
      shapes: [...shapes, ...marks.map(({ x }) => ({ type: "line", xref: "x", yref: "paper", x0: x, x1: x, y0: 0, y1: 1, line: { color: ink, width: 1.2, dash: "dash" } }))],
      // Plotly places annotations by the logarithm on a log axis, shapes by the value itself.
      annotations: [...annotations, ...marks.map(({ x, label }) => ({ text: label, showarrow: false, xref: "x", yref: "paper", x: log ? Math.log10(x) : x, y: 1, xanchor: "left", yanchor: "top", xshift: 3, font: { size: 12, color: ink }, bgcolor: "rgba(255,255,255,0.8)" }))],
    },
  };
}
