import { padded, trace } from "./curves.js";
import { axis, extent, frame, palette, plain, type Figure, type FrameOptions, type Trace } from "./style.js";

/** Errors of one method over its step sizes. */
export interface ConvergenceRun {
  readonly name: string;
  /** step sizes */
  readonly h: ArrayLike<number>;
  /** the error at each step size, positive */
  readonly error: ArrayLike<number>;
  /** the order the method ought to have, drawn as a straight line through the error at the smallest step */
  readonly slope: number;
}

/** Settings of convergenceFigure. */
export interface ConvergenceOptions extends FrameOptions {
  readonly xTitle?: string;
  readonly yTitle?: string;
}

/**
 * Errors against step sizes, both logarithmic, with a dashed line of each method's slope.
 *
 * @throws RangeError if there is no run, or one has no positive error or not as many errors as steps
 */
export function convergenceFigure(
  runs: readonly ConvergenceRun[],
  { xTitle = "step size h", yTitle = "relative error", ...options }: ConvergenceOptions,
): Figure {
  if (runs.length === 0) throw new RangeError("convergenceFigure: no runs, expected at least one");
  const data = runs.flatMap((run, index): Trace[] => {
    const { name, h, error, slope } = run;
    if (h.length !== error.length)
      throw new RangeError(
        `convergenceFigure: "${name}" has ${h.length} step sizes and ${error.length} errors, expected ${h.length} errors`,
      );
    const [near, far] = extent("log", h);
    const anchor = error[Array.from(h).indexOf(near)];
    return [
      {
        type: "scatter",
        mode: "lines",
        name: `slope ${slope}`,
        x: [near, far],
        y: plain([anchor, anchor * (far / near) ** slope]),
        line: { color: palette[index % palette.length], width: 1.2, dash: "dash" },
      },
      trace({ name, x: h, y: error, mode: "markers" }, index),
    ];
  });
  const axes = {
    xaxis: axis({ title: xTitle, type: "log", range: padded(extent("log", ...runs.map((run) => run.h)), "log") }),
    yaxis: axis({ title: yTitle, type: "log", range: padded(extent("log", ...runs.map((run) => run.error)), "log") }),
  };
  return {
    data,
    layout: frame(options, { ...axes, showlegend: true, legend: { x: 1.02, xanchor: "left", y: 1, yanchor: "top" } }),
  };
}
