import { ink, type Figure } from "./style.js";

/** A level worth pointing at on the x axis. */
export interface Mark {
  readonly x: number;
  readonly label: string;
}

/**
 * Returns marks at the size of the data along its first eigenvector, √λ₁, and as a whole, √tr Σ.
 *
 * @param lambda all variances, decreasing
 */
export function spectrumMarks(lambda: ArrayLike<number>): [Mark, Mark] {
  const total = Array.from(lambda).reduce((sum, value) => sum + value, 0);
  return [
    { x: Math.sqrt(lambda[0]), label: "√λ<sub>1</sub>" },
    { x: Math.sqrt(total), label: "√tr Σ" },
  ];
}

/** Pixels of a label's letter and of its line. */
const [LETTER, LINE] = [7, 15];

/**
 * The figure with dashed vertical lines, each with its label above the frame, where no data are; labels that would meet
 * are in lines of their own. The figure's x axis has its range.
 *
 * @throws RangeError if a mark cannot be shown on the figure's x axis
 */
export function withMarks(figure: Figure, marks: readonly Mark[]): Figure {
  const { shapes = [], annotations = [], xaxis, margin, width } = figure.layout as unknown as MarkedLayout;
  const log = xaxis.type === "log";
  for (const { x, label } of marks)
    if (!(Number.isFinite(x) && (!log || x > 0)))
      throw new RangeError(`withMarks: "${label}" is at ${x}, which ${log ? "a logarithmic" : "the"} axis cannot show`);
  const [first, last] = xaxis.range;
  const inner = width - margin.l - margin.r;
  const placed = marks
    .map(({ x, label }) => ({ label, x, at: log ? Math.log10(x) : x }))
    .map((mark) => ({
      ...mark,
      pixel: (inner * (mark.at - first)) / (last - first),
      half: (LETTER * mark.label.length) / 2,
    }))
    .sort((a, b) => a.pixel - b.pixel);
  const ends: number[] = []; // of the last label of every line, the lowest first
  const lines = placed.map(({ pixel, half }) => {
    const free = ends.findIndex((end) => pixel - half > end);
    const line = free < 0 ? ends.length : free;
    ends[line] = pixel + half;
    return line;
  });
  return {
    data: figure.data,
    layout: {
      ...figure.layout,
      margin: { ...margin, t: margin.t + 2 * LINE * Math.max(0, ends.length - 1) }, // the title stands in its middle
      shapes: [
        ...shapes,
        ...placed.map(({ x }) => ({
          type: "line",
          xref: "x",
          yref: "paper",
          x0: x,
          x1: x,
          y0: 0,
          y1: 1,
          line: { color: ink, width: 1.2, dash: "dash" },
        })),
      ],
      // Plotly places annotations by the logarithm on a log axis, shapes by the value itself.
      annotations: [
        ...annotations,
        ...placed.map(({ at, label, pixel, half }, i) => ({
          text: label,
          showarrow: false,
          xref: "x",
          yref: "paper",
          x: at,
          y: 1,
          yanchor: "bottom",
          yshift: LINE * lines[i],
          font: { size: 12, color: ink },
          xanchor: pixel + half > inner + margin.r ? "right" : pixel - half < -margin.l ? "left" : "center",
        })),
      ],
    },
  };
}

interface MarkedLayout {
  readonly shapes?: readonly unknown[];
  readonly annotations?: readonly unknown[];
  readonly xaxis: { readonly type: string; readonly range: readonly [number, number] };
  readonly margin: { readonly l: number; readonly r: number; readonly t: number };
  readonly width: number;
}
